"""Holds who may call, and that a call which can't be made is told why in its own dialect: keys, web pages from
elsewhere, unknown models, paths and methods.
"""

import json
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

from harness.http1 import Client, Message, head_lines  # noqa: E402
from harness.weir import Weir  # noqa: E402
from harness.world import ANTHROPIC, DIALECTS, OPENAI  # noqa: E402

MASTER_KEY = "sk-master-4711"
NEARLY = MASTER_KEY[:-1] + "2"
MODELS = {"gpt-4o-mini": "openai", "claude-haiku": "anthropic"}
SETTINGS = {
    "providers": {"openai": {"kind": "openai", "base_url": "http://127.0.0.1:1/v1"},
                  "anthropic": {"kind": "anthropic", "base_url": "http://127.0.0.1:1"},
                  "sim": {"kind": "simulated"}},
    "models": {model: {"deployments": [{"provider": provider, "model": model}]}
               for model, provider in (MODELS | {"gpt": "sim", "claude": "sim"}).items()}
              | {"sim/*": {"provider": "sim"}},
}


class Calling(unittest.TestCase):
    """Sends raw requests: a header of the value None is left out."""

    weir: Weir

    def call(self, path: str, body: bytes = b"", method: str = "POST", **headers: str | None) -> Message:
        usual = {"host": f"127.0.0.1:{self.weir.port}", "content-type": "application/json",
                 "content-length": str(len(body)) if method == "POST" else None}
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {name: value for name, value in (usual | given).items() if value is not None}
        with Client(self.weir.port) as client:
            client.send(head_lines(f"{method} {path} HTTP/1.1", sent) + body)
            return client.answer()

    def ask(self, dialect, model: str | None = None, **headers: str | None) -> Message:
        body = dialect.body() | ({"model": model} if model else {})
        return self.call(dialect.path, json.dumps(body).encode(), **headers)

    def assert_refused(self, answer: Message, status: int, code: str, dialect=OPENAI) -> dict:
        self.assertEqual((answer.status, answer.code), (status, code), answer.body)
        error = dialect.error_in(answer)
        self.assertEqual(answer.header("content-type"), "application/json")
        document = answer.json()
        named = document["request_id"] if dialect is ANTHROPIC else document["error"]["request_id"]
        self.assertEqual(answer.header("x-weir-request-id"), named)
        return error


class WithAMasterKey(Calling):
    @classmethod
    def setUpClass(cls):
        cls.weir = cls.enterClassContext(Weir(SETTINGS | {"auth": {"master_key": MASTER_KEY}}))

    def test_a_call_without_the_key_gets_401_in_its_dialect(self):
        wrong = [{}, {"authorization": f"Bearer {NEARLY}"}, {"x_api_key": NEARLY}, {"authorization": "Bearer "},
                 {"authorization": f"Basic {MASTER_KEY}"}, {"x_api_key": ""}, {"authorization": MASTER_KEY},
                 {"x_api_key": MASTER_KEY + "x"}, {"authorization": f"Bearer {MASTER_KEY} {MASTER_KEY}"}]
        for dialect in DIALECTS:
            for headers in wrong:
                with self.subTest(path=dialect.path, headers=headers):
                    answer = self.ask(dialect, **headers)
                    error = self.assert_refused(answer, 401, "not_authenticated", dialect)
                    self.assertEqual(error["type"], "authentication_error")
                    self.assertIn("Bearer", answer.header("www-authenticate"))
                    self.assertNotIn(MASTER_KEY.encode(), answer.body)

    def test_a_call_with_the_key_is_answered_in_either_header(self):
        for dialect in DIALECTS:
            for headers in ({"authorization": f"Bearer {MASTER_KEY}"}, {"authorization": f"bearer {MASTER_KEY}"},
                            {"x_api_key": MASTER_KEY}):
                with self.subTest(path=dialect.path, headers=headers):
                    answer = self.ask(dialect, **headers)
                    self.assertEqual(answer.status, 200, answer.body)

    def test_the_models_and_the_ledger_need_the_key_too(self):
        for path in ("/v1/models", "/api/v1/mock/ledger"):
            with self.subTest(path):
                self.assertEqual(self.call(path, method="GET").status, 401)
                self.assertEqual(self.call(path, method="GET", x_api_key=MASTER_KEY).status, 200)

    def test_with_the_key_any_name_of_this_machine_and_any_web_page_will_do(self):
        answer = self.ask(OPENAI, x_api_key=MASTER_KEY, host="gateway.example", origin="https://app.example")
        self.assertEqual(answer.status, 200, answer.body)

    def test_a_body_is_not_waited_for_before_the_key_is_looked_at(self):
        with Client(self.weir.port) as client:
            client.send(head_lines("POST /v1/messages HTTP/1.1", {"host": "a", "content-length": "100000"}))
            self.assertEqual(client.answer().status, 401)


