#!/usr/bin/env python3
"""Recounts the ledger of `weir mock` from the raw bytes of its calls; shares no line with it.

    python3 tests/mock/oracle.py http://127.0.0.1:9009 SCRIPT.json

The mock must run with SCRIPT.json, which says `raw_log: true`, and have had at most 1,000 calls since its last reset.
Prints what differs, and exits 1 when anything does. Python's standard library only.
"""

import base64
import decimal
import json
import math
import re
import sys
import urllib.request

FREE = ("/v1/messages/count_tokens", "/v1/responses/input_tokens")
STREAMED = ("/v1/chat/completions", "/v1/completions", "/v1/responses", "/v1/messages", "/v1/images/generations",
            "/v1/audio/transcriptions", "/v1/audio/translations")
PROMPT_FIELDS = {
    "/v1/chat/completions": ["messages"], "/v1/completions": ["prompt"], "/v1/images/generations": ["prompt"],
    "/v1/messages": ["system", "messages"], "/v1/messages/count_tokens": ["system", "messages"],
    "/v1/responses": ["instructions", "input"], "/v1/responses/compact": ["instructions", "input"],
    "/v1/responses/input_tokens": ["instructions", "input"],
}
FIGURES = ("calls", "completed", "cancelled", "input_tokens", "output_tokens", "cost_nanos")


def words(text):
    return len(text.split())


# ---- What was asked -----------------------------------------------------------------------------------------

