"""Holds that Anthropic's own Python client works with nothing but its base_url changed: messages, streamed and not,
tools, token counts, and each class of error with its request id, retried as the client's rules say and no more often.
"""

import asyncio
import pathlib
import sys
import unittest

import anthropic

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

from gateways import MASTER_KEY, calls_of, fails_at_first, newcomers, scripted  # noqa: E402
from harness.program import Program  # noqa: E402

HELLO = {"model": "sim-1", "max_tokens": 50,
         "messages": [{"role": "user", "content": "repeat after me: Hello from the other side"}]}
SAID = "Hello from the other side"
TOOL = {"name": "weather", "input_schema": {
    "type": "object", "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},
    "required": ["city", "days"]}}
FORCED = {"tools": [TOOL], "tool_choice": {"type": "tool", "name": "weather"}}


def client_of(gateway: Program, **settings) -> anthropic.Anthropic:
    return anthropic.Anthropic(**{"base_url": f"http://127.0.0.1:{gateway.port}", "api_key": "any", "max_retries": 0,
                                  "timeout": 20} | settings)


class Features(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.gateway = cls.enterClassContext(newcomers())
        cls.client = cls.enterClassContext(client_of(cls.gateway))

    def assert_called_the_tool(self, message: anthropic.types.Message) -> None:
        [block] = message.content
        self.assertEqual((block.type, block.name, message.stop_reason), ("tool_use", "weather", "tool_use"))
        self.assertEqual(set(block.input), {"city", "days"})
        self.assertIsInstance(block.input["days"], int)

    def test_a_message(self):
        answer = self.client.messages.create(**HELLO)
        self.assertEqual((answer.content[0].text, answer.stop_reason), (SAID, "end_turn"))
        self.assertGreater(answer.usage.input_tokens, 0)
        self.assertTrue(answer._request_id)

    def test_a_message_that_is_cut(self):
        answer = self.client.messages.create(**HELLO | {"max_tokens": 2})
        self.assertEqual((answer.stop_reason, answer.usage.output_tokens), ("max_tokens", 2))

    def test_a_system_prompt_and_blocks_of_content(self):
        blocks = [{"role": "user", "content": [{"type": "text", "text": HELLO["messages"][0]["content"]}]}]
        answer = self.client.messages.create(**HELLO | {"messages": blocks, "system": "be kind"})
        self.assertEqual(answer.content[0].text, SAID)

    def test_a_message_streamed(self):
        with self.client.messages.stream(**HELLO) as stream:
            self.assertEqual("".join(stream.text_stream), SAID)
            final = stream.get_final_message()
        self.assertEqual((final.content[0].text, final.stop_reason), (SAID, "end_turn"))
        self.assertGreater(final.usage.output_tokens, 0)

    def test_the_events_of_a_stream(self):
        kinds = [event.type for event in self.client.messages.create(**HELLO, stream=True)]
        self.assertEqual((kinds[0], kinds[-1]), ("message_start", "message_stop"))
        self.assertGreater(kinds.count("content_block_delta"), 1)

    def test_a_forced_tool_call(self):
        self.assert_called_the_tool(self.client.messages.create(**HELLO, **FORCED))

    def test_a_forced_tool_call_streamed(self):
        with self.client.messages.stream(**HELLO, **FORCED) as stream:
            self.assert_called_the_tool(stream.get_final_message())

    def test_a_tool_s_result_goes_back(self):
        used = {"type": "tool_use", "id": "toolu_1", "name": "weather", "input": {}}
        result = {"type": "tool_result", "tool_use_id": "toolu_1", "content": "sunny"}
        turns = HELLO["messages"] + [{"role": "assistant", "content": [used]}, {"role": "user", "content": [result]}]
        answer = self.client.messages.create(**HELLO | {"messages": turns, "tools": [TOOL]})
        self.assertEqual(answer.role, "assistant")

    def test_count_tokens(self):
        counted = self.client.messages.count_tokens(model="sim-1", messages=HELLO["messages"])
        self.assertEqual(counted.input_tokens, self.client.messages.create(**HELLO).usage.input_tokens)

    def test_models(self):
        listed = list(self.client.models.list())
        self.assertIn("sim-1", [model.id for model in listed])

    def test_the_asynchronous_client(self):
        async def said() -> str:
            async with anthropic.AsyncAnthropic(base_url=str(self.client.base_url), api_key="any") as client:
                async with client.messages.stream(**HELLO) as stream:
                    return "".join([text async for text in stream.text_stream])

        self.assertEqual(asyncio.run(said()), SAID)

    def test_the_client_s_raw_answers_carry_weir_s_headers(self):
        raw = self.client.messages.with_raw_response.create(**HELLO)
        self.assertTrue(raw.headers["x-weir-request-id"].startswith("req_"))
        self.assertEqual(raw.headers["request-id"], raw.headers["x-request-id"])
        self.assertEqual(raw.parse()._request_id, raw.headers["request-id"])


# The hint in the prompt, the client's class, the status, Anthropic's type, weir's code (None: the provider's words).
ERRORS = [
    ("status=400", anthropic.BadRequestError, 400, "invalid_request_error", None),
    ("status=401", anthropic.InternalServerError, 502, "api_error", "provider_auth"),
    ("status=403", anthropic.InternalServerError, 502, "api_error", "provider_auth"),
    ("status=404", anthropic.NotFoundError, 404, "not_found_error", None),
    ("status=409", anthropic.ConflictError, 409, "invalid_request_error", None),
    ("status=413", anthropic.RequestTooLargeError, 413, "request_too_large", None),
    ("status=422", anthropic.UnprocessableEntityError, 422, "invalid_request_error", None),
    ("status=429", anthropic.RateLimitError, 429, "rate_limit_error", None),
    ("status=500", anthropic.InternalServerError, 502, "api_error", "provider_failed"),
    ("status=503", anthropic.APIStatusError, 503, "overloaded_error", "provider_overloaded"),
    ("status=529", anthropic.APIStatusError, 503, "overloaded_error", "provider_overloaded"),
]


class Errors(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.gateway = cls.enterClassContext(scripted())
        cls.client = cls.enterClassContext(client_of(cls.gateway, api_key=MASTER_KEY))

    def ask(self, prompt: str, stream: bool = False, client: anthropic.Anthropic | None = None, model: str = "sim-1"):
        messages = [{"role": "user", "content": prompt}]
        return (client or self.client).messages.create(model=model, max_tokens=50, messages=messages, stream=stream)

    def assert_error(self, error: anthropic.APIStatusError, status: int, kind: str, code: str | None) -> None:
        self.assertEqual(error.status_code, status)
        self.assertEqual(error.body["error"]["type"], kind)
        self.assertTrue(error.request_id, "the client shows a request id")
        self.assertEqual(error.body["request_id"], error.request_id)
        if code:
            self.assertEqual(error.body["error"]["code"], code)

    def test_each_status_of_the_provider(self):
        for hint, kind, status, name, code in ERRORS:
            for stream in (False, True):
                with self.subTest(hint, stream=stream), self.assertRaises(kind) as raised:
                    self.ask(f"[[fault=status {hint}]]", stream)
                self.assert_error(raised.exception, status, name, code)

    def test_a_provider_that_breaks_off_or_talks_nonsense(self):
        for hint, code in [("fault=reset", "provider_failed"), ("fault=truncate", "provider_failed"),
                           ("fault=garbage", "provider_malformed"), ("fault=malformed", "provider_malformed")]:
            with self.subTest(hint), self.assertRaises(anthropic.InternalServerError) as raised:
                self.ask(f"[[{hint}]]")
            self.assert_error(raised.exception, 502, "api_error", code)

    def test_a_provider_that_is_too_slow(self):
        with self.assertRaises(anthropic.APIStatusError) as raised:
            self.ask("[[fault=hang]]")
        self.assert_error(raised.exception, 504, "timeout_error", "provider_timeout")

    def test_a_wrong_key(self):
        for settings in ({"api_key": "sk-wrong"}, {"api_key": None, "auth_token": "sk-wrong"}):
            with self.subTest(settings), client_of(self.gateway, **settings) as client:
                with self.assertRaises(anthropic.AuthenticationError) as raised:
                    self.ask("hi", client=client)
                self.assert_error(raised.exception, 401, "authentication_error", "not_authenticated")

    def test_a_key_as_a_bearer_token(self):
        with client_of(self.gateway, api_key=None, auth_token=MASTER_KEY) as client:
            self.assertEqual(self.ask("hi", client=client).role, "assistant")

    def test_a_web_page_from_elsewhere(self):
        with newcomers() as open_to_all:
            with client_of(open_to_all, default_headers={"origin": "https://evil.example"}) as client:
                with self.assertRaises(anthropic.PermissionDeniedError) as raised:
                    self.ask("hi", client=client)
                self.assert_error(raised.exception, 403, "permission_error", "not_allowed")

    def test_an_unknown_model(self):
        with self.assertRaises(anthropic.NotFoundError) as raised:
            self.ask("hi", model="sim-2")
        self.assert_error(raised.exception, 404, "not_found_error", "no_such_model")
        self.assertIn("'sim-1'", str(raised.exception))

    def test_a_request_without_a_model(self):
        with self.assertRaises(anthropic.BadRequestError) as raised:
            self.client.post("/v1/messages", body={"messages": []}, cast_to=object)
        self.assert_error(raised.exception, 400, "invalid_request_error", "malformed_request")

    def test_a_stream_that_breaks_in_the_middle(self):
        kinds = []
        with self.assertRaises(anthropic.APIError) as raised:
            for event in self.ask("break off", stream=True):
                kinds.append(event.type)
        self.assertEqual(kinds[0], "message_start", "what came before is there")
        self.assertEqual(raised.exception.body["error"]["code"], "provider_failed")
        self.assertTrue(raised.exception.body["request_id"].startswith("req_"))

    def test_the_client_s_own_collector_tells_that_a_stream_broke(self):
        with self.assertRaises(anthropic.APIError):
            with self.client.messages.stream(model="sim-1", max_tokens=50,
                                             messages=[{"role": "user", "content": "break off"}]) as stream:
                stream.get_final_message()


class Retries(unittest.TestCase):
    """The client retries twice by default, unless x-should-retry says that it is no use."""

    def ask(self, gateway: Program):
        with client_of(gateway, api_key=MASTER_KEY, max_retries=2) as client:
            return client.messages.create(**HELLO)

    def test_a_call_that_fails_once_succeeds(self):
        for status in (503, 529, 500, 429, 409, 408):
            with self.subTest(status=status), scripted(fails_at_first(status=status, retry_after="10ms")) as gateway:
                self.assertEqual(self.ask(gateway).content[0].text, SAID)
                self.assertEqual(calls_of(gateway), 2)

    def test_what_waiting_does_not_help_is_not_retried(self):
        for status in (401, 402, 403, 400, 422):
            fault = {"fault": {"kind": "status", "status": status}}
            with self.subTest(status=status), scripted(fault) as gateway:
                with self.assertRaises(anthropic.APIStatusError) as raised:
                    self.ask(gateway)
                if raised.exception.status_code >= 500:
                    self.assertEqual(raised.exception.response.headers["x-should-retry"], "false")
                self.assertEqual(calls_of(gateway), 1)

    def test_what_weir_has_tried_again_the_client_does_not(self):
        for status in (500, 503, 429):
            fault = {"fault": {"kind": "status", "status": status, "retry_after": "10ms"}}
            with self.subTest(status=status), scripted(fault, retry={"attempts": 3, "base": "1ms"}) as gateway:
                with self.assertRaises(anthropic.APIStatusError) as raised:
                    self.ask(gateway)
                self.assertEqual(raised.exception.response.headers["x-should-retry"], "false")
                self.assertEqual(calls_of(gateway), 3)


if __name__ == "__main__":
    unittest.main()
