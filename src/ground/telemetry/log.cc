#include "telemetry/log.h"

#include <unistd.h>

#include <atomic>

#include "base/json_string.h"
#include "telemetry/line_writer.h"

namespace weir::telemetry {
namespace {

std::string time_now() {
  auto now = std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(std::chrono::system_clock::to_time_t(now)),
                     now.time_since_epoch().count() % 1000);
}

struct Running {
  explicit Running(const LogOptions& options) : format(options.format), level(options.level) {}

  std::string line(LogLevel of, std::string_view event, LogFields fields) const {
    return format_log_line(format, of, time_now(), event, fields) + '\n';
  }

  const LogOptions::Format format;
  std::atomic<LogLevel> level;
  LineWriter writer{{.descriptor = STDERR_FILENO, .tell_dropped = [this](std::uint64_t lines) {
                       return line(LogLevel::warning, "log_lines_dropped",
                                   {{"lines", std::to_string(lines)}});
                     }}};
};

// The one global: whoever has something to report need not be handed a logger through every layer.
std::atomic<Running*> running = nullptr;

}  // namespace

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
  running.store(std::make_unique<Running>(options).release(), std::memory_order_release);
}

Logging::~Logging() { std::unique_ptr<Running> ending(running.exchange(nullptr)); }

void log(LogLevel level, std::string_view event, LogFields fields) {
  Running* now_running = running.load(std::memory_order_acquire);
  if (now_running == nullptr || level < now_running->level.load(std::memory_order_relaxed)) return;
  now_running->writer.append(now_running->line(level, event, fields), 1);
}

bool log_lines(std::string_view lines, std::uint64_t count) {
  Running* now_running = running.load(std::memory_order_acquire);
  return now_running != nullptr && now_running->writer.append(lines, count);
}

void set_log_level(LogLevel level) {
  if (Running* now_running = running.load(std::memory_order_acquire)) now_running->level = level;
}

std::uint64_t log_lines_dropped() {
  Running* now_running = running.load(std::memory_order_acquire);
  return now_running != nullptr ? now_running->writer.dropped() : 0;
}

}  // namespace weir::telemetry
