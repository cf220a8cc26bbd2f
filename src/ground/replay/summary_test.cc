#include "replay/summary.h"

#include <gtest/gtest.h>

#include <ostream>

namespace weir::replay {

// How a failing test shows it.
std::ostream& operator<<(std::ostream& out, const Summary& summary) {
  const Usage usage = summary.usage.value_or(Usage{});
  return out << "stop " << static_cast<int>(summary.stop) << (summary.tool_calls ? ", tool calls" : "")
             << (summary.usage ? ", " : ", no usage ") << usage.input << " " << usage.cached_input << " "
             << usage.output << " " << usage.reasoning;
}

namespace {

using Stop = Summary::Stop;

std::optional<Summary> of_whole(std::string_view path, std::string_view body) {
  const PaddedString padded(body);
  return summarize_whole(*wire::find_relayed_path(path), padded.view());
}
std::optional<Summary> of_events(std::string_view path, std::string_view events) {
  return summarize_events(*wire::find_relayed_path(path), events);
}

std::string chat_with(std::string_view reason, std::string_view message = R"({"content":"a"})") {
  return R"({"choices":[{"index":0,"message":)" + std::string(message) + R"(,"finish_reason":")" +
         std::string(reason) + "\"}]}";
}
Stop stop_of_chat(std::string_view reason) {
  return of_whole("/v1/chat/completions", chat_with(reason)).value().stop;
}
Stop stop_of_message(std::string_view reason) {
  return of_whole("/v1/messages", R"({"content":[],"stop_reason":")" + std::string(reason) + "\"}")
      .value()
      .stop;
}

TEST(Summary, tells_a_finished_answer_from_a_cut_one_and_from_any_other) {
  EXPECT_EQ(stop_of_chat("stop"), Stop::finished);
  EXPECT_EQ(stop_of_chat("tool_calls"), Stop::finished);
  EXPECT_EQ(stop_of_chat("length"), Stop::cut);
  EXPECT_EQ(stop_of_chat("content_filter"), Stop::other);
  EXPECT_EQ(stop_of_chat("a reason of tomorrow"), Stop::other);
  EXPECT_EQ(stop_of_message("end_turn"), Stop::finished);
  EXPECT_EQ(stop_of_message("stop_sequence"), Stop::finished);
  EXPECT_EQ(stop_of_message("max_tokens"), Stop::cut);
  EXPECT_EQ(stop_of_message("refusal"), Stop::other);
  EXPECT_EQ(stop_of_message("pause_turn"), Stop::other);
}

TEST(Summary, tells_why_a_response_ended) {
  auto stop = [](std::string_view rest) {
    return of_whole("/v1/responses", R"({"output":[],)" + std::string(rest) + "}").value().stop;
  };
  EXPECT_EQ(stop(R"("status":"completed")"), Stop::finished);
  EXPECT_EQ(stop(R"("status":"incomplete","incomplete_details":{"reason":"max_output_tokens"})"), Stop::cut);
  EXPECT_EQ(stop(R"("status":"incomplete","incomplete_details":{"reason":"content_filter"})"), Stop::other);
  EXPECT_EQ(stop(R"("status":"failed","error":{"message":"no"})"), Stop::other);
  EXPECT_EQ(stop(R"("status":"queued")"), Stop::other);
}

TEST(Summary, is_that_of_the_worst_choice) {
  const std::string_view two = R"({"choices":[{"message":{},"finish_reason":"length"},)"
                               R"({"message":{},"finish_reason":"stop"}]})";
  EXPECT_EQ(of_whole("/v1/chat/completions", two).value().stop, Stop::cut);
}

TEST(Summary, knows_tool_calls_that_the_caller_has_to_make) {
  auto chat = [](std::string_view message) {
    return of_whole("/v1/chat/completions", chat_with("stop", message)).value().tool_calls;
  };
  EXPECT_TRUE(chat(R"({"tool_calls":[{"id":"a"}]})"));
  EXPECT_TRUE(chat(R"({"function_call":{"name":"f"}})"));
  EXPECT_FALSE(chat(R"({"tool_calls":[],"function_call":null})"));
  auto message = [](std::string_view type) {
    const std::string body =
        R"({"content":[{"type":")" + std::string(type) + R"("}],"stop_reason":"end_turn"})";
    return of_whole("/v1/messages", body).value().tool_calls;
  };
  EXPECT_TRUE(message("tool_use"));
  EXPECT_FALSE(message("server_tool_use"));
  auto response = [](std::string_view type) {
    const std::string body = R"({"output":[{"type":")" + std::string(type) + R"("}],"status":"completed"})";
    return of_whole("/v1/responses", body).value().tool_calls;
  };
  EXPECT_TRUE(response("function_call"));
  EXPECT_TRUE(response("custom_tool_call"));
  EXPECT_FALSE(response("web_search_call"));
}

