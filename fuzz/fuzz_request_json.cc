// Request bodies: what is accepted names its model where it says it does, and every edit that is offered
// (another model, no `cache`, usage asked for) leaves a request that says just that.
#include <algorithm>
#include <vector>

#include "base/json_string.h"
#include "wire/is_json.h"
#include "wire/request_fields.h"

namespace {

using namespace weir;

void edits_must_work(std::string_view bytes, const wire::RequestFields& fields) {
  // From the end of the body to its beginning, so that places stay what they are; where a cut and an
  // insertion begin at one place, the cut first.
  struct Edit {
    wire::Span place;
    std::string text;
  };
  std::vector<Edit> edits{{{fields.model_begin, fields.model_size}, json_string("another \"name\"")}};
  if (fields.cache_member.size != 0) edits.push_back({fields.cache_member, ""});
  if (fields.ask_usage) edits.push_back({fields.ask_usage->place, std::string(fields.ask_usage->text)});
  std::ranges::sort(edits, std::ranges::greater(),
                    [](const Edit& edit) { return std::pair(edit.place.begin, edit.place.size); });
  std::string edited(bytes);
  std::size_t end = bytes.size();
  for (const auto& edit : edits) {
    if (edit.place.begin + edit.place.size > end) __builtin_trap();
    edited.replace(edit.place.begin, edit.place.size, edit.text);
    end = edit.place.begin;
  }
  PaddedString again(edited);
  auto reread = wire::read_json_fields(again.view());
  if (!reread || reread->model != "another \"name\"" || reread->mode != fields.mode) __builtin_trap();
  if (reread->cache_member.size != 0 || reread->ask_usage) __builtin_trap();
  if (reread->asks_usage != (fields.asks_usage || fields.ask_usage)) __builtin_trap();
  if (reread->temperature_zero != fields.temperature_zero) __builtin_trap();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  PaddedString body(bytes);
  auto fields = wire::read_json_fields(body.view());
  if (fields) edits_must_work(bytes, *fields);
  wire::is_json(body.view());
  wire::read_multipart_fields(bytes, "multipart/form-data; boundary=b");
  return 0;
}
