"""Recorded exchanges of relayed paths: from the shared test data, or the few that are kept beside this file.

Both have one format, that of the shared data: {provider, api, exchanges: [{request: {method, url, headers, text or
json}, response: {status, stream, headers, text or json}}]}. The few were written from the providers' documents.
"""

import json
import pathlib
from dataclasses import dataclass
from urllib.parse import urlsplit

from harness.weir import data_folder

KEPT_HERE = pathlib.Path(__file__).parent / "recordings"
OPENAI_PATHS = ("/v1/chat/completions", "/v1/responses", "/v1/responses/compact", "/v1/responses/input_tokens",
                "/v1/embeddings", "/v1/completions", "/v1/moderations", "/v1/images/generations")
ANTHROPIC_PATHS = ("/v1/messages", "/v1/messages/count_tokens")
# They belong to a connection, to an encoding that the recording has undone, or were blacked out when it was made.
NOT_REPLAYED = {"content-length", "content-encoding", "transfer-encoding", "connection", "keep-alive", "host",
                "accept-encoding", "date"}


@dataclass(frozen=True)
class Exchange:
    name: str  # file and number
    provider: str
    kind: str  # of weir's provider
    path: str  # at weir
    base: str  # in front of the path at the provider, as its base URL has it
    query: str
    target: str  # at the provider
    request_headers: tuple[tuple[str, str], ...]
    request: bytes
    model: str
    status: int
    is_stream: bool
    answer_headers: tuple[tuple[str, str], ...]
    answer: bytes


def body_of(side: dict) -> bytes:
    if side.get("text") is not None:
        return side["text"].encode()
    return json.dumps(side["json"]).encode()


def headers_of(side: dict) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in side["headers"].items() if name.lower() not in NOT_REPLAYED)


def relayed_path(provider: str, path: str) -> tuple[str, str] | None:
    """The path at weir and the base at the provider; the longest path wins (/chat/completions, /completions)."""
    known = ANTHROPIC_PATHS if provider == "anthropic" else OPENAI_PATHS
    fitting = [each for each in known if path.endswith(each.removeprefix("/v1"))]
    if not fitting:
        return None
    at_weir = max(fitting, key=len)
    return at_weir, path[: -len(at_weir.removeprefix("/v1"))]


def read(file: pathlib.Path) -> tuple[list[Exchange], list[str]]:
    """The exchanges of a file that are relayed, and a line for each that is not."""
    recording = json.loads(file.read_text())
    relayed, others = [], []
    for number, each in enumerate(recording["exchanges"]):
        request, response = each["request"], each["response"]
        url, provider = urlsplit(request["url"]), recording["provider"]
        found = relayed_path(provider, url.path) if request["method"] == "POST" else None
        if found is None:
            others.append(f"{provider}: {request['method']} {url.path}")
            continue
        body = body_of(request)
        path, base = found
        relayed.append(Exchange(
            name=f"{provider}/{recording['api']}/{file.name} {number}", provider=provider,
            kind="anthropic" if provider == "anthropic" else "openai",
            path=path, base=base, query=url.query, target=url.path + ("?" + url.query if url.query else ""),
            request_headers=headers_of(request), request=body, model=json.loads(body)["model"],
            status=response["status"], is_stream=response["stream"],
            answer_headers=headers_of(response), answer=body_of(response)))
    return relayed, others


def read_all() -> tuple[list[Exchange], list[str], str]:
    """All exchanges, a line for each that is not relayed, and where they come from."""
    shared = data_folder() / "recordings"
    files = sorted(file for file in shared.glob("*/*/*.json") if not file.name.endswith(".body.json"))
    source = "the shared test data"
    if not files:
        files = sorted(KEPT_HERE.glob("*.json"))
        source = "the repository's own few recordings; the shared test data was not found (set WEIR_TEST_DATA)"
    relayed, others = [], []
    for file in files:
        more, more_others = read(file)
        relayed += more
        others += more_others
    return relayed, others, source
