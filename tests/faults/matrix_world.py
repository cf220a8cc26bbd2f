"""The world of the matrix: a gateway whose models have two deployments, and providers that are broken in every way."""

import contextlib
import json
import os
import pathlib
import sys
from typing import NamedTuple

TESTS = pathlib.Path(__file__).parents[1]
sys.path[:0] = [str(TESTS), str(TESTS / "tls")]

from certificates import Authority  # noqa: E402
from harness.http1 import Client, Message  # noqa: E402
from harness.program import Mock, Program  # noqa: E402
from harness.upstream import Call, CloseConnection  # noqa: E402
from matrix import AFTER, BEFORE, CONNECT, MIDDLE, ROWS, Row  # noqa: E402
from world import TlsUpstream  # noqa: E402

# Seconds; short, so that what hangs is soon over, and long enough for a busy machine to answer in.
CONNECTING, FIRST_BYTE, BETWEEN_EVENTS, TOTAL = 1.0, 0.8, 0.6, 1.0
PATHS = {"openai": "/v1/chat/completions", "anthropic": "/v1/messages"}
ORDER = ("first", "second")  # of a model's deployments, by strategy
USUAL = {"time_to_first_token": "0ms", "tokens_per_second": 0, "output_tokens": 6}
# What comes in one piece with what is broken may be lost with it: events come apart.
PACED = {"tokens_per_second": 40}
# RFC 6761 section 6.4: a name under it exists nowhere.
NOWHERE = "https://no-such-host.invalid"


class Case(NamedTuple):
    """One call: a row of the table, how it is asked, and whether anything else could answer it."""

    row: Row
    dialect: str
    stream: bool
    both: bool  # deployments have the fault

    @property
    def model(self) -> str:
        """A name of its own, so that no case knows of what another has done to its deployments."""
        parts = (self.row.kind, self.row.at, self.dialect, "stream" if self.stream else "whole",
                 "both" if self.both else "first")
        return "-".join(parts).replace(" ", "-").lower()

    @property
    def outcome(self) -> tuple:
        """What a caller gets who has only the fault."""
        return self.row.stream if self.stream else self.row.whole

    @property
    def goes_on(self) -> bool:
        """Something else is asked."""
        return self.row.survived(self.outcome)

    @property
    def attempts(self) -> int:
        if not self.goes_on:
            return 1
        return self.row.attempts if self.both else 2

    @property
    def place(self) -> str:
        """Who has the fault."""
        if self.row.by == "mock":
            return self.row.fault["kind"] if self.row.at == CONNECT else "usual"
        return "untrusted" if (self.row.by, self.row.at) == ("tls", CONNECT) else self.row.by

    @property
    def asked(self) -> tuple[int, int]:
        """How many requests of the case reach each of the two simulated providers."""
        first, second = (self.attempts + 1) // 2, self.attempts // 2
        if self.row.at == CONNECT:
            return (0, 0) if self.both else (0, second)
        if self.place != "usual" and self.both:
            return self.attempts, 0  # all through the one listener, to the first
        return first, second

    def body(self) -> dict:
        return {"model": self.model, "messages": [{"role": "user", "content": "hi"}], "max_tokens": 50,
                "stream": self.stream}

    def provider(self, which: str) -> str:
        place = self.place if which == "first" or self.both else "usual"
        return f"{place}-{self.dialect}-{which}"

    def settings(self) -> dict:
        return {"strategy": "priority",
                "deployments": [{"provider": self.provider(which), "model": self.model} for which in ORDER]}

    def rule(self) -> dict:
        pace = PACED if self.stream and self.outcome[0] == "event" else {}
        # It is passed on however long it takes (faults_test.py), so there is nothing to wait for.
        delay = {"delay": "0ms"} if self.stream and self.row.kind == "slow" else {}
        return {"when": {"model": self.model}, "fault": self.row.fault | delay} | pace


CASES = [case for row in ROWS for dialect in PATHS for stream in (False, True) for both in (False, True)
         if (case := Case(row, dialect, stream, both)).outcome[0] != "no such"]


def chunked(*pieces: bytes) -> bytes:
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces)


