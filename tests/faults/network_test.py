"""Holds what the network can do to a call: nobody listens, nobody answers the greeting, the name has no address. Each
has its status within its deadline, and calls to other providers are not kept waiting meanwhile.
"""

import contextlib
import pathlib
import socket
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

from harness.http1 import Client, Message, post  # noqa: E402
from harness.upstream import Upstream  # noqa: E402
from harness.weir import Weir, wait_until  # noqa: E402
from harness.world import DIALECTS, OPENAI, answer_plainly  # noqa: E402

CONNECT = 0.5  # seconds; the deadline
PATIENT = 25.0  # of a provider that nobody waits so long for
SLACK = 5.0
MANY = 8  # calls at once that can't succeed; more than there are threads to look names up
# RFC 6761 section 6.4: a name under it exists nowhere.
NO_SUCH_NAME = "no-such-host.invalid"


class FullBacklog(contextlib.ExitStack):
    """A port of loopback where greetings are not answered: its queue is full, and nobody takes from it."""

    def __init__(self):
        super().__init__()
        self._listener = self.enter_context(socket.socket())
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen(0)
        self.port = self._listener.getsockname()[1]
        while self._takes_another():
            pass

    def _takes_another(self) -> bool:
        waiting = self.enter_context(socket.socket())
        waiting.settimeout(0.3)
        try:
            waiting.connect(("127.0.0.1", self.port))
        except TimeoutError:
            waiting.close()
            return False
        return True

    def greetings(self) -> int:
        """Connections that wait for an answer to theirs, as the kernel lists them (proc_net_tcp, state SYN_SENT)."""
        lines = [line.split() for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]]
        return sum(line[2].endswith(f":{self.port:04X}") and line[3] == "02" for line in lines)


class Network(unittest.TestCase):
    def setUp(self):
        self.full = self.enterContext(FullBacklog())
        self.upstream = self.enterContext(Upstream(answer_plainly))
        with socket.create_server(("127.0.0.1", 0)) as freed:
            nobody = freed.getsockname()[1]
        bases = {"good": f"http://127.0.0.1:{self.upstream.port}", "full": f"http://127.0.0.1:{self.full.port}",
                 "patient": f"http://127.0.0.1:{self.full.port}", "nobody": f"http://127.0.0.1:{nobody}",
                 "nameless": f"http://{NO_SUCH_NAME}:80", "by-name": f"http://localhost:{self.upstream.port}"}
        providers, models = {}, {}
        for name, base in bases.items():
            for kind, url in (("openai", base + "/v1"), ("anthropic", base)):
                # Names under .invalid are nobody's, so a key is asked for as for any other address.
                key = {"keys": [{"name": "main", "value": "k"}]}
                connect = PATIENT if name == "patient" else CONNECT
                timeouts = {"timeouts": {"connect": f"{connect * 1000:.0f}ms"}}
                provider = f"{name}-{kind}"
                providers[provider] = {"kind": kind, "base_url": url} | key | timeouts
                models[provider] = {"deployments": [{"provider": provider, "model": "m"}]}
        self.weir = self.enterContext(Weir({"providers": providers, "models": models, "workers": 1}))

    def ask(self, name: str, dialect=OPENAI, stream: bool = False) -> Message:
        kind = "openai" if dialect is OPENAI else "anthropic"
        with Client(self.weir.port) as client:
            return client.ask(dialect.path, dialect.body(stream=stream) | {"model": f"{name}-{kind}"})

    def count_descriptors(self) -> int:
        with Client(self.weir.port) as client:  # on the one loop, so what came before has been seen
            client.get("/livez")
            return self.weir.open_descriptors()

    def assert_fails(self, name: str, status: int, code: str, reason: str) -> None:
        for dialect in DIALECTS:
            for stream in (False, True):
                with self.subTest(name, path=dialect.path, stream=stream):
                    began = time.monotonic()
                    answer = self.ask(name, dialect, stream)
                    self.assertLess(time.monotonic() - began, CONNECT + SLACK)
                    self.assertEqual((answer.status, answer.code), (status, code), answer.body)
                    self.assertRegex(dialect.error_in(answer)["message"], reason)

    def assert_others_are_served_while_asking(self, name: str) -> None:
        """Asks for `name` many times at once, and finishes other calls while these are under way."""
        answers = []
        threads = [threading.Thread(target=lambda: answers.append(self.ask(name))) for _ in range(MANY)]
        idle = self.count_descriptors()
        for thread in threads:
            thread.start()
        served_meanwhile = 0
        while len(answers) < MANY:
            began = time.monotonic()
            self.assertEqual(self.ask("good").status, 200)
            self.assertLess(time.monotonic() - began, SLACK)
            served_meanwhile += len(answers) < MANY
        for thread in threads:
            thread.join()
        if name == "full":  # names may be known not to exist at once
            self.assertGreater(served_meanwhile, 3)
        self.assertEqual({answer.status for answer in answers}, {504 if name == "full" else 502})
        # The call to the good provider may have opened a connection that is kept.
        wait_until(lambda: self.count_descriptors() <= idle + 1, "the sockets of failed calls to be closed")

    def test_nobody_listens(self):
        self.assert_fails("nobody", 502, "provider_failed", "refused")

    def test_nobody_answers_the_greeting(self):
        self.assert_fails("full", 504, "provider_timeout", "in time")

    def test_a_name_without_an_address(self):
        self.assert_fails("nameless", 502, "provider_failed", "name not found")

    def test_who_waits_for_a_connection_keeps_nobody_else_waiting(self):
        self.assert_others_are_served_while_asking("full")

    def test_who_waits_for_a_name_keeps_nobody_else_waiting(self):
        self.assert_others_are_served_while_asking("nameless")

    def test_a_name_is_looked_up_and_tried_at_each_of_its_addresses(self):
        # localhost may be ::1 first, where nobody listens
        for dialect in DIALECTS:
            self.assertEqual(self.ask("by-name", dialect).status, 200)

    def test_a_caller_who_leaves_while_connecting_leaves_nothing_behind(self):
        with Client(self.weir.port) as client:
            client.send(post(OPENAI.path, OPENAI.body() | {"model": "patient-openai"}))
            wait_until(lambda: self.full.greetings() == 1, "the connection to be tried")
        wait_until(lambda: self.full.greetings() == 0, "the try to be given up", patience=PATIENT / 2)


if __name__ == "__main__":
    unittest.main()
