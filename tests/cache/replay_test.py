"""Holds that an answer which was kept in one mode is as good in the other: OpenAI's and Anthropic's own clients read
from it the same text, tool calls, stop reason and usage, and only one call was made for both.
"""

import json
import pathlib
import sys
import unittest

import anthropic
import openai

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

from answers import is_hit  # noqa: E402
from harness.http1 import Client, Message  # noqa: E402
from harness.program import Program  # noqa: E402

SAID = "One weir holds back, and one lets go — with “quotes”, \\ and ünïcode"
PROMPT = f"repeat after me: {SAID}"
PARAMETERS = {"type": "object", "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},
              "required": ["city", "days"], "additionalProperties": False}
MESSAGES = [{"role": "user", "content": PROMPT}]
FUNCTION = {"name": "weather", "parameters": PARAMETERS, "strict": True}
USAGE = {"stream_options": {"include_usage": True}}
SCRIPT = {"default": {"time_to_first_token": "0ms", "tokens_per_second": 0, "output_tokens": 30}}
SETTINGS = {"listen": "127.0.0.1:0",
            "providers": {"sim": {"kind": "simulated", "script": "script.json"}},
            "models": {"sim-1": {"deployments": [{"provider": "sim", "model": "sim-1"}]}}}
PATHS = {
    "/v1/chat/completions": {"messages": MESSAGES},
    "/v1/completions": {"prompt": PROMPT},
    "/v1/responses": {"input": PROMPT},
    "/v1/messages": {"messages": MESSAGES, "max_tokens": 100},
}


def calls_of(gateway: Program) -> int:
    with gateway.client() as client:
        return client.get("/api/v1/mock/ledger").json()["calls"]


