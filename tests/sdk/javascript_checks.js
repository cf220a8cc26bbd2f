// The official JavaScript clients, as their users use them. javascript_test.py starts the gateways, hands their ports
// over as JSON in the first argument, and reads from stdout a line of JSON for each check: {name, error}.

import assert from "node:assert/strict";

import Anthropic from "@anthropic-ai/sdk";
import OpenAI, { toFile } from "openai";

const { newcomers, scripted, recovering, refusing, masterKey } = JSON.parse(process.argv[2]);
const SAID = "Hello from the other side";
const HELLO = [{ role: "user", content: `repeat after me: ${SAID}` }];
const CHAT = { model: "sim-1", messages: HELLO };
const MESSAGE = { ...CHAT, max_tokens: 50 };
const PARAMETERS = {
  type: "object",
  properties: { city: { type: "string" }, days: { type: "integer" } },
  required: ["city", "days"],
};
const OPENAI_TOOL = {
  tools: [{ type: "function", function: { name: "weather", parameters: PARAMETERS } }],
  tool_choice: { type: "function", function: { name: "weather" } },
};
const ANTHROPIC_TOOL = {
  tools: [{ name: "weather", input_schema: PARAMETERS }],
  tool_choice: { type: "tool", name: "weather" },
};

const USUAL = { apiKey: masterKey, maxRetries: 0, timeout: 20_000 };
const openaiAt = (port, settings = {}) =>
  new OpenAI({ baseURL: `http://127.0.0.1:${port}/v1`, ...USUAL, ...settings });
const anthropicAt = (port, settings = {}) =>
  new Anthropic({ baseURL: `http://127.0.0.1:${port}`, ...USUAL, ...settings });

const openai = openaiAt(newcomers);
const anthropic = anthropicAt(newcomers);
const openaiScripted = openaiAt(scripted);
const anthropicScripted = anthropicAt(scripted);

const saying = (content) => ({ model: "sim-1", messages: [{ role: "user", content }] });
const all = async (stream) => {
  const items = [];
  for await (const item of stream) items.push(item);
  return items;
};
const assertArguments = (given) => {
  assert.deepEqual(Object.keys(given).sort(), ["city", "days"]);
  assert.equal(typeof given.days, "number");
};

