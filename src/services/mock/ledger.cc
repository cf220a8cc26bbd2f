#include "mock/ledger.h"

#include <nlohmann/json.hpp>

namespace weir::mock {
namespace {

using nlohmann::ordered_json;

ordered_json to_document(const Figures& figures) {
  return {{"calls", figures.calls},
          {"completed", figures.completed},
          {"cancelled", figures.cancelled},
          {"input_tokens", figures.input_tokens},
          {"output_tokens", figures.output_tokens},
          {"cost_nanos", figures.cost_nanos}};
}

ordered_json to_document(const std::map<std::string, Figures, std::less<>>& by_name) {
  auto document = ordered_json::object();
  for (const auto& [name, figures] : by_name) document[name] = to_document(figures);
  return document;
}

}  // namespace

// At most 1e11 pico-dollars a token and 3.2e7 tokens in (bodies are bounded), so 64 bits are enough.
std::uint64_t cost_nanos(const Price& price, std::uint64_t input_tokens, std::uint64_t output_tokens) {
  constexpr std::uint64_t kPicosInNano = 1000;
  std::uint64_t picos = price.input_pico * input_tokens + price.output_pico * output_tokens;
  return (picos + kPicosInNano / 2) / kPicosInNano;
}

std::string to_json(const Ledger& ledger) {
  auto document = to_document(static_cast<const Figures&>(ledger));
  document["by_model"] = to_document(ledger.by_model);
  document["by_path"] = to_document(ledger.by_path);
  document["by_status"] = ledger.by_status;
  return document.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace weir::mock
