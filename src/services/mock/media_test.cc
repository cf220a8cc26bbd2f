// Embeddings, moderations, images and audio.
#include "mock/media.h"

#include <cmath>

#include "mock/base64.h"
#include "mock/testing_world.h"

namespace weir::mock {
namespace {

using nlohmann::json;

TEST(Base64, agrees_with_rfc_4648) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
}

TEST(EmbeddingAnswer, has_a_vector_of_length_one_for_each_input) {
  World world;
  auto body =
      world.ask("/v1/embeddings", R"({"model":"e","input":["one two","three"],"dimensions":64})").json();
  ASSERT_EQ(body["data"].size(), 2U);
  EXPECT_EQ(body["data"][1]["index"], 1);
  auto vector = body["data"][0]["embedding"].get<std::vector<double>>();
  ASSERT_EQ(vector.size(), 64U);
  double squares = 0;
  for (double value : vector) squares += value * value;
  EXPECT_NEAR(squares, 1, 1e-5);
  EXPECT_NE(body["data"][0]["embedding"], body["data"][1]["embedding"]);
  EXPECT_EQ(body["usage"]["prompt_tokens"], 3);
}

TEST(EmbeddingAnswer, in_base64_is_four_bytes_a_dimension) {
  World world;
  auto body =
      world.ask("/v1/embeddings", R"({"model":"e","input":"one","dimensions":3,"encoding_format":"base64"})")
          .json();
  EXPECT_EQ(body["data"][0]["embedding"].get<std::string>().size(), 16U);
  auto usual =
      world.ask("/v1/embeddings", R"({"model":"e","input":[[1,2,3],[4]],"encoding_format":"base64"})").json();
  EXPECT_EQ(usual["data"].size(), 2U);
  EXPECT_EQ(usual["data"][0]["embedding"].get<std::string>().size(), 1536U * 4 / 3 * 4);
  EXPECT_EQ(usual["usage"]["prompt_tokens"], 4);
}

TEST(EmbeddingAnswer, refuses_dimensions_that_no_model_has) {
  World world;
  EXPECT_EQ(world.ask("/v1/embeddings", R"({"model":"e","input":"x","dimensions":100000})").status, 400);
}

TEST(ModerationAnswer, judges_each_text) {
  World world;
  auto body = world.ask("/v1/moderations", R"({"input":["good day","please flag this"]})").json();
  ASSERT_EQ(body["results"].size(), 2U);
  EXPECT_EQ(body["results"][0]["flagged"], false);
  EXPECT_EQ(body["results"][1]["flagged"], true);
  EXPECT_EQ(body["results"][1]["categories"]["violence"], true);
}

TEST(ImageAnswer, is_a_png) {
  World world;
  auto body = world.ask("/v1/images/generations", R"({"model":"i","prompt":"a weir","n":2})").json();
  ASSERT_EQ(body["data"].size(), 2U);
  EXPECT_TRUE(body["data"][0]["b64_json"].get<std::string>().starts_with("iVBORw0KGgo"));
  EXPECT_NE(body["data"][0], body["data"][1]);
}

TEST(ImageStream, gives_partial_images_first) {
  World world;
  auto events = world
                    .ask("/v1/images/generations",
                         R"({"model":"i","prompt":"a weir","stream":true,"partial_images":2})")
                    .events();
  ASSERT_EQ(events.size(), 3U);
  EXPECT_EQ(events[1].event, "image_generation.partial_image");
  EXPECT_EQ(events[2].event, "image_generation.completed");
}

TEST(SpeechAnswer, is_sound) {
  World world;
  auto reply = world.ask("/v1/audio/speech", R"({"model":"s","input":"one two three","voice":"a"})");
  EXPECT_EQ(reply.headers["content-type"], "audio/wav");
  EXPECT_TRUE(reply.body.starts_with("RIFF"));
  EXPECT_EQ(reply.body.size(), 44U + 3 * 400);
}

constexpr std::string_view kForm = "content-type: multipart/form-data; boundary=\"xx\"\r\n";
std::string form(std::string_view format, std::string_view stream = "false") {
  return fmt::format(
      "--xx\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\nContent-Type: "
      "audio/wav\r\n\r\nRIFF\r\n"
      "--xx\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nwhisper-1\r\n"
      "--xx\r\nContent-Disposition: form-data; name=\"stream\"\r\n\r\n{}\r\n"
      "--xx\r\nContent-Disposition: form-data; name=\"response_format\"\r\n\r\n{}\r\n--xx--\r\n",
      stream, format);
}

TEST(TranscriptAnswer, comes_in_the_format_asked_for) {
  World world;
  auto plain = world.ask("/v1/audio/transcriptions", form("json"), kForm);
  ASSERT_EQ(plain.status, 200);
  std::string text = plain.json()["text"];
  EXPECT_EQ(world.ask("/v1/audio/transcriptions", form("text"), kForm).body, text + "\n");
  EXPECT_TRUE(world.ask("/v1/audio/translations", form("vtt"), kForm).body.starts_with("WEBVTT\n\n"));
  EXPECT_EQ(world.ask("/v1/audio/translations", form("verbose_json"), kForm).json()["segments"][0]["text"],
            text);
  EXPECT_EQ(world.mock.ledger().by_model.at("whisper-1").calls, 4U);
}

TEST(TranscriptStream, ends_with_the_whole_text) {
  World world;
  auto events = world.ask("/v1/audio/transcriptions", form("json", "true"), kForm).events();
  ASSERT_EQ(events.size(), 7U);
  EXPECT_EQ(json(joined(events, "/delta")), json::parse(events[5].data)["text"]);
}

TEST(TranscriptRefusal, of_what_is_no_form) {
  World world;
  EXPECT_EQ(world.ask("/v1/audio/transcriptions", "{}").status, 400);
  EXPECT_EQ(world.ask("/v1/audio/transcriptions", "--xx\r\nbroken", kForm).status, 400);
}

}  // namespace
}  // namespace weir::mock