const checks = {
  "openai: chat": async () => {
    const answer = await openai.chat.completions.create(CHAT);
    assert.equal(answer.choices[0].message.content, SAID);
    assert.ok(answer._request_id);
  },
  "openai: chat streamed": async () => {
    const chunks = await all(await openai.chat.completions.create({ ...CHAT, stream: true }));
    assert.equal(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? "").join(""), SAID);
    assert.ok(chunks.length > 3);
  },
  "openai: a forced tool call": async () => {
    const { message, finish_reason } = (await openai.chat.completions.create({ ...CHAT, ...OPENAI_TOOL })).choices[0];
    assert.equal(finish_reason, "tool_calls");
    assert.equal(message.tool_calls[0].function.name, "weather");
    assertArguments(JSON.parse(message.tool_calls[0].function.arguments));
  },
  "openai: a forced tool call streamed": async () => {
    const stream = openai.chat.completions.stream({ ...CHAT, ...OPENAI_TOOL });
    const [call] = (await stream.finalChatCompletion()).choices[0].message.tool_calls;
    assert.equal(call.function.name, "weather");
    assertArguments(JSON.parse(call.function.arguments));
  },
  "openai: embeddings as floats and as base64": async () => {
    const asked = { model: "sim-1", input: ["one", "two"] };
    const floats = await openai.embeddings.create({ ...asked, encoding_format: "float" });
    const packed = await openai.embeddings.create(asked); // base64 is the client's default
    assert.equal(floats.data.length, 2);
    floats.data[1].embedding.forEach((value, at) => assert.ok(Math.abs(value - packed.data[1].embedding[at]) < 1e-5));
  },
  "openai: models": async () => {
    assert.ok((await all(await openai.models.list())).some((model) => model.id === "sim-1"));
  },
  "openai: responses": async () => {
    const answer = await openai.responses.create({ model: "sim-1", input: HELLO[0].content });
    assert.equal(answer.output_text, SAID);
    assert.ok(answer._request_id);
  },
  "openai: responses streamed": async () => {
    const events = await all(await openai.responses.create({ model: "sim-1", input: HELLO[0].content, stream: true }));
    assert.equal(events.at(0).type, "response.created");
    assert.equal(events.at(-1).type, "response.completed");
    const deltas = events.filter((event) => event.type === "response.output_text.delta");
    assert.equal(deltas.map((event) => event.delta).join(""), SAID);
  },
  "openai: completions": async () => {
    const asked = { model: "sim-1", prompt: HELLO[0].content };
    assert.equal((await openai.completions.create(asked)).choices[0].text, SAID);
    const chunks = await all(await openai.completions.create({ ...asked, stream: true }));
    assert.equal(chunks.map((chunk) => chunk.choices[0]?.text ?? "").join(""), SAID);
  },
  "openai: moderations": async () => {
    assert.equal((await openai.moderations.create({ model: "sim-1", input: "flag this" })).results[0].flagged, true);
  },
  "openai: images": async () => {
    const asked = { model: "sim-1", prompt: "a weir", response_format: "b64_json" };
    const png = Buffer.from((await openai.images.generate(asked)).data[0].b64_json, "base64");
    assert.equal(png.subarray(1, 4).toString(), "PNG");
  },
  "openai: speech": async () => {
    const asked = { model: "sim-1", voice: "alloy", input: "two words", response_format: "wav" };
    const sound = Buffer.from(await (await openai.audio.speech.create(asked)).arrayBuffer());
    assert.equal(sound.subarray(0, 4).toString(), "RIFF");
    assert.equal(sound.readUInt32LE(4) + 8, sound.length);
  },
  "openai: transcription": async () => {
    const file = await toFile(Buffer.alloc(5000, "sound"), "talk.wav");
    assert.ok((await openai.audio.transcriptions.create({ model: "sim-1", file })).text);
  },
  "anthropic: a message": async () => {
    const answer = await anthropic.messages.create(MESSAGE);
    assert.equal(answer.content[0].text, SAID);
    assert.ok(answer._request_id);
  },
  "anthropic: a message streamed": async () => {
    const events = await all(await anthropic.messages.create({ ...MESSAGE, stream: true }));
    assert.equal(events.at(0).type, "message_start");
    assert.equal(events.at(-1).type, "message_stop");
    const final = await anthropic.messages.stream(MESSAGE).finalMessage();
    assert.equal(final.content[0].text, SAID);
  },
  "anthropic: a forced tool call": async () => {
    const { content, stop_reason } = await anthropic.messages.create({ ...MESSAGE, ...ANTHROPIC_TOOL });
    assert.equal(stop_reason, "tool_use");
    assertArguments(content[0].input);
  },
  "anthropic: a forced tool call streamed": async () => {
    const { content } = await anthropic.messages.stream({ ...MESSAGE, ...ANTHROPIC_TOOL }).finalMessage();
    assert.equal(content[0].name, "weather");
    assertArguments(content[0].input);
  },
  "anthropic: count_tokens": async () => {
    const counted = await anthropic.messages.countTokens(CHAT);
    assert.equal(counted.input_tokens, (await anthropic.messages.create(MESSAGE)).usage.input_tokens);
  },
  "anthropic: models": async () => {
    assert.ok((await all(await anthropic.models.list())).some((model) => model.id === "sim-1"));
  },
};

// What the provider does, or how the client is set up; the client's class, the status, weir's code (null: not weir's).
const PROVIDER_ERRORS = [
  ["fault=status status=400", "BadRequestError", 400, null],
  ["fault=status status=401", "InternalServerError", 502, "provider_auth"],
  ["fault=status status=404", "NotFoundError", 404, null],
  ["fault=status status=409", "ConflictError", 409, null],
  ["fault=status status=422", "UnprocessableEntityError", 422, null],
  ["fault=status status=429", "RateLimitError", 429, null],
  ["fault=status status=500", "InternalServerError", 502, "provider_failed"],
  ["fault=status status=503", "InternalServerError", 503, "provider_overloaded"],
  ["fault=hang", "InternalServerError", 504, "provider_timeout"],
  ["fault=reset", "InternalServerError", 502, "provider_failed"],
  ["fault=garbage", "InternalServerError", 502, "provider_malformed"],
];
const OWN_ERRORS = [
  ["a wrong key", scripted, { apiKey: "sk-wrong" }, {}, "AuthenticationError", 401, "not_authenticated"],
  ["a web page from elsewhere", newcomers, { defaultHeaders: { origin: "https://evil.example" } }, {},
   "PermissionDeniedError", 403, "not_allowed"],
  ["an unknown model", scripted, {}, { model: "sim-2" }, "NotFoundError", 404, "no_such_model"],
  ["no model", scripted, {}, { model: "" }, "BadRequestError", 400, "malformed_request"],
];

