#include "wire/request_fields.h"

#include <gtest/gtest.h>

#include "wire/is_json.h"

namespace weir::wire {
namespace {

Result<RequestFields> read(std::string_view text) {
  PaddedString body(text);
  return read_json_fields(body.view());
}

std::string message(std::string_view text) {
  auto fields = read(text);
  return fields ? "no failure" : fields.error().message;
}

TEST(RequestFields, the_model_and_the_mode_are_found_wherever_they_stand) {
  auto fields = read(
      R"({"messages":[{"role":"user","content":"{\"model\":1}"}], "stream" : true, "model" : "a/b" , "n":1})");
  ASSERT_TRUE(fields) << fields.error().message;
  EXPECT_EQ(fields->model, "a/b");
  EXPECT_EQ(fields->mode, RequestFields::Mode::events);
}

TEST(RequestFields, the_place_of_the_model_is_its_raw_value_so_that_it_can_be_replaced) {
  std::string text = R"({"model": "g\u0070t"  , "x":2})";
  auto fields = read(text);
  ASSERT_TRUE(fields);
  EXPECT_EQ(fields->model, "gpt");
  EXPECT_EQ(text.substr(fields->model_begin, fields->model_size), R"("g\u0070t")");
}

TEST(RequestFields, no_stream_or_null_means_a_whole_answer) {
  EXPECT_EQ(read(R"({"model":"m"})")->mode, RequestFields::Mode::whole);
  EXPECT_EQ(read(R"({"model":"m","stream":null})")->mode, RequestFields::Mode::whole);
  EXPECT_EQ(read(R"({"model":"m","stream":false})")->mode, RequestFields::Mode::whole);
}

std::string without_cache(std::string_view text) {
  auto fields = read(text);
  if (!fields) return fields.error().message;
  std::string cut(text);
  return cut.erase(fields->cache_member.begin, fields->cache_member.size);
}

std::string asking_usage(std::string_view text) {
  auto fields = read(text);
  if (!fields) return fields.error().message;
  if (!fields->ask_usage) return "no edit";
  std::string edited(text);
  return edited.replace(fields->ask_usage->place.begin, fields->ask_usage->place.size,
                        fields->ask_usage->text);
}

TEST(RequestFields, a_temperature_is_zero_however_it_is_written) {
  for (std::string_view zero : {"0", "0.0", "-0", "0e9", "0.000 "}) {
    EXPECT_TRUE(read(fmt::format(R"({{"model":"m","temperature":{}}})", zero))->temperature_zero) << zero;
  }
  for (std::string_view other : {"0.1", "1", "null", "\"0\"", "[0]", "1e-9"}) {
    EXPECT_FALSE(read(fmt::format(R"({{"model":"m","temperature":{}}})", other))->temperature_zero) << other;
  }
  EXPECT_FALSE(read(R"({"model":"m"})")->temperature_zero);
}

