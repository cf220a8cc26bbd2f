#include "model/trace_context.h"

#include <gtest/gtest.h>

namespace weir {
namespace {

constexpr std::string_view kExample = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

TEST(TraceContext, the_specifications_example_is_read_and_written_back) {
  auto context = TraceContext::parse(kExample);
  ASSERT_TRUE(context);
  EXPECT_TRUE(context->sampled);
  EXPECT_EQ(context->to_header(), kExample);
}

TEST(TraceContext, a_later_version_may_say_more) {
  auto context =
      TraceContext::parse("cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00-what-is-to-come");
  ASSERT_TRUE(context);
  EXPECT_FALSE(context->sampled);
}

TEST(TraceContext, what_is_no_traceparent_is_not_believed) {
  for (std::string_view bad : {"", "00", "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                               "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                               "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                               "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                               "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
                               "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01more",
                               "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0g"}) {
    EXPECT_FALSE(TraceContext::parse(bad)) << bad;
  }
}

TEST(TraceContext, a_new_trace_is_read_back_as_it_was_written) {
  Random random(1);
  auto context = TraceContext::begin(random);
  EXPECT_EQ(TraceContext::parse(context.to_header()), context);
  EXPECT_NE(TraceContext::begin(random), context);
}

}  // namespace
}  // namespace weir