class Replay(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.gateway = cls.enterClassContext(
            Program("serve", "--config", "weir.yaml", files={"weir.yaml": SETTINGS, "script.json": SCRIPT}))
        url = f"http://127.0.0.1:{cls.gateway.port}"
        usual = {"api_key": "any", "max_retries": 0, "timeout": 30}
        cls.openai = cls.enterClassContext(openai.OpenAI(base_url=url + "/v1", **usual))
        # This client has no temperature that could be 0.
        cls.anthropic = cls.enterClassContext(
            anthropic.Anthropic(base_url=url, default_headers={"x-weir-cache": "on"}, **usual))
        cls.seeds = iter(range(1, 1000))

    def assert_same_in_both_modes(self, whole, streamed, *checks) -> None:
        """Asks in either order; each asker is given something that makes its question a new one."""
        for first, second in ((whole, streamed), (streamed, whole)):
            with self.subTest(first="whole" if first is whole else "streamed"):
                seed, before = next(self.seeds), calls_of(self.gateway)
                original, other = first(seed), second(seed)
                self.assertEqual(calls_of(self.gateway) - before, 1, "the second was answered from the cache")
                self.assertEqual(original, other)
                for check in checks:
                    check(original)

    # ---- chat completions

    def chat(self, **asked):
        def told(answer) -> dict:
            [choice] = answer.choices
            calls = [(call.id, call.type, call.function.name, call.function.arguments)
                     for call in choice.message.tool_calls or []]
            return {"id": answer.id, "model": answer.model, "text": choice.message.content, "tool_calls": calls,
                    "stop": choice.finish_reason, "usage": answer.usage.model_dump(exclude_none=True)}

        asked = {"model": "sim-1", "messages": MESSAGES, "temperature": 0} | asked

        def streamed(seed: int) -> dict:
            with self.openai.chat.completions.stream(seed=seed, **USAGE, **asked) as stream:
                return told(stream.get_final_completion())

        return lambda seed: told(self.openai.chat.completions.create(seed=seed, **asked)), streamed

    def test_chat(self):
        self.assert_same_in_both_modes(
            *self.chat(),
            lambda told: self.assertEqual((told["text"], told["stop"]), (SAID, "stop")),
            lambda told: self.assertGreater(told["usage"]["completion_tokens"], 5))

    def test_chat_with_a_tool_call(self):
        self.assert_same_in_both_modes(
            *self.chat(tools=[{"type": "function", "function": FUNCTION}],
                       tool_choice={"type": "function", "function": {"name": "weather"}}),
            lambda told: self.assertEqual(told["stop"], "tool_calls"),
            lambda told: self.assertEqual(set(json.loads(told["tool_calls"][0][3])), {"city", "days"}))

    def test_chat_with_several_choices(self):
        def told(choices) -> dict:
            return {choice.index: (choice.message.content, choice.finish_reason) for choice in choices}

        asked = {"model": "sim-1", "messages": MESSAGES, "temperature": 0, "n": 3}

        def streamed(seed: int) -> dict:
            with self.openai.chat.completions.stream(seed=seed, **asked) as stream:
                return told(stream.get_final_completion().choices)

        self.assert_same_in_both_modes(
            lambda seed: told(self.openai.chat.completions.create(seed=seed, **asked).choices), streamed,
            lambda choices: self.assertEqual(set(choices), {0, 1, 2}))

    # ---- completions

    def test_completions(self):
        asked = {"model": "sim-1", "prompt": PROMPT, "temperature": 0}

        def whole(seed: int) -> dict:
            answer = self.openai.completions.create(seed=seed, **asked)
            return {"id": answer.id, "text": answer.choices[0].text, "stop": answer.choices[0].finish_reason,
                    "usage": answer.usage.model_dump(exclude_none=True)}

        def streamed(seed: int) -> dict:
            chunks = list(self.openai.completions.create(seed=seed, stream=True, **USAGE, **asked))
            choices = [chunk.choices[0] for chunk in chunks if chunk.choices]
            return {"id": chunks[0].id, "text": "".join(choice.text for choice in choices),
                    "stop": choices[-1].finish_reason, "usage": chunks[-1].usage.model_dump(exclude_none=True)}

        self.assert_same_in_both_modes(
            whole, streamed, lambda told: self.assertEqual((told["text"], told["stop"]), (SAID, "stop")))

    # ---- responses

    def responses(self, **asked):
        def told(answer) -> dict:
            calls = [(item.call_id, item.name, item.arguments) for item in answer.output
                     if item.type == "function_call"]
            return {"id": answer.id, "text": answer.output_text, "calls": calls, "status": answer.status,
                    "usage": answer.usage.model_dump(exclude_none=True)}

        asked = {"model": "sim-1", "input": PROMPT, "temperature": 0} | asked

        def streamed(seed: int) -> dict:
            with self.openai.responses.stream(metadata={"seed": str(seed)}, **asked) as stream:
                return told(stream.get_final_response())

        return lambda seed: told(self.openai.responses.create(metadata={"seed": str(seed)}, **asked)), streamed

    def test_responses(self):
        self.assert_same_in_both_modes(
            *self.responses(),
            lambda told: self.assertEqual((told["text"], told["status"]), (SAID, "completed")),
            lambda told: self.assertGreater(told["usage"]["output_tokens"], 5))

    def test_responses_with_a_tool_call(self):
        self.assert_same_in_both_modes(
            *self.responses(tools=[{"type": "function"} | FUNCTION], tool_choice="required"),
            lambda told: self.assertEqual(told["calls"][0][1], "weather"),
            lambda told: self.assertEqual(set(json.loads(told["calls"][0][2])), {"city", "days"}))

    # ---- messages

    def messages(self, **asked):
        def told(answer) -> dict:
            usage = answer.usage.model_dump(exclude_none=True)
            return {"id": answer.id, "content": [block.model_dump(exclude_none=True) for block in answer.content],
                    "stop": answer.stop_reason, "usage": usage}

        asked = {"model": "sim-1", "messages": MESSAGES, "max_tokens": 100} | asked

        def streamed(seed: int) -> dict:
            with self.anthropic.messages.stream(system=f"call {seed}", **asked) as stream:
                return told(stream.get_final_message())

        return lambda seed: told(self.anthropic.messages.create(system=f"call {seed}", **asked)), streamed

    def test_messages(self):
        self.assert_same_in_both_modes(
            *self.messages(),
            lambda told: self.assertEqual((told["content"][0]["text"], told["stop"]), (SAID, "end_turn")),
            lambda told: self.assertGreater(told["usage"]["output_tokens"], 5))

    def test_messages_with_a_tool_call(self):
        tool = {"name": "weather", "input_schema": PARAMETERS}
        self.assert_same_in_both_modes(
            *self.messages(tools=[tool], tool_choice={"type": "tool", "name": "weather"}),
            lambda told: self.assertEqual(told["stop"], "tool_use"),
            lambda told: self.assertEqual(set(told["content"][-1]["input"]), {"city", "days"}))

    # ---- all of them, as bytes

    def test_the_same_mode_is_byte_for_byte_what_came_first(self):
        with self.gateway.client() as client:
            for path, body in PATHS.items():
                for stream in (False, True):
                    with self.subTest(path, stream=stream):
                        first, *others = [self.ask(client, path, body, stream, f"bytes {stream}") for _ in range(3)]
                        self.assertFalse(is_hit(first))
                        for other in others:
                            self.assertTrue(is_hit(other))
                            self.assertEqual(other.body, first.body)

    def test_the_other_mode_is_the_same_each_time(self):
        with self.gateway.client() as client:
            for path, body in PATHS.items():
                for stream in (False, True):
                    with self.subTest(path, first_streamed=stream):
                        self.ask(client, path, body, stream, f"turned {stream}")
                        turned = [self.ask(client, path, body, not stream, f"turned {stream}") for _ in range(3)]
                        self.assertTrue(all(map(is_hit, turned)))
                        self.assertEqual(len({answer.body for answer in turned}), 1)
                        self.assertIn("application/json" if stream else "text/event-stream",
                                      turned[0].header("content-type"))

    @staticmethod
    def ask(client: Client, path: str, body: dict, stream: bool, case: str) -> Message:
        asked = {"model": "sim-1", "temperature": 0, "stream": stream} | body
        return client.ask(path, asked, {"x-weir-cache-namespace": case})


if __name__ == "__main__":
    unittest.main()
