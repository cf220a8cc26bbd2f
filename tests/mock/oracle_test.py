#!/usr/bin/env python3
"""Starts `weir mock`, calls it in every way there is, and lets the oracle recount its ledger."""

import http.client
import json
import os
import pathlib
import random
import socket
import subprocess
import tempfile
import threading
import time
import unittest

import oracle

SCRIPT = {
    "seed": 5,
    "default": {"time_to_first_token": "5ms", "tokens_per_second": 400, "output_tokens": 12},
    "raw_log": True,
    "prices": {"default": {"input": 2.5, "output": 10}, "odd": {"input": 0.000333, "output": 7.654321},
               "free": {"input": 0, "output": 0}},
    "rules": [
        {"when": {"contains": "slowly"}, "tokens_per_second": 20, "output_tokens": 200},
        {"when": {"contains": "in threes"}, "tokens_per_event": 3},
    ] + [{"when": {"contains": f"{kind} {at}"}, "fault": {"kind": kind, "at": at, "size": "1MiB", "delay": "0ms"}}
         for kind, at in [("reset", "before_head"), ("reset", "middle"), ("truncate", "middle"), ("truncate", "end"),
                          ("truncate", "after_head"), ("malformed", "middle"), ("drip", "middle"),
                          ("garbage", "before_head"), ("garbage", "middle"), ("oversized", "after_head"),
                          ("status", "before_head")]],
}
FAULTS = [rule["when"]["contains"] for rule in SCRIPT["rules"]]
TOOL = {"type": "object", "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},
        "required": ["city", "days"]}


def requests(prompt, model, stream):
    """One request to each path."""
    message = {"role": "user", "content": prompt}
    many = {"role": "user", "content": [{"type": "text", "text": prompt}, {"type": "text", "text": "and more"}]}
    chat = {"model": model, "messages": [{"role": "system", "content": "be brief"}, many], "stream": stream}
    claude = {"model": model, "max_tokens": 50, "system": "be kind", "messages": [message], "stream": stream}
    response = {"model": model, "instructions": "be short", "input": [message], "stream": stream}
    function = {"name": "weather", "parameters": TOOL}
    yield "/v1/chat/completions", chat
    yield "/v1/chat/completions", chat | {"n": 3, "max_tokens": 4, "stream_options": {"include_usage": True}}
    yield "/v1/chat/completions", chat | {"tools": [{"type": "function", "function": function}],
                                          "tool_choice": "required"}
    yield "/v1/messages", claude
    yield "/v1/messages", claude | {"tools": [{"name": "w", "input_schema": TOOL}], "tool_choice": {"type": "any"}}
    yield "/v1/messages/count_tokens", claude
    yield "/v1/responses", response
    yield "/v1/responses", response | {"tools": [{"type": "function"} | function], "tool_choice": "required"}
    yield "/v1/responses/compact", response
    yield "/v1/responses/input_tokens", response
    yield "/v1/completions", {"model": model, "prompt": prompt, "stream": stream}
    yield "/v1/embeddings", {"model": model, "input": [prompt, "another one"], "dimensions": 8}
    yield "/v1/embeddings", {"model": model, "input": [[1, 2, 3], [4]], "dimensions": 8}
    yield "/v1/moderations", {"model": model, "input": prompt}
    yield "/v1/images/generations", {"model": model, "prompt": prompt, "stream": stream}
    yield "/v1/audio/speech", {"model": model, "input": prompt, "voice": "calm"}
    yield "/v1/chat/completions", {"model": model, "messages": []}  # refused


def form(model, answer_format, stream):
    fields = {"model": model, "prompt": "a few words", "response_format": answer_format, "stream": stream}
    head = "--b\r\nContent-Disposition: form-data; name="
    parts = [f'{head}"{name}"\r\n\r\n{value}\r\n' for name, value in fields.items()]
    return "".join(parts) + f'{head}"file"; filename="a"\r\n\r\nsound\r\n--b--\r\n'


