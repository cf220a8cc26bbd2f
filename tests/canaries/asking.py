"""Requests full of canaries: good ones, and all sorts of bad ones."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

from harness.http1 import head_lines, post  # noqa: E402
from harness.world import DIALECTS, OPENAI, Dialect  # noqa: E402
from places import word  # noqa: E402

KEY = {"x-api-key": word("master-key")}
HARMLESS = KEY | {name: word(place) for name, place in {
    "cookie": "cookie", "user-agent": "agent", "x-weir-user": "user-header", "x-weir-tags": "tag",
    "x-weir-cache-namespace": "namespace", "idempotency-key": "idempotency",
    "tracestate": "state", "baggage": "baggage", "referer": "referer", "x-forwarded-for": "forwarded",
    "x-own": "own-header", word("header-name"): "own-header"}.items()}
# One of these at a time: each may be a reason to refuse the request.
DOUBTFUL = {"x-weir-class": "class", "x-weir-cache-ttl": "ttl", "cache-control": "cache-control",
            "x-weir-cache": "cache-word", "traceparent": "trace", "host": "host", "origin": "origin",
            "content-type": "type", "content-encoding": "coding", "expect": "expect"}
FORM = (f"--{word('boundary')}\r\ncontent-disposition: form-data; name=\"model\"\r\n\r\ngpt\r\n"
        f"--{word('boundary')}\r\ncontent-disposition: form-data; name=\"prompt\"\r\n\r\n{word('field')}\r\n"
        f"--{word('boundary')}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{word('file-name')}\"\r\n"
        f"\r\nRIFF\r\n--{word('boundary')}--\r\n").encode()


def question(dialect: Dialect, stream: bool = False, **members) -> dict:
    """A good request with a canary wherever one can be."""
    image = f"https://images.example/{word('image')}"
    arguments = {"argument": word("tool-arguments")}
    body = dialect.body(word("prompt"), stream) | {word("member"): word("member-value")}
    if dialect is OPENAI:
        call = {"id": "call_1", "type": "function",
                "function": {"name": word("tool"), "arguments": str(arguments)}}
        body |= {"user": word("user"), "metadata": {"a": word("metadata")}, "stop": [word("stop")],
                 "tools": [{"type": "function", "function": {"name": word("tool"), "parameters": {},
                                                             "description": word("tool-text")}}]}
        body["messages"] += [{"role": "system", "content": word("system")},
                             {"role": "user", "content": [{"type": "image_url", "image_url": {"url": image}}]},
                             {"role": "assistant", "tool_calls": [call]},
                             {"role": "tool", "tool_call_id": "call_1", "content": word("tool-result")}]
    else:
        data = {"type": "base64", "media_type": "image/png", "data": word("image-data")}
        body |= {"metadata": {"user_id": word("user")}, "system": word("system"), "stop_sequences": [word("stop")],
                 "tools": [{"name": word("tool"), "description": word("tool-text"), "input_schema": {}}]}
        body["messages"] += [
            {"role": "assistant", "content": [{"type": "tool_use", "id": "toolu_1", "name": word("tool"),
                                               "input": arguments}]},
            {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "toolu_1",
                                          "content": word("tool-result")},
                                         {"type": "image", "source": data},
                                         {"type": "image", "source": {"type": "url", "url": image}}]}]
    return body | members


def asked(dialect: Dialect, stream: bool = False, **members) -> bytes:
    return post(f"{dialect.path}?q={word('query')}", question(dialect, stream, **members), HARMLESS)


def of_known_paths(dialect: Dialect):
    good, path = question(dialect), dialect.path
    for header, place in DOUBTFUL.items():
        yield post(path, good, HARMLESS | {header: word(place)})
    for headers in ({"authorization": f"Bearer {word('wrong-bearer')}"}, {"x-api-key": word("wrong-key")},
                    {"authorization": f"Basic {word('basic')}"}):
        yield post(path, good, headers)
    yield post(path, good | {"model": word("no-model")}, HARMLESS)
    yield post(path, good | {"model": f"wild/{word('wild-model')}"}, HARMLESS)
    yield post(path, good | {"stream": word("stream-word")}, HARMLESS)
    yield post(path, good | {"cache": {"namespace": word("litellm"), "use-cache": True}}, HARMLESS)
    yield post(path, good | {"cache": word("litellm")}, HARMLESS)
    yield post(path, f'{{"model": {word("bad-json")}'.encode(), HARMLESS)
    yield post(path, f'{{"model": "{word("cut-json")}'.encode(), HARMLESS)
    yield post(path, good, HARMLESS | {"x-long": "x" * 70_000})


def of_broken_http(path: str):
    host = KEY | {"host": "a"}
    yield head_lines(f"{word('method')} {path} HTTP/1.1", host)
    yield head_lines(f"POST {path} HTTP/{word('version')}", host)
    yield head_lines(f"POST {path} HTTP/1.1", host).replace(b"\r\n\r\n", f"\r\n{word('bad-line')}\r\n\r\n".encode())
    yield head_lines(f"POST {path} HTTP/1.1", host | {"content-length": word("length")})
    yield head_lines(f"POST {path} HTTP/1.1", host | {"transfer-encoding": word("transfer")})
    chunked = head_lines(f"POST {path} HTTP/1.1", host | {"transfer-encoding": "chunked"})
    yield chunked + f"{word('chunk')}\r\n".encode()
    yield chunked + f"2\r\n{{}}\r\n0\r\n{word('trailer')}: a\r\n\r\n".encode()
    yield post(path, b"{}", host) + f"{word('smuggled')} / HTTP/1.1\r\n\r\n".encode()


def of_other_paths():
    for path in (f"/v1/{word('path')}", f"/v1/models/{word('path-below')}", f"/%2e%2e/{word('encoded-path')}"):
        yield post(path, b"{}", KEY)
        yield head_lines(f"GET {path} HTTP/1.1", KEY | {"host": "a"})
    yield head_lines(f"GET /v1/models?{word('query')} HTTP/1.1", HARMLESS | {"host": "a"})
    yield head_lines(f"GET /api/v1/{word('api-path')} HTTP/1.1", KEY | {"host": "a"})
    yield head_lines(f"GET /api/v1/cache/stats?group_by={word('api-query')} HTTP/1.1", KEY | {"host": "a"})
    yield post("/api/v1/cache/purge", {"tags": [word("purged-tag")], "dry_run": True}, KEY)
    yield post("/api/v1/cache/purge", {word("purge-member"): 1}, KEY)
    form = {"content-type": f"multipart/form-data; boundary={word('boundary')}"}
    yield post("/v1/audio/transcriptions", FORM, HARMLESS | form)
    yield post("/v1/audio/transcriptions", FORM[:-30], HARMLESS | form)
    yield post("/v1/embeddings", {"model": "gpt", "input": word("prompt")}, HARMLESS)


def of_all_kinds():
    for dialect in DIALECTS:
        yield from of_known_paths(dialect)
        yield from of_broken_http(dialect.path)
    yield from of_other_paths()