TEST(RequestFields, tools_that_the_caller_runs_are_told_from_those_that_run_at_the_provider) {
  auto at_provider = [](std::string_view member) {
    return read(fmt::format(R"({{"model":"m",{}}})", member))->provider_tools;
  };
  EXPECT_FALSE(at_provider(R"("tools":[{"type":"function","function":{"type":"web_search"}}])"));
  EXPECT_FALSE(at_provider(R"("tools":[{"type":"custom","name":"a"},{"name":"b","input_schema":{}}])"));
  EXPECT_FALSE(at_provider(R"("tools":[{"type":null,"name":"b"}],"mcp_servers":[ ],"plugins":null)"));
  EXPECT_FALSE(at_provider(R"("messages":[{"tools":[{"type":"web_search"}]}])"));
  EXPECT_TRUE(at_provider(R"("tools":[{"type":"function"},{"name":"s","type":"web_search_20250305"}])"));
  EXPECT_TRUE(at_provider(R"("tools":[{"t\u0079pe":"mcp"}])"));
  EXPECT_TRUE(at_provider(R"("web_search_options":{})"));
  EXPECT_TRUE(at_provider(R"("mcp_servers":[{"url":"https://a.example"}])"));
  EXPECT_TRUE(at_provider(R"("search_parameters":{"mode":"auto"})"));
}

TEST(RequestFields, state_at_the_provider_that_changes_is_noticed) {
  auto changing = [](std::string_view member) {
    return read(fmt::format(R"({{"model":"m",{}}})", member))->changing_state;
  };
  EXPECT_TRUE(changing(R"("conversation":"conv_1")"));
  EXPECT_TRUE(changing(R"("background":true)"));
  EXPECT_TRUE(changing(R"("container":{"id":"c"})"));
  EXPECT_TRUE(changing(R"("prompt":{"id":"pmpt_1","version":null})"));
  EXPECT_FALSE(changing(R"("prompt":{"id":"pmpt_1","version":"2"})"));
  EXPECT_FALSE(changing(R"("prompt":"Say hi","background":false,"conversation":null)"));
  EXPECT_FALSE(changing(R"("previous_response_id":"resp_1")"));
}

TEST(RequestFields, a_type_that_no_document_knows_is_left_to_the_provider) {
  for (std::string_view member :
       {R"("tools":{})", R"("tools":[5])", R"("tools":[{"type":1}])", R"("stream_options":"on")",
        R"("stream_options":{"include_usage":1})", R"("background":"yes")"}) {
    auto fields = read(fmt::format(R"({{"stream":true,"model":"m",{}}})", member));
    ASSERT_TRUE(fields) << member;
    EXPECT_TRUE(fields->unclear) << member;
    EXPECT_FALSE(fields->ask_usage) << member;
  }
  EXPECT_FALSE(read(R"({"model":"m","tools":null,"stream_options":null,"background":null})")->unclear);
}

TEST(RequestFields, a_stream_is_made_to_tell_its_usage_with_one_edit) {
  EXPECT_EQ(asking_usage(R"({"stream": true ,"model":"m"})"),
            R"({"stream": true,"stream_options":{"include_usage":true} ,"model":"m"})");
  EXPECT_EQ(asking_usage(R"({"model":"m","stream":true})"),
            R"({"model":"m","stream":true,"stream_options":{"include_usage":true}})");
  EXPECT_EQ(asking_usage(R"({"stream_options" : null,"model":"m","stream":true})"),
            R"({"stream_options" : {"include_usage":true},"model":"m","stream":true})");
  EXPECT_EQ(asking_usage(R"({"model":"m","stream":true,"stream_options":{ }})"),
            R"({"model":"m","stream":true,"stream_options":{"include_usage":true }})");
  EXPECT_EQ(
      asking_usage(R"({"model":"m","stream":true,"stream_options":{"include_obfuscation":false}})"),
      R"({"model":"m","stream":true,"stream_options":{"include_usage":true,"include_obfuscation":false}})");
  EXPECT_EQ(asking_usage(R"({"model":"m","stream":true,"stream_options":{"x":[{}],"include_usage":false}})"),
            R"({"model":"m","stream":true,"stream_options":{"x":[{}],"include_usage":true}})");
  EXPECT_EQ(asking_usage(R"({"model":"m","stream_options":{"include_usage":null },"stream":true})"),
            R"({"model":"m","stream_options":{"include_usage":true },"stream":true})");
}

TEST(RequestFields, nothing_is_edited_where_usage_is_asked_for_or_nothing_streams) {
  auto fields = read(R"({"model":"m","stream":true,"stream_options":{"include_usage":true}})");
  EXPECT_TRUE(fields->asks_usage);
  EXPECT_FALSE(fields->ask_usage);
  EXPECT_FALSE(read(R"({"model":"m","stream":false})")->ask_usage);
  EXPECT_FALSE(read(R"({"model":"m","stream_options":{"include_usage":false}})")->ask_usage);
}

TEST(RequestFields, the_cache_member_is_found_and_cut_out_with_one_comma) {
  std::string text = R"({"model":"m", "c\u0061che" : {"ttl":[60]} , "n":1})";
  EXPECT_EQ(read(text)->cache.of(text), R"({"ttl":[60]})");
  EXPECT_EQ(without_cache(text), R"({"model":"m",  "n":1})");
  EXPECT_EQ(without_cache(R"({"cache":{},"model":"m"})"), R"({"model":"m"})");
  EXPECT_EQ(without_cache(R"({"model":"m" , "cache": null })"), R"({"model":"m"  })");
  EXPECT_EQ(without_cache(R"({"model":"m","cache":"off","n":1})"), R"({"model":"m","n":1})");
  EXPECT_EQ(read(R"({"model":"m"})")->cache_member, Span{});
  EXPECT_EQ(read(R"({"model":"m","x":{"cache":{}}})")->cache_member, Span{});
}

TEST(RequestFields, all_edits_of_one_body_keep_out_of_each_others_way) {
  std::string text = R"({"model":"m","stream":true,"cache":{"ttl":1}})";
  auto fields = read(text);
  ASSERT_TRUE(fields);
  EXPECT_LE(fields->ask_usage->place.begin, fields->cache_member.begin);
  text.erase(fields->cache_member.begin, fields->cache_member.size);
  text.insert(fields->ask_usage->place.begin, fields->ask_usage->text);
  EXPECT_EQ(text, R"({"model":"m","stream":true,"stream_options":{"include_usage":true}})");
}

TEST(RequestFields, each_mistake_gets_a_sentence_that_names_it) {
  EXPECT_NE(message("hello").find("The body must be a JSON object"), std::string::npos);
  EXPECT_NE(message("").find("not valid JSON"), std::string::npos);
  EXPECT_NE(message("[]").find("must be a JSON object"), std::string::npos);
  EXPECT_NE(message("{}").find("`model` is missing"), std::string::npos);
  EXPECT_NE(message(R"({"model":""})").find("`model` is missing"), std::string::npos);
  EXPECT_NE(message(R"({"model":5})").find("`model` must be a string"), std::string::npos);
  EXPECT_NE(message(R"({"model":"m","stream":"yes"})").find("`stream` must be true or false"),
            std::string::npos);
  EXPECT_NE(message(R"({"model":"m"} {})").find("goes on"), std::string::npos);
  EXPECT_NE(message(R"({"model":"m","x":[1,2})").find("not valid JSON"), std::string::npos);
  EXPECT_NE(message("{\"model\":\"\xFF\"}").find("not valid JSON"), std::string::npos);
}

TEST(RequestFields, a_field_that_is_there_twice_is_refused_because_the_provider_might_read_the_other) {
  EXPECT_NE(message(R"({"model":"cheap","model":"dear"})").find("twice"), std::string::npos);
  EXPECT_NE(message(R"({"model":"cheap","mod\u0065l":"dear"})").find("twice"), std::string::npos);
  for (std::string_view member : {R"("stream":true)", R"("stream_options":null)", R"("temperature":0)",
                                  R"("tools":[])", R"("cache":{})"}) {
    EXPECT_NE(message(fmt::format(R"({{"model":"m",{0},{0}}})", member)).find("twice"), std::string::npos)
        << member;
  }
  EXPECT_NE(message(R"({"model":"m","stream_options":{"include_usage":true,"include_usage":false}})")
                .find("`stream_options.include_usage` is there twice"),
            std::string::npos);
  EXPECT_EQ(message(R"({"model":"m","plugins":[],"plugins":[]})"), "no failure");
}

TEST(RequestFields, a_document_nested_without_end_is_refused) {
  std::string deep = R"({"model":"m","x":)" + std::string(100'000, '[') + std::string(100'000, ']') + "}";
  EXPECT_NE(message(deep).find("nested more than 512 levels"), std::string::npos);
  for (std::string_view member : {"tools", "stream_options", "cache", "prompt", "temperature", "container"}) {
    std::string inside =
        fmt::format(R"({{"model":"m","{}":{}{}}})", member, std::string(600, '['), std::string(600, ']'));
    EXPECT_NE(message(inside).find("nested more than 512 levels"), std::string::npos) << member;
  }
  std::string fine = R"({"model":"m","x":)" + std::string(500, '[') + std::string(500, ']') + "}";
  EXPECT_EQ(message(fine), "no failure");
}

TEST(IsJson, knows_a_whole_document_from_a_broken_one) {
  auto whole = [](std::string_view text) { return is_json(PaddedString(text).view()); };
  EXPECT_TRUE(whole(R"({"a":[1,{"b":null}],"c":"d"})"));
  EXPECT_TRUE(whole("[]"));
  EXPECT_FALSE(whole(R"({"a":[1,{"b":null}])"));
  EXPECT_FALSE(whole("<html>"));
  EXPECT_FALSE(whole(""));
  EXPECT_FALSE(whole("{} {}"));
}

constexpr std::string_view kType = "multipart/form-data; boundary=xyz";

TEST(MultipartFields, the_model_is_found_among_files) {
  std::string body =
      "--xyz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\n\r\nRIFF\r\n--xy\r\n\r\n"
      "\r\n--xyz\r\ncontent-disposition: form-data; name=\"model\"\r\n\r\nwhisper-1\r\n--xyz--\r\n";
  auto fields = read_multipart_fields(body, kType);
  ASSERT_TRUE(fields) << fields.error().message;
  EXPECT_EQ(fields->model, "whisper-1");
  EXPECT_EQ(body.substr(fields->model_begin, fields->model_size), "whisper-1");
}

TEST(MultipartFields, a_form_that_is_none_gets_a_sentence) {
  EXPECT_FALSE(read_multipart_fields("", kType));
  EXPECT_FALSE(read_multipart_fields("--xyz--", kType));
  EXPECT_FALSE(read_multipart_fields("--xyz\r\n\r\nabc", kType));
  EXPECT_FALSE(read_multipart_fields("--xyz\r\nno headers\r\n--xyz--", kType));
  EXPECT_FALSE(read_multipart_fields("anything", "multipart/form-data"));
}

}  // namespace
}  // namespace weir::wire
