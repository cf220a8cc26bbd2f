#include "telemetry/log.h"

#include <spdlog/async.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <atomic>

#include "base/json_string.h"
#include "runtime/work_pool.h"

namespace weir::telemetry {
namespace {

struct Running {
  LogOptions options;
  std::shared_ptr<spdlog::async_logger> logger;
  // Ends first: what waits is written, and nothing holds the logger any more.
  std::shared_ptr<spdlog::details::thread_pool> thread;
  mutable std::atomic<std::size_t> dropped_told = 0;
};

// The one global: whoever has something to report need not be handed a logger through every layer.
std::atomic<const Running*> running = nullptr;

std::string_view name_of(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return "debug";
    case LogLevel::info:
      return "info";
    case LogLevel::warning:
      return "warning";
    case LogLevel::error:
      return "error";
  }
  return "info";
}

// A text line stays one line, whatever its values hold.
void append_text_value(std::string& out, std::string_view text) {
  bool plain = !text.empty() && text.find_first_of(" \"\\=\n\r\t") == std::string_view::npos;
  if (plain) {
    out += text;
  } else {
    append_json_string(out, text);
  }
}

}  // namespace

std::string format_log_line(LogOptions::Format format, LogLevel level, std::string_view time,
                            std::string_view event, LogFields fields) {
  if (format == LogOptions::Format::text) {
    std::string line = fmt::format("{} {:<7} {}", time, name_of(level), event);
    for (const auto& field : fields) {
      line += fmt::format(" {}=", field.name);
      append_text_value(line, field.value);
    }
    return line;
  }
  std::string line = fmt::format(R"({{"time":"{}","level":"{}","event":)", time, name_of(level));
  append_json_string(line, event);
  for (const auto& field : fields) {
    line += fmt::format(R"(,"{}":)", field.name);
    append_json_string(line, field.value);
  }
  return line + '}';
}

Logging::Logging(const LogOptions& options) {
  constexpr std::size_t kWaiting = 8192;
  auto started = std::make_unique<Running>();
  started->options = options;
  started->thread = std::make_shared<spdlog::details::thread_pool>(
      kWaiting, 1, [] { runtime::name_this_thread("bg-log"); });
  started->logger =
      std::make_shared<spdlog::async_logger>("weir", std::make_shared<spdlog::sinks::stderr_sink_mt>(),
                                             started->thread, spdlog::async_overflow_policy::overrun_oldest);
  started->logger->set_pattern("%v");
  started->logger->flush_on(spdlog::level::info);
  running.store(started.release(), std::memory_order_release);
}

Logging::~Logging() {
  std::unique_ptr<const Running> ending(running.exchange(nullptr));
  ending->logger->flush();
}

namespace {

std::string time_now() {
  // The logger takes the time; only it may.
  auto now = spdlog::log_clock::now();
  auto milliseconds =
      std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count() % 1000;
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(spdlog::log_clock::to_time_t(now)),
                     milliseconds);
}

// Says how many lines were dropped since it was last said.
void tell_dropped(const Running& now_running) {
  std::size_t dropped = now_running.thread->overrun_counter();
  std::size_t told = now_running.dropped_told.exchange(dropped);
  if (dropped == told) return;
  now_running.logger->info(format_log_line(now_running.options.format, LogLevel::warning, time_now(),
                                           "log_lines_dropped", {{"lines", std::to_string(dropped - told)}}));
}

}  // namespace

void log(LogLevel level, std::string_view event, LogFields fields) {
  const Running* now_running = running.load(std::memory_order_acquire);
  if (now_running == nullptr || level < now_running->options.level) return;
  tell_dropped(*now_running);
  now_running->logger->info(format_log_line(now_running->options.format, level, time_now(), event, fields));
}

}  // namespace weir::telemetry