class Mock:
    def __init__(self, folder):
        script = pathlib.Path(folder, "script.json")
        script.write_text(json.dumps(SCRIPT), encoding="utf-8")
        self.process = subprocess.Popen(
            [os.environ["WEIR_PROGRAM"], "mock", "--listen", "127.0.0.1:0", "--script", str(script)],
            stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().split()[-1]
        self.address = ("127.0.0.1", int(self.url.rsplit(":", 1)[1]))

    def call(self, path, body, content_type="application/json"):
        """Reads what comes, however it ends."""
        connection = http.client.HTTPConnection(*self.address, timeout=30)
        try:
            connection.request("POST", path, body, {"content-type": content_type})
            connection.getresponse().read()
        except (http.client.HTTPException, OSError):
            pass
        finally:
            connection.close()

    def leave(self, path, body, after):
        """Goes away once `after` bytes have come, or at once."""
        text = json.dumps(body)
        with socket.create_connection(self.address, timeout=30) as connection:
            connection.sendall(f"POST {path} HTTP/1.1\r\nhost: mock\r\ncontent-type: application/json\r\n"
                               f"content-length: {len(text)}\r\n\r\n{text}".encode())
            received = 0
            while received < after:
                received += len(connection.recv(4096))

    def wait_for_the_last_call(self, deadline=30):
        end = time.monotonic() + deadline
        while time.monotonic() < end:
            lines = oracle.fetch(self.url + "/_mock/raw").splitlines()
            ledger = json.loads(oracle.fetch(self.url + "/_mock/ledger"))
            if len(lines) == ledger["calls"] == sum(ledger["by_status"].values()):
                return lines, ledger
        raise AssertionError("a call never ended")

    def stop(self):
        self.process.terminate()
        status = self.process.wait(timeout=30)
        self.process.stdout.close()
        return status


class Oracle(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.mock = Mock(self.folder.name)
        self.addCleanup(self.mock.stop)

    def run_all(self, jobs):
        threads = [threading.Thread(target=lambda part=jobs[i::8]: [job() for job in part]) for i in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def test_the_ledger_is_what_the_raw_bytes_say(self):
        jobs = []
        for model, stream, prompt in [("sim-1", False, "one two three"), ("odd", True, "four  five\n six in threes")]:
            for path, body in requests(prompt, model, stream):
                jobs.append(lambda path=path, body=json.dumps(body): self.mock.call(path, body))
        for answer_format, stream in [("json", "false"), ("text", "false"), ("srt", "false"), ("vtt", "false"),
                                      ("json", "true")]:
            body = form("odd", answer_format, stream)
            jobs.append(lambda body=body: self.mock.call("/v1/audio/transcriptions", body,
                                                         "multipart/form-data; boundary=b"))
        for fault in FAULTS:
            for stream in (False, True):
                for path, body in list(requests(f"please {fault}", "sim-1", stream))[:4]:
                    if "slowly" not in fault:
                        jobs.append(lambda path=path, body=json.dumps(body): self.mock.call(path, body))
        for i in range(20):
            stream = i % 2 == 0
            body = {"model": "odd", "messages": [{"role": "user", "content": "answer slowly"}], "stream": stream}
            jobs.append(lambda body=body, after=int(stream): self.mock.leave("/v1/chat/completions", body, after))
        jobs.append(lambda: self.mock.call("/v1/chat/completions", "{"))
        random.Random(1).shuffle(jobs)
        self.run_all(jobs)

        lines, ledger = self.mock.wait_for_the_last_call()
        self.assertEqual(oracle.differences(oracle.recount(lines, SCRIPT["prices"]), ledger), [])
        self.assertEqual(ledger["calls"], len(jobs))
        self.assertEqual(ledger["cancelled"], 20)
        self.assertGreater(ledger["by_model"]["odd"]["cost_nanos"], 0)
        broken = ledger["calls"] - ledger["completed"] - ledger["cancelled"]
        self.assertGreater(broken, 20, "the faults were there")
        self.assertEqual(self.mock.stop(), 0)

    def test_the_oracle_notices_a_wrong_ledger(self):
        body = {"model": "m", "max_tokens": 9, "messages": [{"role": "user", "content": "hi"}]}
        self.mock.call("/v1/messages", json.dumps(body))
        lines, ledger = self.mock.wait_for_the_last_call()
        ledger["by_model"]["m"]["output_tokens"] += 1
        found = oracle.differences(oracle.recount(lines, SCRIPT["prices"]), ledger)
        self.assertEqual(found, ["by_model.m.output_tokens: recounted 9, the ledger says 10"])


if __name__ == "__main__":
    unittest.main()