const assertError = (library, error, kind, status, code) => {
  assert.ok(error instanceof library[kind], `${error.constructor.name}: ${error.message}`);
  assert.equal(error.status, status);
  const requestId = error.requestID ?? error.request_id;
  assert.ok(requestId, "the client shows a request id");
  const body = library === OpenAI ? error.error : error.error.error;
  if (code) assert.equal(body.code, code);
  const told = library === OpenAI ? body.request_id : error.error.request_id;
  if (code) assert.equal(told, requestId);
};
const failing = async (asking) => {
  try {
    await asking;
  } catch (error) {
    return error;
  }
  throw new assert.AssertionError({ message: "it did not fail" });
};

for (const [hint, kind, status, code] of PROVIDER_ERRORS) {
  checks[`openai: ${hint}`] = async () => {
    for (const stream of [false, true]) {
      const asking = openaiScripted.chat.completions.create({ ...saying(`[[${hint}]]`), stream });
      assertError(OpenAI, await failing(asking), kind, status, code);
    }
  };
  checks[`anthropic: ${hint}`] = async () => {
    for (const stream of [false, true]) {
      const asking = anthropicScripted.messages.create({ ...saying(`[[${hint}]]`), max_tokens: 50, stream });
      assertError(Anthropic, await failing(asking), kind, status, code);
    }
  };
}
for (const [name, port, settings, asked, kind, status, code] of OWN_ERRORS) {
  checks[`openai: ${name}`] = async () => {
    const asking = openaiAt(port, settings).chat.completions.create({ ...CHAT, ...asked });
    assertError(OpenAI, await failing(asking), kind, status, code);
  };
  checks[`anthropic: ${name}`] = async () => {
    const asking = anthropicAt(port, settings).messages.create({ ...MESSAGE, ...asked });
    assertError(Anthropic, await failing(asking), kind, status, code);
  };
}

Object.assign(checks, {
  "openai: a stream that breaks in the middle": async () => {
    const stream = await openaiScripted.chat.completions.create({ ...saying("break off"), stream: true });
    const error = await failing(all(stream));
    assert.ok(error instanceof OpenAI.APIError, error.constructor.name);
    assert.equal(error.code, "provider_failed");
  },
  "openai: a response stream that breaks in the middle": async () => {
    const stream = await openaiScripted.responses.create({ model: "sim-1", input: "break off", stream: true });
    const error = await failing(all(stream));
    assert.ok(error instanceof OpenAI.APIError, error.constructor.name);
    assert.equal(error.code, "provider_failed");
  },
  "anthropic: a stream that breaks in the middle": async () => {
    const stream = await anthropicScripted.messages.create({ ...saying("break off"), max_tokens: 50, stream: true });
    const error = await failing(all(stream));
    assert.ok(error instanceof Anthropic.APIError, error.constructor.name);
    assert.equal(error.error.error.code, "provider_failed");
  },
  // The Python side looks into the ledgers: two calls each for who recovers, one for who is told not to retry.
  "openai: a call that fails once succeeds": async () => {
    const answer = await openaiAt(recovering.openai, { maxRetries: 2 }).chat.completions.create(CHAT);
    assert.equal(answer.choices[0].message.content, SAID);
  },
  "anthropic: a call that fails once succeeds": async () => {
    const answer = await anthropicAt(recovering.anthropic, { maxRetries: 2 }).messages.create(MESSAGE);
    assert.equal(answer.content[0].text, SAID);
  },
  "openai: what waiting does not help is not retried": async () => {
    const error = await failing(openaiAt(refusing.openai, { maxRetries: 2 }).chat.completions.create(CHAT));
    assert.equal(error.headers.get("x-should-retry"), "false");
  },
  "anthropic: what waiting does not help is not retried": async () => {
    const error = await failing(anthropicAt(refusing.anthropic, { maxRetries: 2 }).messages.create(MESSAGE));
    assert.equal(error.headers.get("x-should-retry"), "false");
  },
});

for (const [name, check] of Object.entries(checks)) {
  let error = null;
  try {
    await check();
  } catch (failure) {
    error = String(failure.stack);
  }
  console.log(JSON.stringify({ name, error }));
}
console.log(JSON.stringify({ name: "all", error: null, count: Object.keys(checks).length }));