def words_of_prompt(value):
    if isinstance(value, str):
        return words(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return 1
    if isinstance(value, list):
        return sum(words_of_prompt(item) for item in value)
    if isinstance(value, dict):
        for name in ("text", "content", "output"):
            if isinstance(value.get(name), (str, list)):
                return words_of_prompt(value[name])
    return 0


def read_request(line):
    """The request's fields: of JSON, or of a form."""
    raw = base64.b64decode(line["request_base64"])
    if not line["path"].startswith("/v1/audio/tran"):
        try:
            body = json.loads(raw)
        except ValueError:
            return {}
        return body if isinstance(body, dict) else {}
    boundary = re.search(r'boundary="?([^";]+)', line["content_type"])
    fields = {}
    for part in raw.split(b"--" + boundary[1].encode())[1:-1] if boundary else []:
        head, _, value = part.partition(b"\r\n\r\n")
        name = re.search(rb'name="([^"]*)"', head)
        fields[name[1].decode()] = value[:-2].decode("utf-8", "replace")
    return fields


def input_tokens(path, request):
    names = ["prompt"] if path.startswith("/v1/audio/tran") else PROMPT_FIELDS.get(path, ["input"])
    return sum(words_of_prompt(request.get(name)) for name in names)


# ---- What was answered ----------------------------------------------------------------------------------------

def words_of_call(name, arguments):
    """A tool call costs its name and the words of its arguments as they were written."""
    if not isinstance(arguments, str):
        arguments = json.dumps(arguments, indent=1)
    return (1 if name else 0) + words(arguments)


def words_of_answer(path, text):
    if path in ("/v1/audio/transcriptions", "/v1/audio/translations"):
        return words_of_transcript(text)
    if path in ("/v1/embeddings", "/v1/moderations", "/v1/images/generations", "/v1/audio/speech"):
        return 0
    if path == "/v1/responses/compact":
        return 1
    answer = json.loads(text)
    if path == "/v1/completions":
        return sum(words(choice["text"]) for choice in answer["choices"])
    if path == "/v1/chat/completions":
        return sum(words_of_message(choice["message"]) for choice in answer["choices"])
    if path == "/v1/responses":
        return sum(words_of_call(item["name"], item["arguments"]) if item["type"] == "function_call"
                   else sum(words(part["text"]) for part in item["content"]) for item in answer["output"])
    return sum(words_of_call(block["name"], block["input"]) if block["type"] == "tool_use"
               else words(block["text"]) for block in answer["content"])


def words_of_message(message):
    calls = message.get("tool_calls") or []
    return words(message.get("content") or "") + sum(
        words_of_call(call["function"].get("name"), call["function"]["arguments"]) for call in calls)


def words_of_transcript(text):
    if text.startswith("{"):
        return words(json.loads(text)["text"])
    lines = [line for line in text.splitlines() if line not in ("1", "WEBVTT") and "-->" not in line]
    return words(" ".join(lines))


def words_of_stream(text):
    """Texts are put together first: an event may end in the middle of a sentence, but never of a word."""
    said, names = {}, 0
    for event in text.split("\n\n"):
        data = "\n".join(line[6:] for line in event.split("\n") if line.startswith("data: "))
        if not data or data == "[DONE]":
            continue
        event = json.loads(data)
        for choice in event.get("choices") or []:
            delta = choice.get("delta") or {}
            texts = [delta.get("content"), choice.get("text")]
            for call in delta.get("tool_calls") or []:
                names += 1 if call["function"].get("name") else 0
                texts.append(call["function"].get("arguments"))
            said[choice["index"]] = said.get(choice["index"], "") + "".join(text or "" for text in texts)
        delta = event.get("delta")
        if isinstance(delta, dict):
            delta = delta.get("text") or delta.get("partial_json")
        if isinstance(delta, str):
            said[0] = said.get(0, "") + delta
        names += 1 if (event.get("content_block") or {}).get("type") == "tool_use" else 0
        if event.get("type") == "response.output_item.added":
            names += 1 if event["item"]["type"] == "function_call" else 0
    return names + sum(words(text) for text in said.values())


def output_tokens(line, request):
    text = base64.b64decode(line["answer_base64"]).decode("utf-8", "replace")
    if request.get("stream") in (True, "true") and line["path"] in STREAMED:
        return words_of_stream(text)
    made = words_of_answer(line["path"], text)
    if line["status"] != 0:
        return made
    # Nobody was left when it was finished: what had been made by then.
    since_first = line["elapsed_ns"] - line["time_to_first_token_ns"]
    if since_first < 0:
        return 0
    if line["tokens_per_second"] == 0:
        return made
    return min(made, (math.floor(since_first / 1e9 * line["tokens_per_second"]) + 1) * line["choices"])


# ---- The ledger -----------------------------------------------------------------------------------------------

def pico_dollars(price):
    return int(decimal.Decimal(str(price)) * 1_000_000)


def cost_nanos(prices, model, tokens_in, tokens_out):
    price = prices.get(model, prices.get("default", {"input": 2.5, "output": 10}))
    picos = tokens_in * pico_dollars(price.get("input", 0)) + tokens_out * pico_dollars(price.get("output", 0))
    return (picos + 500) // 1000


def recount(raw_lines, prices):
    ledger = dict.fromkeys(FIGURES, 0) | {"by_model": {}, "by_path": {}, "by_status": {}}
    for text in raw_lines:
        line = json.loads(text)
        request = read_request(line)
        model = request.get("model") if isinstance(request.get("model"), str) else ""
        prevented = line["fault_at"] in ("connect", "before_head")
        counts = line["status"] < 400 and not prevented
        tokens_in = input_tokens(line["path"], request) if counts and line["path"] not in FREE else 0
        tokens_out = output_tokens(line, request) if counts and line["path"] not in FREE else 0
        figures = {"calls": 1, "completed": int(line["ended"] == "completed"),
                   "cancelled": int(line["ended"] == "cancelled"), "input_tokens": tokens_in,
                   "output_tokens": tokens_out, "cost_nanos": cost_nanos(prices, model, tokens_in, tokens_out)}
        for target in (ledger, ledger["by_model"].setdefault(model or "none", {}),
                       ledger["by_path"].setdefault(line["path"], {})):
            for name, value in figures.items():
                target[name] = target.get(name, 0) + value
        status = str(line["status"] or "none")
        ledger["by_status"][status] = ledger["by_status"].get(status, 0) + 1
    return ledger


def differences(ours, theirs, path=""):
    if isinstance(ours, dict) and isinstance(theirs, dict):
        found = []
        for name in sorted(ours.keys() | theirs.keys()):
            found += differences(ours.get(name), theirs.get(name), f"{path}.{name}".lstrip("."))
        return found
    return [] if ours == theirs else [f"{path}: recounted {ours}, the ledger says {theirs}"]


def fetch(url):
    with urllib.request.urlopen(url, timeout=30) as answer:
        return answer.read().decode()


def main(url, script):
    with open(script, encoding="utf-8") as file:
        prices = json.load(file).get("prices", {})
    lines = fetch(url + "/_mock/raw").splitlines()
    found = differences(recount(lines, prices), json.loads(fetch(url + "/_mock/ledger")))
    print("\n".join(found) or f"{len(lines)} calls recounted, nothing differs")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
