"""A gateway whose configuration is changed while it runs, and the two providers that its models may point at."""

import copy
import json
import os
import pathlib
import signal
import sys

tests = pathlib.Path(__file__).parents[1]
sys.path[:0] = [str(tests), str(tests / "cache")]

from answers import Said, give, text_of  # noqa: E402
from harness.http1 import Message  # noqa: E402
from harness.program import Program  # noqa: E402
from harness.upstream import Upstream  # noqa: E402
from harness.weir import ONE_ATTEMPT, wait_until  # noqa: E402
from harness.world import OPENAI  # noqa: E402

BY_SIGNAL, BY_FILE = "SIGHUP", "the file has changed"  # why weir reads its configuration again, as its log says


class Provider(Upstream):
    """Says its name in each answer, and which call it was: "a 3"."""

    def __init__(self, name: str):
        self.name = name
        super().__init__(self.answer_with_name)

    def answer_with_name(self, call) -> None:
        give(call, Said((self.name, " ", str(len(self.calls)))), len(self.calls))

    def settings(self, **more) -> dict:
        key = {"keys": [{"name": "main", "value": f"key-of-{self.name}"}]}
        return {"kind": "openai", "base_url": self.url("/v1")} | key | more


class Operated(Program):
    """`weir serve` with a file that it is told to read again.

    `settings` is what stands in the file; change() writes it anew, with what the caller made of a copy.
    """

    def __init__(self, settings: dict, *arguments: str, files: dict | None = None):
        self.settings = settings
        self._noticed = 0  # changes of the file that a test has waited for
        super().__init__("serve", "--config", "weir.yaml", "--listen", "127.0.0.1:0", "--data-dir", "data", *arguments,
                         files={"weir.yaml": settings} | (files or {}))
        self.file = self.folder / "weir.yaml"

    def hang_up(self) -> None:
        os.kill(self.pid, signal.SIGHUP)

    def events(self, *names: str, reason: str | None = None) -> list[dict]:
        """The log lines of these events, in turn."""
        lines = [json.loads(line) for line in self.err().splitlines(keepends=True) if line.endswith("\n")]
        return [line for line in lines if line["event"] in names and reason in (None, line.get("reason"))]

    def read_again(self) -> dict:
        """Has the file read again; the log line of it."""
        before = len(self._readings(BY_SIGNAL))
        self.hang_up()
        return self._reading(BY_SIGNAL, before)

    def notice(self) -> dict:
        """Waits until weir has noticed one more change of the file by itself; the log line of it."""
        self._noticed += 1
        return self._reading(BY_FILE, self._noticed - 1)

    def _readings(self, reason: str) -> list[dict]:
        return self.events("reloaded", "reload_refused", reason=reason)

    def _reading(self, reason: str, number: int) -> dict:
        wait_until(lambda: len(self._readings(reason)) > number, f"the configuration is read again: {reason}")
        return self._readings(reason)[number]

    def write(self, content: dict | str) -> None:
        self.file.write_text(content if isinstance(content, str) else json.dumps(content))

    def change(self, *path_and_value) -> None:
        """change("cache", "ttl", "5s"): puts that in force; None takes a setting away."""
        *path, last, value = path_and_value
        settings = copy.deepcopy(self.settings)
        group = settings
        for name in path:
            group = group.setdefault(name, {})
        group[last] = value
        if value is None:
            del group[last]
        self.put_in_force(settings)

    def put_in_force(self, settings: dict) -> None:
        self.write(settings)
        line = self.read_again()
        assert line["event"] == "reloaded", line
        self.settings = settings

    def point(self, model: str, *providers: Provider) -> None:
        self.change("models", model, deployed_at(*providers))

    def get(self, path: str) -> Message:
        with self.client() as client:
            return client.get(path)

    def degraded(self) -> dict[str, str]:
        """What /readyz says, by part."""
        return {part["part"]: part["reason"] for part in self.get("/readyz").json()["degraded"]}

    def ask(self, model: str, text: str = "hi", headers: dict | None = None, **members) -> Message:
        """One call on a connection of its own, which may not be cached unless `members` say so."""
        with self.client() as client:
            return client.ask(OPENAI.path, OPENAI.body(text) | {"model": model} | members, headers)


def deployed_at(*providers: Provider) -> dict:
    return {"deployments": [{"provider": provider.name, "model": "m"} for provider in providers]}


def settings_for(a: Provider, b: Provider) -> dict:
    """The models `moving` and `still`, both at provider a."""
    return ONE_ATTEMPT | {
        "providers": {"a": a.settings(), "b": b.settings()},
        "models": {"moving": deployed_at(a), "still": deployed_at(a)},
    }


def teller(answer: Message) -> str:
    """The provider that made this answer."""
    assert answer.status == 200, answer.body
    return text_of(answer).split()[0]
