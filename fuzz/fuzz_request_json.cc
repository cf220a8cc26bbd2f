// Request bodies: what is accepted names its model where it says it does, and putting another name there
// works.
#include "base/json_string.h"
#include "wire/request_fields.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace weir;
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  PaddedString body(bytes);
  auto fields = wire::read_json_fields(body.view());
  if (fields) {
    if (fields->model_begin + fields->model_size > size) __builtin_trap();
    std::string edited(bytes.substr(0, fields->model_begin));
    append_json_string(edited, "another \"name\"");
    edited += bytes.substr(fields->model_begin + fields->model_size);
    PaddedString again(edited);
    auto reread = wire::read_json_fields(again.view());
    if (!reread || reread->model != "another \"name\"" || reread->mode != fields->mode) __builtin_trap();
  }
  wire::is_json(body.view());
  wire::read_multipart_fields(bytes, "multipart/form-data; boundary=b");
  return 0;
}
