#include "mock/call.h"

#include <nlohmann/json.hpp>

#include "mock/base64.h"

namespace weir::mock {
namespace {

using nlohmann::ordered_json;

double milliseconds(Duration duration) { return std::chrono::duration<double, std::milli>(duration).count(); }

std::string line_of(const ordered_json& document) {
  return document.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

ordered_json nothing_or(std::string_view text) {
  return text.empty() ? ordered_json(nullptr) : ordered_json(text);
}

}  // namespace

std::string_view name_of(Call::Ended ended) {
  constexpr std::array<std::string_view, 3> kNames{"completed", "cancelled", "fault"};
  return kNames[static_cast<std::size_t>(ended)];
}

std::string to_json(const Call& call, TimePoint zero) {
  auto names = ordered_json::array();
  for (std::string_view rest = call.header_names; !rest.empty();) {
    auto name = rest.substr(0, rest.find(' '));
    names.push_back(name);
    rest.remove_prefix(std::min(rest.size(), name.size() + 1));
  }
  return line_of({{"number", call.number},
                  {"path", call.path},
                  {"model", nothing_or(call.model)},
                  {"headers", names},
                  {"body_bytes", call.body_bytes},
                  {"body_digest", fmt::format("{:016x}", call.body_digest)},
                  {"status", call.status},
                  {"ended", name_of(call.ended)},
                  {"fault", nothing_or(call.fault)},
                  {"fault_at", nothing_or(call.fault_at)},
                  {"input_tokens", call.input_tokens},
                  {"output_tokens", call.output_tokens},
                  {"began_ms", milliseconds(call.began - zero)},
                  {"first_byte_ms", milliseconds(call.first_byte - call.began)},
                  {"finished_ms", milliseconds(call.finished - call.began)}});
}

std::string to_json(const Call& call, const RawCall& raw) {
  return line_of({{"number", call.number},
                  {"path", call.path},
                  {"status", call.status},
                  {"ended", name_of(call.ended)},
                  {"fault", nothing_or(call.fault)},
                  {"fault_at", nothing_or(call.fault_at)},
                  {"content_type", raw.content_type},
                  {"request_base64", base64(raw.request)},
                  {"answer_base64", base64(raw.answer)},
                  {"elapsed_ns", (call.finished - call.began).count()},
                  {"time_to_first_token_ns", raw.time_to_first_token.count()},
                  {"tokens_per_second", raw.tokens_per_second},
                  {"choices", raw.choices}});
}

}  // namespace weir::mock
