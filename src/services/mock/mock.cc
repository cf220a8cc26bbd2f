#include "mock/mock.h"

#include "mock/rules.h"

namespace weir::mock {
namespace {

constexpr std::size_t kMostModels = 1000;
constexpr std::size_t kMostCalls = 1000;
constexpr std::size_t kMostRawBytes = std::size_t{16} << 20;
constexpr std::string_view kUnknown = "none";

std::string name_or_none(std::string_view name) { return std::string(name.empty() ? kUnknown : name); }

void add_end(Figures& figures, const Call& call, std::uint64_t cost) {
  if (call.ended == Call::Ended::completed) ++figures.completed;
  if (call.ended == Call::Ended::cancelled) ++figures.cancelled;
  figures.input_tokens += call.input_tokens;
  figures.output_tokens += call.output_tokens;
  figures.cost_nanos += cost;
}

}  // namespace

Mock::Mock(Script script) : script_(std::make_shared<const Script>(std::move(script))) {}

std::shared_ptr<const Script> Mock::script() const {
  std::lock_guard lock(mutex_);
  return script_;
}

void Mock::set_script(Script script) {
  auto made = std::make_shared<const Script>(std::move(script));
  std::lock_guard lock(mutex_);
  script_.swap(made);
  next_number_ = 1;
}

void Mock::reset() {
  std::lock_guard lock(mutex_);
  ledger_ = {};
  calls_.clear();
  raw_.clear();
  raw_bytes_ = 0;
  next_number_ = 1;
  ++epoch_;
}

Ledger Mock::ledger() const {
  std::lock_guard lock(mutex_);
  return ledger_;
}

std::string Mock::calls_json() const {
  std::lock_guard lock(mutex_);
  std::string out = R"({"data":[)";
  for (const auto& call : calls_) {
    if (&call != &calls_.front()) out += ',';
    out += to_json(call, zero_.value_or(TimePoint{}));
  }
  return out + "]}";
}

std::string Mock::raw_log() const {
  std::lock_guard lock(mutex_);
  std::string out;
  for (const auto& line : raw_) out.append(line).append("\n");
  return out;
}

std::optional<Fault> Mock::meet_connection() {
  std::lock_guard lock(mutex_);
  if (script_->rules.empty()) return std::nullopt;
  auto fault = fault_at_connect(*script_, next_number_);
  if (!fault) return std::nullopt;
  ++next_number_;
  for (Figures* figures : {static_cast<Figures*>(&ledger_), &of_model(std::string(kUnknown)),
                           &ledger_.by_path[std::string(kUnknown)]}) {
    ++figures->calls;
  }
  ++ledger_.by_status[std::string(kUnknown)];
  return fault;
}

Mock::Opened Mock::open(TimePoint now) {
  std::lock_guard lock(mutex_);
  if (!zero_) zero_ = now;
  return {next_number_++, epoch_};
}

Figures& Mock::of_model(const std::string& name) {
  auto found = ledger_.by_model.find(name);
  if (found != ledger_.by_model.end()) return found->second;
  return ledger_.by_model[ledger_.by_model.size() < kMostModels ? name : "other"];
}

void Mock::count(const Call& call, std::uint64_t epoch) {
  std::lock_guard lock(mutex_);
  if (epoch != epoch_) return;
  ++ledger_.calls;
  ++of_model(name_or_none(call.model)).calls;
  ++ledger_.by_path[name_or_none(call.path)].calls;
}

void Mock::close(const Call& call, std::uint64_t cost, const RawCall* raw, std::uint64_t epoch) {
  std::string line = raw == nullptr ? std::string() : to_json(call, *raw);
  std::lock_guard lock(mutex_);
  if (epoch != epoch_) return;
  add_end(ledger_, call, cost);
  add_end(of_model(name_or_none(call.model)), call, cost);
  add_end(ledger_.by_path[name_or_none(call.path)], call, cost);
  ++ledger_.by_status[call.status == 0 ? std::string(kUnknown) : std::to_string(call.status)];
  calls_.push_back(call);
  if (calls_.size() > kMostCalls) calls_.pop_front();
  if (line.empty()) return;
  raw_bytes_ += line.size();
  raw_.push_back(std::move(line));
  while (raw_.size() > kMostCalls || raw_bytes_ > kMostRawBytes) {
    raw_bytes_ -= raw_.front().size();
    raw_.pop_front();
  }
}

OpenCall::OpenCall(Mock& mock, TimePoint now) : mock_(mock), script_(mock.script()) {
  auto opened = mock.open(now);
  epoch_ = opened.epoch;
  call_.number = opened.number;
  call_.began = call_.first_byte = call_.finished = now;
  if (script_->raw_log) raw_.emplace();
}

OpenCall::~OpenCall() {
  if (!counted_) count();
  std::uint64_t cost = cost_nanos(script_->price_of(call_.model), call_.input_tokens, call_.output_tokens);
  mock_.close(call_, cost, raw(), epoch_);
}

void OpenCall::count() {
  counted_ = true;
  mock_.count(call_, epoch_);
}

}  // namespace weir::mock