class Relaying:
    """Answers as the simulated provider does, up to the phase of a case's fault."""

    def __init__(self, port: int):
        self._port = port
        self._cases = {case.model: case for case in CASES}

    def ask(self, call: Call) -> tuple[Case, Message]:
        document = json.loads(call.request.body)
        with Client(self._port) as client:
            return self._cases[document["model"]], client.ask(call.request.target, document)

    @staticmethod
    def before_the_fault(at: str, answer: Message) -> bytes:
        if at == BEFORE:
            return b""
        if answer.pieces:
            events = [event + b"\n\n" for event in answer.body.split(b"\n\n")[:-1]]
            until = {AFTER: 0, MIDDLE: len(events) // 2}.get(at, len(events))
            return answer.raw_head + chunked(*events[:until])
        until = {AFTER: 0, MIDDLE: len(answer.body) // 2}.get(at, len(answer.body) - 1)
        return answer.raw_head + answer.body[:until]

    def break_encryption(self, call: Call) -> None:
        """Goes on with what is no record of TLS."""
        case, answer = self.ask(call)
        call.send(self.before_the_fault(case.row.at, answer))
        os.write(call.connection.fileno(), b"this was never encrypted")
        raise CloseConnection


class MatrixWorld(contextlib.ExitStack):
    def __init__(self):
        super().__init__()
        self.mocks = {which: self.enter_context(Mock()) for which in ORDER}
        scripted = [case for case in CASES if case.place == "usual"]
        for which, mock in self.mocks.items():
            mine = [case for case in scripted if which == "first" or case.both]
            mock.script({"default": USUAL, "rules": [case.rule() for case in mine]})
        self.unbroken = self.enter_context(Mock())
        self.unbroken.script({"default": USUAL})
        # Who meets a connection knows no model yet.
        self.doors = {kind: self.enter_context(Mock()) for kind in ("refuse", "reset", "hang")}
        self.weir = self.enter_context(self._start())

    def _start(self) -> Program:
        authority = self.enter_context(Authority("the matrix's authority"))
        stranger = self.enter_context(Authority("somebody else's authority"))
        names = "DNS:localhost,IP:127.0.0.1"
        relaying = Relaying(self.mocks["first"].port)
        tls = self.enter_context(TlsUpstream(relaying.break_encryption, authority.issue("good", names)))
        self.untrusted = self.enter_context(
            TlsUpstream(relaying.break_encryption, stranger.issue("unknown", names)))
        bases = {"name": NOWHERE, "tls": tls.url(), "untrusted": self.untrusted.url()}
        bases |= {kind: f"http://127.0.0.1:{mock.port}" for kind, mock in self.doors.items()}
        settings = {
            "listen": "127.0.0.1:0", "workers": 1,
            "retry": {"base": "10ms"},
            "providers": dict(self._providers(bases)),
            "models": {case.model: case.settings() for case in CASES},
        }
        return Program("serve", "--config", "weir.yaml", files={"weir.yaml": settings},
                       variables={"SSL_CERT_FILE": str(authority.own.certificate), "SSL_CERT_DIR": "/nonexistent"})

    def _providers(self, bases: dict[str, str]):
        times = {"connect": CONNECTING, "first_byte": FIRST_BYTE, "between_events": BETWEEN_EVENTS, "total": TOTAL}
        usual = {"keys": [{"name": "main", "value": "k"}],
                 "connections": {"idle": 0, "max": 1000},  # a fault of a connection needs a new one
                 "timeouts": {name: f"{seconds * 1000:.0f}ms" for name, seconds in times.items()}}
        for which in ORDER:
            for place, base in (bases | {"usual": f"http://127.0.0.1:{self.mocks[which].port}"}).items():
                for kind in PATHS:
                    url = base + ("/v1" if kind == "openai" else "")
                    yield f"{place}-{kind}-{which}", {"kind": kind, "base_url": url} | usual

    def close_doors(self) -> None:
        for kind, mock in self.doors.items():
            mock.script({"rules": [{"fault": {"kind": kind, "at": "connect"}}]})

    def ask(self, case: Case) -> Message:
        with Client(self.weir.port) as client:
            return client.ask(PATHS[case.dialect], case.body())

    def usual_answer(self, case: Case) -> bytes:
        """What a provider says to the case when nothing is broken."""
        with Client(self.unbroken.port) as client:
            return client.ask(PATHS[case.dialect], case.body()).body

    def asked(self) -> dict[str, tuple[int, int]]:
        """By model, how often each simulated provider was."""
        books = [self.mocks[which].ledger()["by_model"] for which in ORDER]
        return {case.model: tuple(book.get(case.model, {"calls": 0})["calls"] for book in books) for case in CASES}

    def count_descriptors(self) -> int:
        with Client(self.weir.port) as client:  # on the one loop, so what came before has been seen
            client.get("/livez")
            return self.weir.open_descriptors()