class WithoutAMasterKey(Calling):
    @classmethod
    def setUpClass(cls):
        cls.weir = cls.enterClassContext(Weir(SETTINGS))

    def test_any_key_or_none_will_do_on_this_machine(self):
        for dialect in DIALECTS:
            for headers in ({}, {"authorization": "Bearer anything"}, {"x_api_key": "anything"}):
                with self.subTest(path=dialect.path, headers=headers):
                    self.assertEqual(self.ask(dialect, **headers).status, 200)

    def test_only_the_names_of_this_machine_are_answered(self):
        port = self.weir.port
        for host in (f"localhost:{port}", "localhost", "LocalHost", f"127.0.0.1:{port}", "127.0.0.1", "[::1]:4000"):
            with self.subTest(host):
                self.assertEqual(self.ask(OPENAI, host=host).status, 200)
        for host in ("evil.example", f"evil.example:{port}", "localhost.evil.example", "127.0.0.1.evil.example",
                     "10.0.0.1", f"0.0.0.0:{port}"):
            with self.subTest(host):
                for dialect in DIALECTS:
                    error = self.assert_refused(self.ask(dialect, host=host), 403, "not_allowed", dialect)
                    self.assertIn("auth.master_key", error["message"])
                self.assertEqual(self.call("/v1/models", method="GET", host=host).status, 403)

    def test_only_web_pages_of_this_machine_are_answered(self):
        for origin in ("http://localhost:3000", "http://127.0.0.1", "https://localhost", "http://[::1]:8080"):
            with self.subTest(origin):
                self.assertEqual(self.ask(OPENAI, origin=origin).status, 200)
        for origin in ("https://evil.example", "http://localhost.evil.example", "null", "file://", "http://10.0.0.1"):
            with self.subTest(origin):
                for dialect in DIALECTS:
                    self.assert_refused(self.ask(dialect, origin=origin), 403, "not_allowed", dialect)
                self.assert_refused(self.ask(OPENAI, origin=origin, authorization="Bearer x"), 403, "not_allowed")

    def test_what_a_web_form_could_send_is_refused(self):
        for kind in ("text/plain", "application/x-www-form-urlencoded", None):
            with self.subTest(kind):
                for dialect in DIALECTS:
                    answer = self.ask(dialect, content_type=kind)
                    error = self.assert_refused(answer, 415, "unsupported_media", dialect)
                    self.assertIn("application/json", error["message"])


