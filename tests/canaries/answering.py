"""What the provider does: answers full of canaries, good and bad, and which of them its caller is told."""

import json
import pathlib
import sys
from typing import Callable, NamedTuple

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

from harness.upstream import Call, CloseConnection  # noqa: E402
from harness.world import ANTHROPIC, OPENAI, Dialect  # noqa: E402
from places import word  # noqa: E402

HEADERS = {"x-theirs": "their-header", word("their-header-name"): "their-header", "set-cookie": "their-cookie",
           "openai-organization": "organization", "anthropic-organization-id": "organization",
           "x-request-id": "their-id", "request-id": "their-id"}
TO_THE_CALLER = {"their-header", "their-header-name", "their-cookie", "organization", "their-id"}
IN_THE_ANSWER = {"said", "said-event", "called", "their-model", "their-stop", "their-id"}  # what is kept of it, too


class Behaviour(NamedTuple):
    answer: Callable[[Call], None]
    told: set[str]  # the canaries that the caller of this very call may get


def dialect_of(call: Call) -> Dialect:
    return ANTHROPIC if call.request.target.startswith(ANTHROPIC.path) else OPENAI


def head(status: str, headers: dict[str, str]) -> bytes:
    ours = {name: word(place) for name, place in HEADERS.items()}
    lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in (ours | headers).items()), "", ""]
    return "\r\n".join(lines).encode()


def whole(status: str, body: str, **headers: str) -> bytes:
    usual = {"content-type": "application/json", "content-length": str(len(body))}
    return head(status, usual | headers) + body.encode()


def keys_of(call: Call) -> str:
    """The key that this provider was sent: some repeat it in what they say."""
    return f"{call.request.header('authorization')} {call.request.header('x-api-key')}"


def fails(status: int, **headers: str) -> Behaviour:
    """An error of this status. CONTRACT: those that are the caller's own are handed on, and a 503's message."""
    place = f"status-{status}"
    told: set[str] = set()
    if status in (400, 404, 429):
        told = {place, "retry-after"} | TO_THE_CALLER
    elif status in (503, 529):
        told = {place}

    def answer(call: Call) -> None:
        message = word(place) if told else f"{word(place)} {keys_of(call)}"
        error = {"type": "error", "error": {"message": message, "type": word(place), "code": word(place)}}
        call.send(whole(f"{status} {word('reason')}", json.dumps(error), **headers))

    return Behaviour(answer, told)


def closes_after(wire: str) -> Behaviour:
    def answer(call: Call) -> None:
        call.send((wire + keys_of(call)).encode())
        raise CloseConnection
    return Behaviour(answer, set())


def document(call: Call) -> str:
    if dialect_of(call) is ANTHROPIC:
        said = {"type": "text", "text": word("said")}
        tool = {"type": "tool_use", "id": "toolu_1", "name": word("called"), "input": {}}
        return json.dumps({"id": "msg_1", "type": "message", "role": "assistant", "model": word("their-model"),
                           "content": [said, tool], "stop_reason": "end_turn", "stop_sequence": word("their-stop"),
                           "usage": {"input_tokens": 1, "output_tokens": 1}})
    tool = {"id": "call_1", "type": "function", "function": {"name": word("called"), "arguments": "{}"}}
    message = {"role": "assistant", "content": word("said"), "tool_calls": [tool]}
    return json.dumps({"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": word("their-model"),
                       "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
                       "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}})


def events(call: Call, *more: bytes) -> bytes:
    dialect = dialect_of(call)
    return b"".join([dialect.event(word("said-event")), *(more or [dialect.last_event])])


def streamed(call: Call) -> bool:
    return b'"stream": true' in call.request.body


def in_chunks(body: bytes) -> bytes:
    return head("200 " + word("reason"), {"content-type": "text/event-stream", "transfer-encoding": "chunked"}
                ) + b"%x\r\n%b\r\n" % (len(body), body)


def answers(call: Call) -> None:
    if streamed(call):
        return call.send(in_chunks(events(call)) + b"0\r\n\r\n")
    call.send(whole(f"200 {word('reason')}", document(call)))


def stream_that(goes_on: Callable[[Call], bytes], *told: str) -> Behaviour:
    """A stream whose second event is another, and then it is cut; whole answers are cut as well."""
    def answer(call: Call) -> None:
        if streamed(call):
            call.send(in_chunks(events(call, goes_on(call))))
        else:
            call.send(head("200 OK", {"content-length": "999"}) + word("cut-body").encode())
        raise CloseConnection
    return Behaviour(answer, {"said-event", *told} | TO_THE_CALLER)


def error_event(_: Call) -> bytes:
    return b'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"%b"}}\n\n' % (
        word("error-event").encode())


LINE = "HTTP/1.1 200 OK\r\n"
BEHAVIOURS = {
    "answers": Behaviour(answers, IN_THE_ANSWER | TO_THE_CALLER),
    **{f"status {status}": fails(status) for status in (400, 401, 402, 403, 404, 429, 500, 503, 529)},
    "redirects": fails(302, location=f"http://127.0.0.1/{word('location')}"),
    "limits without a time": fails(429, **{"retry-after": word("retry-after")}),
    "answers no JSON": Behaviour(lambda call: call.send(whole("200 OK", word("no-json") + keys_of(call))), set()),
    "speaks no HTTP": closes_after(f"{word('no-http')} "),
    "has a bad header": closes_after(f"{LINE}{word('bad-header-line')}\r\n\r\n"),
    "has a bad status": closes_after(f"HTTP/1.1 {word('bad-status')}\r\n\r\n"),
    "has a bad length": closes_after(f"{LINE}content-length: {word('bad-length')}\r\n\r\n"),
    "has a bad chunk": closes_after(f"{LINE}transfer-encoding: chunked\r\n\r\n{word('bad-chunk')}\r\n"),
    "has a bad coding": closes_after(f"{LINE}content-encoding: {word('bad-coding')}\r\n\r\nx"),
    "breaks off": closes_after(f"{LINE}content-length: 999\r\n\r\n{word('cut-body')}"),
    "cuts a stream": stream_that(lambda call: dialect_of(call).event(word("cut-stream")), "cut-stream"),
    "cuts an event": stream_that(lambda call: f'data: {{"a":"{word("cut-event")}'.encode(), "cut-event"),
    "sends an error event": stream_that(error_event, "error-event"),
    "sends no event": stream_that(lambda call: f"data: {word('no-event')}\n\n".encode(), "no-event"),
}


def collects(call: Call) -> None:
    """The collector takes what it is sent, after it refused the first."""
    status = 500 if call.connection_number == 1 else 200
    call.send(whole(f"{status} {word('collector-reason')}",
                    f"{word('collector-body')} {call.request.header('authorization')}"))
    if status == 500:
        raise CloseConnection
