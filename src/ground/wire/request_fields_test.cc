#include "wire/request_fields.h"

#include <gtest/gtest.h>

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
  EXPECT_NE(message(R"({"model":"m","stream":true,"stream":false})").find("twice"), std::string::npos);
}

TEST(RequestFields, a_document_nested_without_end_is_refused) {
  std::string deep = R"({"model":"m","x":)" + std::string(100'000, '[') + std::string(100'000, ']') + "}";
  EXPECT_NE(message(deep).find("nested more than 512 levels"), std::string::npos);
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
