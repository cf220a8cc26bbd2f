"""What the provider of these suites says: proper answers of both dialects in both modes, which can be told apart.

Each answer carries the number of the call that it was made for ("answer 3"), so that a suite sees which call a caller
was answered from.
"""

import json
import pathlib
import re
import sys
from typing import NamedTuple

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

from harness.http1 import Message  # noqa: E402
from harness.upstream import Call, whole  # noqa: E402
from harness.world import EVENTS_HEAD, OPENAI, World  # noqa: E402

INPUT, CACHED, OUTPUT = 1011, 96, 37  # tokens of every answer; of the input, 96 were in the provider's own cache
PRICE = {"input": 0.333333, "cached_input": 0.07, "output": 1.1}  # dollars for a million
OPENAI_USAGE = {"prompt_tokens": INPUT, "completion_tokens": OUTPUT, "total_tokens": INPUT + OUTPUT,
                "prompt_tokens_details": {"cached_tokens": CACHED}}
ANTHROPIC_USAGE = {"input_tokens": INPUT - CACHED, "cache_creation_input_tokens": 0,
                   "cache_read_input_tokens": CACHED, "output_tokens": OUTPUT}
ANTHROPIC_STOPS = {"stop": "end_turn", "length": "max_tokens", "tool_calls": "tool_use", "content_filter": "refusal"}


class Said(NamedTuple):
    """What the model says; a stop of `tool_calls` calls a tool, too."""

    words: tuple[str, ...]
    stop: str = "stop"

    @property
    def text(self) -> str:
        return "".join(self.words)

    @property
    def calls_tool(self) -> bool:
        return self.stop == "tool_calls"


def data(document: dict, name: str | None = None) -> bytes:
    """One event of a stream."""
    event = b"data: " + json.dumps(document, separators=(",", ":")).encode() + b"\n\n"
    return b"event: " + name.encode() + b"\n" + event if name else event


def chat(said: Said, number: int) -> dict:
    message = {"role": "assistant", "content": said.text}
    if said.calls_tool:
        message["tool_calls"] = [{"id": "call_1", "type": "function",
                                  "function": {"name": "weather", "arguments": '{"city":"Ulm"}'}}]
    return {"id": f"chatcmpl-{number}", "object": "chat.completion", "created": 1750000000, "model": "gpt",
            "choices": [{"index": 0, "message": message, "finish_reason": said.stop}], "usage": OPENAI_USAGE}


def chat_events(said: Said, number: int, tells_usage: bool) -> list[bytes]:
    def chunk(choices: list, **more) -> bytes:
        return data({"id": f"chatcmpl-{number}", "object": "chat.completion.chunk", "created": 1750000000,
                     "model": "gpt", "choices": choices} | more)

    def delta(of: dict, stop: str | None = None) -> bytes:
        return chunk([{"index": 0, "delta": of, "finish_reason": stop}])

    events = [delta({"role": "assistant", "content": ""}), *(delta({"content": word}) for word in said.words)]
    if said.calls_tool:
        function = {"name": "weather", "arguments": ""}
        events.append(delta({"tool_calls": [{"index": 0, "id": "call_1", "type": "function", "function": function}]}))
        events += [delta({"tool_calls": [{"index": 0, "function": {"arguments": part}}]})
                   for part in ('{"city":', '"Ulm"}')]
    events.append(delta({}, said.stop))
    if tells_usage:
        events.append(chunk([], usage=OPENAI_USAGE))
    return [*events, b"data: [DONE]\n\n"]


def message(said: Said, number: int) -> dict:
    content = [{"type": "text", "text": said.text}]
    if said.calls_tool:
        content.append({"type": "tool_use", "id": "toolu_1", "name": "weather", "input": {"city": "Ulm"}})
    return {"id": f"msg_{number}", "type": "message", "role": "assistant", "model": "claude", "content": content,
            "stop_reason": ANTHROPIC_STOPS[said.stop], "stop_sequence": None, "usage": ANTHROPIC_USAGE}