TEST(Summary, counts_usage_as_each_provider_names_it) {
  const std::string chat = R"({"choices":[{"message":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":9,)"
                           R"("completion_tokens":8,"prompt_tokens_details":{"cached_tokens":7},)"
                           R"("completion_tokens_details":{"reasoning_tokens":6}}})";
  EXPECT_EQ(of_whole("/v1/chat/completions", chat).value().usage, (Usage{9, 7, 8, 6}));
  const std::string response = R"({"output":[],"status":"completed","usage":{"input_tokens":9,)"
                               R"("input_tokens_details":{"cached_tokens":7},"output_tokens":8,)"
                               R"("output_tokens_details":{"reasoning_tokens":6}}})";
  EXPECT_EQ(of_whole("/v1/responses", response).value().usage, (Usage{9, 7, 8, 6}));
  const std::string embeddings = R"({"data":[],"usage":{"prompt_tokens":5,"total_tokens":5}})";
  EXPECT_EQ(of_whole("/v1/embeddings", embeddings).value().usage, (Usage{5, 0, 0, 0}));
}

TEST(Summary, counts_what_anthropic_cached_as_input_too) {
  const std::string message =
      R"({"content":[],"stop_reason":"end_turn","usage":{"input_tokens":1,)"
      R"("cache_creation_input_tokens":20,"cache_read_input_tokens":300,"output_tokens":4}})";
  EXPECT_EQ(of_whole("/v1/messages", message).value().usage, (Usage{321, 300, 4, 0}));
}

TEST(Summary, has_no_usage_where_there_is_none) {
  EXPECT_EQ(of_whole("/v1/chat/completions", chat_with("stop")).value().usage, std::nullopt);
  EXPECT_EQ(of_whole("/v1/moderations", R"({"results":[],"usage":{}})").value().usage, std::nullopt);
}

TEST(Summary, is_nothing_for_what_is_no_answer_of_its_path) {
  EXPECT_FALSE(of_whole("/v1/chat/completions", R"({"error":{"message":"no"}})"));
  EXPECT_FALSE(of_whole("/v1/chat/completions", R"({"choices":[]})"));
  EXPECT_FALSE(of_whole("/v1/chat/completions", R"({"choices":[{"message":{},"finish_reason":null}]})"));
  EXPECT_FALSE(of_whole("/v1/chat/completions", "{\"choices\":["));
  EXPECT_FALSE(of_whole("/v1/messages", R"({"type":"error","error":{"type":"overloaded_error"}})"));
  EXPECT_FALSE(of_whole("/v1/messages", chat_with("stop")));
  EXPECT_FALSE(of_whole("/v1/embeddings", R"({"error":{"message":"no"}})"));
  EXPECT_FALSE(of_whole("/v1/embeddings", "<html>"));
}

TEST(Summary, asks_nothing_of_sound) {
  EXPECT_EQ(of_whole("/v1/audio/speech", "ID3\x04").value(), Summary{});
}

TEST(Summary, of_a_stream_is_known_even_where_one_document_could_not_say_the_same) {
  const auto summary = of_events(
      "/v1/messages",
      "data: {\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"usage\":{\"input_tokens\":3}}}\n\n"
      "data: "
      "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"tool_use\",\"input\":{}}}"
      "\n\n"
      "data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"partial_json\":\"{\\\"cut\"}}\n\n"
      "data: "
      "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"max_tokens\"},\"usage\":{\"output_tokens\":4}"
      "}\n\n"
      "data: {\"type\":\"message_stop\"}\n\n");
  EXPECT_EQ(summary,
            (Summary{.stop = Stop::cut, .tool_calls = true, .usage = Usage{.input = 3, .output = 4}}));
}

TEST(Summary, of_a_stream_needs_its_last_event) {
  const std::string chunk =
      "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}]}\n\n";
  EXPECT_TRUE(of_events("/v1/chat/completions", chunk + "data: [DONE]\n\n"));
  EXPECT_FALSE(of_events("/v1/chat/completions", chunk));
  EXPECT_FALSE(of_events("/v1/chat/completions", ""));
}

}  // namespace
}  // namespace weir::replay
