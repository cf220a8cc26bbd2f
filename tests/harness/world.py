"""A gateway in front of one provider made of sockets, which is there in both dialects and asked once a call."""

import contextlib
import json
from typing import NamedTuple

from .http1 import Client, Message
from .upstream import Answer, Call, Upstream, answer_head, whole
from .weir import ONE_ATTEMPT, Weir

PROVIDERS_KEY = "providers-key-0815"


class Dialect(NamedTuple):
    """A way to ask, and how its answers look."""

    path: str
    model: str

    def body(self, text: str = "hi", stream: bool = False) -> dict:
        return {"model": self.model, "max_tokens": 9, "stream": stream,
                "messages": [{"role": "user", "content": text}]}

    def event(self, text: str) -> bytes:
        if self is ANTHROPIC:
            return (b'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":'
                    b'{"type":"text_delta","text":%b}}\n\n' % json.dumps(text).encode())
        return b'data: {"choices":[{"index":0,"delta":{"content":%b}}]}\n\n' % json.dumps(text).encode()

    @property
    def last_event(self) -> bytes:
        return b'event: message_stop\ndata: {"type":"message_stop"}\n\n' if self is ANTHROPIC else b"data: [DONE]\n\n"

    def error_in(self, answer: Message) -> dict:
        """The error of an answer, once its shape is known to be this dialect's."""
        document = answer.json()
        assert isinstance(document["error"]["message"], str) and document["error"]["message"], document
        if self is ANTHROPIC:
            assert document["type"] == "error" and document["request_id"].startswith("req_"), document
        else:
            assert set(document) == {"error"} and document["error"]["request_id"].startswith("req_"), document
        return document["error"]


OPENAI = Dialect("/v1/chat/completions", "gpt")
ANTHROPIC = Dialect("/v1/messages", "claude")
DIALECTS = (OPENAI, ANTHROPIC)
EVENTS_HEAD = answer_head(200, {"content-type": "text/event-stream", "transfer-encoding": "chunked"})


def answer_plainly(call: Call) -> None:
    call.send(whole(b'{"answered":true}'))


class World(contextlib.ExitStack):
    """`with World(listener={…}) as world:` starts both; what is given are further settings."""

    def __init__(self, answer: Answer = answer_plainly, **settings):
        super().__init__()
        self.upstream = self.enter_context(Upstream(answer))
        key = {"keys": [{"name": "main", "value": PROVIDERS_KEY}]}
        providers = {"openai": {"kind": "openai", "base_url": self.upstream.url("/v1")},
                     "anthropic": {"kind": "anthropic", "base_url": self.upstream.url()}}
        of_providers = settings.pop("provider", {})
        models = {"gpt": "openai", "claude": "anthropic"}
        try:
            self.weir = self.enter_context(Weir(ONE_ATTEMPT | {
                "providers": {name: provider | key | of_providers for name, provider in providers.items()},
                "models": {model: {"deployments": [{"provider": provider, "model": model}]}
                           for model, provider in models.items()},
            } | settings))
        except BaseException:
            self.close()
            raise

    def client(self, receive_buffer: int | None = None) -> Client:
        return Client(self.weir.port, receive_buffer)

    def ask(self, dialect: Dialect = OPENAI, stream: bool = False) -> Message:
        """One call on a connection of its own."""
        with self.client() as client:
            return client.ask(dialect.path, dialect.body(stream=stream))
