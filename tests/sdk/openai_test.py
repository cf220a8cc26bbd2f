"""Holds that OpenAI's own Python client works with nothing but its base_url changed: every relayed path, streamed and
not, tools, and each class of error with its request id, retried as the client's rules say and no more often.
"""

import asyncio
import base64
import io
import json
import pathlib
import sys
import unittest
import wave

import openai

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

from gateways import MASTER_KEY, calls_of, fails_at_first, newcomers, scripted  # noqa: E402
from harness.program import Program  # noqa: E402

HELLO = [{"role": "user", "content": "repeat after me: Hello from the other side"}]
SAID = "Hello from the other side"
PARAMETERS = {"type": "object", "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},
              "required": ["city", "days"], "additionalProperties": False}
TOOL = {"type": "function", "function": {"name": "weather", "parameters": PARAMETERS, "strict": True}}
FORCED = {"type": "function", "function": {"name": "weather"}}


def client_of(gateway: Program, **settings) -> openai.OpenAI:
    return openai.OpenAI(**{"base_url": f"http://127.0.0.1:{gateway.port}/v1", "api_key": "any", "max_retries": 0,
                            "timeout": 20} | settings)


class Features(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.gateway = cls.enterClassContext(newcomers())
        cls.client = cls.enterClassContext(client_of(cls.gateway))

    def assert_arguments(self, written: str) -> None:
        arguments = json.loads(written)
        self.assertEqual(set(arguments), {"city", "days"})
        self.assertIsInstance(arguments["days"], int)

    def test_chat(self):
        answer = self.client.chat.completions.create(model="sim-1", messages=HELLO)
        self.assertEqual(answer.choices[0].message.content, SAID)
        self.assertEqual(answer.choices[0].finish_reason, "stop")
        self.assertGreater(answer.usage.prompt_tokens, 0)
        self.assertTrue(answer._request_id)

    def test_chat_streamed(self):
        stream = self.client.chat.completions.create(model="sim-1", messages=HELLO, stream=True,
                                                     stream_options={"include_usage": True})
        chunks = list(stream)
        self.assertEqual("".join(c.choices[0].delta.content or "" for c in chunks if c.choices), SAID)
        self.assertGreater(len(chunks), 3)
        self.assertGreater(chunks[-1].usage.completion_tokens, 0)

    def test_chat_streamed_with_the_client_s_own_collector(self):
        with self.client.chat.completions.stream(model="sim-1", messages=HELLO) as stream:
            final = stream.get_final_completion()
        self.assertEqual(final.choices[0].message.content, SAID)

    def test_a_forced_tool_call(self):
        answer = self.client.chat.completions.create(model="sim-1", messages=HELLO, tools=[TOOL], tool_choice=FORCED)
        [call] = answer.choices[0].message.tool_calls
        self.assertEqual((call.type, call.function.name), ("function", "weather"))
        self.assertEqual(answer.choices[0].finish_reason, "tool_calls")
        self.assert_arguments(call.function.arguments)

    def test_a_forced_tool_call_streamed(self):
        with self.client.chat.completions.stream(model="sim-1", messages=HELLO, tools=[TOOL],
                                                 tool_choice=FORCED) as stream:
            final = stream.get_final_completion()
        [call] = final.choices[0].message.tool_calls
        self.assertEqual(call.function.name, "weather")
        self.assert_arguments(call.function.arguments)

    def test_a_tool_s_result_goes_back(self):
        call = {"id": "call_1", "type": "function", "function": {"name": "weather", "arguments": "{}"}}
        turns = HELLO + [{"role": "assistant", "tool_calls": [call]},
                         {"role": "tool", "tool_call_id": "call_1", "content": "repeat after me: sunny"}]
        answer = self.client.chat.completions.create(model="sim-1", messages=turns, tools=[TOOL])
        self.assertTrue(answer.choices[0].message.content)

    def test_a_structured_answer_parses(self):
        shape = {"type": "json_schema", "json_schema": {"name": "trip", "schema": PARAMETERS, "strict": True}}
        answer = self.client.chat.completions.create(model="sim-1", messages=HELLO, response_format=shape)
        self.assert_arguments(answer.choices[0].message.content)

    def test_embeddings_in_both_formats_are_the_same(self):
        floats = self.client.embeddings.create(model="sim-1", input=["one", "two"], encoding_format="float")
        self.assertEqual([item.index for item in floats.data], [0, 1])
        packed = self.client.embeddings.create(model="sim-1", input=["one", "two"])  # base64 is the client's default
        self.assertEqual(len(floats.data[0].embedding), len(packed.data[0].embedding))
        for ours, theirs in zip(floats.data[1].embedding, packed.data[1].embedding):
            self.assertAlmostEqual(ours, theirs, places=5)
        self.assertNotEqual(floats.data[0].embedding, floats.data[1].embedding)

    def test_models(self):
        listed = list(self.client.models.list())
        self.assertIn("sim-1", [model.id for model in listed])

    def test_responses(self):
        answer = self.client.responses.create(model="sim-1", input=HELLO[0]["content"])
        self.assertEqual((answer.output_text, answer.status), (SAID, "completed"))
        self.assertTrue(answer._request_id)

    def test_responses_streamed(self):
        events = list(self.client.responses.create(model="sim-1", input=HELLO[0]["content"], stream=True))
        self.assertEqual((events[0].type, events[-1].type), ("response.created", "response.completed"))
        deltas = [event.delta for event in events if event.type == "response.output_text.delta"]
        self.assertEqual("".join(deltas), SAID)
        self.assertEqual(events[-1].response.output_text, SAID)

    def test_responses_with_a_forced_tool_call(self):
        tool = {"type": "function", "name": "weather", "parameters": PARAMETERS, "strict": True}
        asked = {"model": "sim-1", "input": "hi", "tools": [tool], "tool_choice": "required"}
        [call] = self.client.responses.create(**asked).output
        self.assertEqual((call.type, call.name), ("function_call", "weather"))
        self.assert_arguments(call.arguments)
        with self.client.responses.stream(**asked) as stream:
            [streamed] = stream.get_final_response().output
        self.assertEqual(json.loads(streamed.arguments), json.loads(call.arguments))

    def test_completions(self):
        answer = self.client.completions.create(model="sim-1", prompt=HELLO[0]["content"])
        self.assertEqual(answer.choices[0].text, SAID)
        chunks = self.client.completions.create(model="sim-1", prompt=HELLO[0]["content"], stream=True)
        self.assertEqual("".join(chunk.choices[0].text for chunk in chunks if chunk.choices), SAID)

    def test_moderations(self):
        self.assertFalse(self.client.moderations.create(model="sim-1", input="fine").results[0].flagged)
        self.assertTrue(self.client.moderations.create(model="sim-1", input="flag this").results[0].flagged)

    def test_images(self):
        answer = self.client.images.generate(model="sim-1", prompt="a weir", n=1, response_format="b64_json")
        self.assertTrue(base64.b64decode(answer.data[0].b64_json).startswith(b"\x89PNG"))

    def test_speech_whole_and_as_it_comes(self):
        asked = {"model": "sim-1", "voice": "alloy", "input": "two words", "response_format": "wav"}
        sound = self.client.audio.speech.create(**asked).read()
        with wave.open(io.BytesIO(sound)) as readable:
            self.assertGreater(readable.getnframes(), 0)
        with self.client.audio.speech.with_streaming_response.create(**asked) as answer:
            self.assertEqual(b"".join(answer.iter_bytes()), sound)

    def test_transcription(self):
        file = ("talk.wav", b"RIFF....WAVE" * 100, "audio/wav")
        answer = self.client.audio.transcriptions.create(model="sim-1", file=file)
        self.assertTrue(answer.text)
        text = self.client.audio.transcriptions.create(model="sim-1", file=file, response_format="text")
        self.assertIsInstance(text, str)

    def test_the_asynchronous_client(self):
        async def said() -> str:
            async with openai.AsyncOpenAI(base_url=self.client.base_url, api_key="any") as client:
                stream = await client.chat.completions.create(model="sim-1", messages=HELLO, stream=True)
                return "".join([chunk.choices[0].delta.content or "" async for chunk in stream if chunk.choices])

        self.assertEqual(asyncio.run(said()), SAID)

    def test_the_client_s_raw_answers_carry_weir_s_headers(self):
        raw = self.client.chat.completions.with_raw_response.create(model="sim-1", messages=HELLO)
        self.assertTrue(raw.headers["x-weir-request-id"].startswith("req_"))
        self.assertEqual(raw.headers["x-weir-attempts"], "1")
        self.assertEqual(raw.parse()._request_id, raw.headers["x-request-id"])


# The hint in the prompt, the client's class, the status, weir's code (None: the provider's words).
ERRORS = [
    ("status=400", openai.BadRequestError, 400, None),
    ("status=401", openai.InternalServerError, 502, "provider_auth"),
    ("status=403", openai.InternalServerError, 502, "provider_auth"),
    ("status=404", openai.NotFoundError, 404, None),
    ("status=409", openai.ConflictError, 409, None),
    ("status=422", openai.UnprocessableEntityError, 422, None),
    ("status=429", openai.RateLimitError, 429, None),
    ("status=500", openai.InternalServerError, 502, "provider_failed"),
    ("status=503", openai.InternalServerError, 503, "provider_overloaded"),
    ("status=529", openai.InternalServerError, 503, "provider_overloaded"),
]


class Errors(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.gateway = cls.enterClassContext(scripted())
        cls.client = cls.enterClassContext(client_of(cls.gateway, api_key=MASTER_KEY))

    def ask(self, prompt: str, stream: bool = False, client: openai.OpenAI | None = None, model: str = "sim-1"):
        messages = [{"role": "user", "content": prompt}]
        return (client or self.client).chat.completions.create(model=model, messages=messages, stream=stream)

    def assert_error(self, error: openai.APIStatusError, status: int, code: str | None) -> None:
        self.assertEqual(error.status_code, status)
        self.assertTrue(error.message)
        self.assertTrue(error.request_id, "the client shows a request id")
        if code:
            self.assertEqual(error.code, code)
            self.assertEqual(error.body["request_id"], error.request_id)

    def test_each_status_of_the_provider(self):
        for hint, kind, status, code in ERRORS:
            for stream in (False, True):
                with self.subTest(hint, stream=stream), self.assertRaises(kind) as raised:
                    self.ask(f"[[fault=status {hint}]]", stream)
                self.assert_error(raised.exception, status, code)

    def test_a_provider_that_breaks_off_or_talks_nonsense(self):
        for hint, code in [("fault=reset", "provider_failed"), ("fault=truncate", "provider_failed"),
                           ("fault=garbage", "provider_malformed"), ("fault=malformed", "provider_malformed")]:
            with self.subTest(hint), self.assertRaises(openai.InternalServerError) as raised:
                self.ask(f"[[{hint}]]")
            self.assert_error(raised.exception, 502, code)

    def test_a_provider_that_is_too_slow(self):
        with self.assertRaises(openai.InternalServerError) as raised:
            self.ask("[[fault=hang]]")
        self.assert_error(raised.exception, 504, "provider_timeout")

    def test_a_wrong_key(self):
        with client_of(self.gateway, api_key="sk-wrong") as client:
            for stream in (False, True):
                with self.assertRaises(openai.AuthenticationError) as raised:
                    self.ask("hi", stream, client)
                self.assert_error(raised.exception, 401, "not_authenticated")
            with self.assertRaises(openai.AuthenticationError):
                client.models.list()

    def test_a_web_page_from_elsewhere(self):
        with newcomers() as open_to_all:
            with client_of(open_to_all, default_headers={"origin": "https://evil.example"}) as client:
                with self.assertRaises(openai.PermissionDeniedError) as raised:
                    self.ask("hi", client=client)
                self.assert_error(raised.exception, 403, "not_allowed")

    def test_an_unknown_model(self):
        with self.assertRaises(openai.NotFoundError) as raised:
            self.ask("hi", model="sim-2")
        self.assert_error(raised.exception, 404, "no_such_model")
        self.assertIn("'sim-1'", raised.exception.message)

    def test_a_request_without_a_model(self):
        with self.assertRaises(openai.BadRequestError) as raised:
            self.client.post("/chat/completions", body={"messages": []}, cast_to=object)
        self.assert_error(raised.exception, 400, "malformed_request")

    def test_a_base_url_without_its_version(self):
        with client_of(self.gateway, api_key=MASTER_KEY, base_url=f"http://127.0.0.1:{self.gateway.port}") as client:
            with self.assertRaises(openai.NotFoundError) as raised:
                self.ask("hi", client=client)
        self.assertIn("did you mean /v1/chat/completions?", raised.exception.message)

    def test_a_stream_that_breaks_in_the_middle(self):
        said = []
        with self.assertRaises(openai.APIError) as raised:
            for chunk in self.ask("break off", stream=True):
                said.append(chunk)
        self.assertTrue(said, "what came before is there")
        self.assertEqual(raised.exception.code, "provider_failed")
        self.assertIn("sim", raised.exception.message)
        self.assertTrue(raised.exception.body["request_id"].startswith("req_"))

    def test_a_response_stream_that_breaks_in_the_middle(self):
        events = []
        with self.assertRaises(openai.APIError) as raised:
            for event in self.client.responses.create(model="sim-1", input="break off", stream=True):
                events.append(event.type)
        self.assertEqual(events[0], "response.created")
        self.assertEqual(raised.exception.code, "provider_failed")


class Retries(unittest.TestCase):
    """The client retries twice by default, unless x-should-retry says that it is no use."""

    def ask(self, gateway: Program, **settings):
        with client_of(gateway, api_key=MASTER_KEY, **settings) as client:
            return client.chat.completions.create(model="sim-1", messages=HELLO)

    def test_a_call_that_fails_once_succeeds(self):
        for status in (503, 529, 500, 429, 409, 408):
            with self.subTest(status=status), scripted(fails_at_first(status=status, retry_after="10ms")) as gateway:
                self.assertEqual(self.ask(gateway, max_retries=2).choices[0].message.content, SAID)
                self.assertEqual(calls_of(gateway), 2)

    def test_what_waiting_does_not_help_is_not_retried(self):
        for status in (401, 402, 403, 400, 422):
            fault = {"fault": {"kind": "status", "status": status}}
            with self.subTest(status=status), scripted(fault) as gateway:
                with self.assertRaises(openai.APIStatusError) as raised:
                    self.ask(gateway, max_retries=2)
                if raised.exception.status_code >= 500:
                    self.assertEqual(raised.exception.response.headers["x-should-retry"], "false")
                self.assertEqual(calls_of(gateway), 1)

    def test_what_weir_has_tried_again_the_client_does_not(self):
        for status in (500, 503, 429):
            fault = {"fault": {"kind": "status", "status": status, "retry_after": "10ms"}}
            with self.subTest(status=status), scripted(fault, retry={"attempts": 3, "base": "1ms"}) as gateway:
                with self.assertRaises(openai.APIStatusError) as raised:
                    self.ask(gateway, max_retries=2)
                self.assertEqual(raised.exception.response.headers["x-should-retry"], "false")
                self.assertEqual(calls_of(gateway), 3)


if __name__ == "__main__":
    unittest.main()