def message_events(said: Said, number: int) -> list[bytes]:
    def event(kind: str, **members) -> bytes:
        return data({"type": kind} | members, kind)

    begun = message(said, number) | {"content": [], "stop_reason": None}
    events = [event("message_start", message=begun | {"usage": ANTHROPIC_USAGE | {"output_tokens": 1}}),
              event("content_block_start", index=0, content_block={"type": "text", "text": ""})]
    events += [event("content_block_delta", index=0, delta={"type": "text_delta", "text": word})
               for word in said.words]
    events.append(event("content_block_stop", index=0))
    if said.calls_tool:
        tool = {"type": "tool_use", "id": "toolu_1", "name": "weather", "input": {}}
        events.append(event("content_block_start", index=1, content_block=tool))
        events += [event("content_block_delta", index=1, delta={"type": "input_json_delta", "partial_json": part})
                   for part in ('{"city":', '"Ulm"}')]
        events.append(event("content_block_stop", index=1))
    stopped = {"stop_reason": ANTHROPIC_STOPS[said.stop], "stop_sequence": None}
    return [*events, event("message_delta", delta=stopped, usage={"output_tokens": OUTPUT}), event("message_stop")]


def chunk(piece: bytes) -> bytes:
    """RFC 9112 section 7.1."""
    return b"%x\r\n%b\r\n" % (len(piece), piece)


LAST_CHUNK = b"0\r\n\r\n"


def document_for(call: Call, said: Said, number: int) -> bytes:
    """The whole answer to a call."""
    if call.request.target == "/v1/embeddings":
        return json.dumps({"object": "list", "model": "gpt", "data": [{"object": "embedding", "index": 0,
                           "embedding": [number]}], "usage": {"prompt_tokens": 4, "total_tokens": 4}}).encode()
    make = message if call.request.target == "/v1/messages" else chat
    return json.dumps(make(said, number)).encode()


def events_for(call: Call, said: Said, number: int) -> list[bytes]:
    """The same as a stream, with the usage where the call asked for it."""
    if call.request.target == "/v1/messages":
        return message_events(said, number)
    return chat_events(said, number, bool((call.request.json().get("stream_options") or {}).get("include_usage")))


def wants_stream(call: Call) -> bool:
    return bool(call.request.json().get("stream"))


def give(call: Call, said: Said, number: int) -> None:
    """Answers as a provider does who has nothing to complain of."""
    if wants_stream(call):
        return call.send(EVENTS_HEAD + b"".join(map(chunk, events_for(call, said, number))) + LAST_CHUNK)
    call.send(whole(document_for(call, said, number)))


class Model:
    """A provider's `answer` that counts: the first call gets "answer 1"."""

    def __init__(self, stop: str = "stop", padding: int = 0):
        self.stop, self.padding = stop, padding
        self.count = 0

    def __call__(self, call: Call) -> None:
        self.count += 1
        give(call, Said((f"answer {self.count}", " ", "x" * self.padding), self.stop), self.count)


def start(answer, **settings) -> World:
    """A gateway before the provider `answer`, whose prices are known."""
    models = {"gpt": "openai", "claude": "anthropic", "other": "openai"}
    return World(answer, **{"models": {name: {"deployments": [{"provider": provider, "model": name, "price": PRICE}]}
                                       for name, provider in models.items()}} | settings)


def question(dialect=OPENAI, text: str = "hi", stream: bool = False, **members) -> dict:
    """A request that may be cached: its temperature is 0."""
    return dialect.body(text, stream) | {"temperature": 0} | members


def events_in(body: bytes) -> list[dict]:
    """The documents of a stream's events, without pings and [DONE]."""
    lines = [line[6:] for line in body.decode().split("\n") if line.startswith("data: ")]
    return [document for line in lines if line != "[DONE]" and (document := json.loads(line)).get("type") != "ping"]


def text_of(answer: Message | bytes) -> str:
    """What the model said, whole or in events, in either dialect."""
    body = answer if isinstance(answer, bytes) else answer.body
    if body.startswith(b"{"):
        document = json.loads(body)
        if "choices" in document:
            return document["choices"][0]["message"]["content"]
        return "".join(block["text"] for block in document["content"] if block["type"] == "text")
    said = []
    for event in events_in(body):
        if event.get("choices"):
            said.append(event["choices"][0]["delta"].get("content") or "")
        elif event.get("type") in ("content_block_start", "content_block_delta"):
            said.append((event.get("content_block") or event.get("delta")).get("text", ""))
    return "".join(said)


def number_of(answer: Message | bytes) -> int:
    """Which of the provider's calls this answer came from."""
    return int(re.match(r"answer (\d+)", text_of(answer))[1])


def cache_status(answer: Message) -> tuple[str, ...]:
    """The parts of `Cache-Status` (RFC 9211): ("hit", "ttl=3599", "detail=memory")."""
    name, *parts = (answer.header("cache-status") or "none").split("; ")
    assert name == "weir", answer.headers
    return tuple(parts)


def is_hit(answer: Message) -> bool:
    return cache_status(answer)[0] == "hit"