class WhatIsNotThere(Calling):
    @classmethod
    def setUpClass(cls):
        cls.weir = cls.enterClassContext(Weir(SETTINGS))

    def test_an_unknown_model_gets_404_with_the_nearest_name(self):
        for dialect, model, nearest in [(OPENAI, "gpt-4o-mimi", "gpt-4o-mini"),
                                        (ANTHROPIC, "claude-haikus", "claude-haiku")]:
            with self.subTest(path=dialect.path):
                error = self.assert_refused(self.ask(dialect, model), 404, "no_such_model", dialect)
                self.assertIn(f"'{model}'", error["message"])
                self.assertIn(f"'{nearest}'", error["message"])
                self.assertEqual(error["type"], "not_found_error" if dialect is ANTHROPIC else "invalid_request_error")

    def test_a_model_that_is_like_no_other_gets_404_and_where_to_look(self):
        error = self.assert_refused(self.ask(OPENAI, "something-else-altogether"), 404, "no_such_model")
        self.assertIn("/v1/models", error["message"])

    def test_a_provider_without_a_wildcard_can_not_be_reached_by_its_name(self):
        self.assert_refused(self.ask(OPENAI, "openai/gpt-4o-mini"), 404, "no_such_model")
        self.assertEqual(self.ask(OPENAI, "sim/whatever").header("x-weir-deployment"), "sim/whatever")

    def test_a_model_of_the_other_dialect_gets_400_and_its_path(self):
        for dialect, model, path in [(OPENAI, "claude-haiku", "/v1/messages"),
                                     (ANTHROPIC, "gpt-4o-mini", "/v1/chat/completions")]:
            with self.subTest(path=dialect.path):
                error = self.assert_refused(self.ask(dialect, model), 400, "wrong_dialect", dialect)
                self.assertIn(path, error["message"])
                self.assertEqual(error["type"], "invalid_request_error")

    def test_a_body_that_asks_nothing_gets_400(self):
        bodies = [b"", b"{", b"[]", b'{"messages":[]}', b'{"model":7}', b'{"model":""}',
                  b'{"model":"gpt","stream":"yes"}',
                  b'{"model":"gpt"} {"model":"gpt"}', b"\xff"]
        for dialect in DIALECTS:
            for body in bodies:
                with self.subTest(path=dialect.path, body=body):
                    self.assert_refused(self.call(dialect.path, body), 400, "malformed_request", dialect)

    def test_an_unknown_path_gets_404_and_the_one_that_was_meant(self):
        for path, meant in [("/chat/completions", "/v1/chat/completions"), ("/v1/v1/messages", "/v1/messages"),
                            ("/v1/chat/completion", "/v1/chat/completions"), ("/v1/embedding", "/v1/embeddings")]:
            for method in ("POST", "GET"):
                with self.subTest(path=path, method=method):
                    answer = self.call(path, b"{}" if method == "POST" else b"", method=method)
                    self.assertEqual((answer.status, answer.code), (404, "no_such_path"), answer.body)
                    self.assertIn(f"did you mean {meant}?", answer.json()["error"]["message"])
        answer = self.call("/nothing/like/it/at/all", b"{}")
        self.assertEqual((answer.status, answer.code), (404, "no_such_path"), answer.body)

    def test_a_wrong_method_gets_405_with_the_right_one(self):
        for dialect in DIALECTS:
            for method in ("GET", "PUT", "DELETE", "PATCH", "OPTIONS"):
                with self.subTest(path=dialect.path, method=method):
                    answer = self.call(dialect.path, method=method)
                    self.assert_refused(answer, 405, "wrong_method", dialect)
                    self.assertEqual(answer.header("allow"), "POST")
        for path in ("/v1/models", "/livez", "/readyz"):
            with self.subTest(path=path):
                answer = self.call(path, b"{}")
                self.assert_refused(answer, 405, "wrong_method")
                self.assertIn("GET", answer.header("allow"))


class Models(Calling):
    @classmethod
    def setUpClass(cls):
        cls.weir = cls.enterClassContext(Weir(SETTINGS))

    def test_the_list_is_in_openais_shape(self):
        listed = self.call("/v1/models", method="GET").json()
        self.assertEqual(listed["object"], "list")
        self.assertEqual({model["id"] for model in listed["data"]}, {*MODELS, "gpt", "claude"})
        for model in listed["data"]:
            self.assertEqual(model["object"], "model")
            self.assertIsInstance(model["created"], int)
            self.assertIsInstance(model["owned_by"], str)

    def test_the_list_is_in_anthropics_shape_for_its_clients(self):
        listed = self.call("/v1/models", method="GET", anthropic_version="2023-06-01").json()
        self.assertIs(listed["has_more"], False)
        ids = [model["id"] for model in listed["data"]]
        self.assertEqual(set(ids), {*MODELS, "gpt", "claude"})
        self.assertEqual((listed["first_id"], listed["last_id"]), (ids[0], ids[-1]))
        for model in listed["data"]:
            self.assertEqual(model["type"], "model")
            self.assertIsInstance(model["display_name"], str)
            self.assertRegex(model["created_at"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")


if __name__ == "__main__":
    unittest.main()
