// What weir says about itself, a line an event, on standard error: JSON for machines or text for people.
//
//   log_warning("provider_failed", {{"provider", "openai"}, {"request_id", id.text()}});
//
// Lines are written by a thread of their own (bg-log); a caller never waits for a slow terminal or a full
// pipe: past 8,192 waiting lines the oldest are dropped, and the next line says how many. Nothing that a
// client or a provider sent goes into a log but ids and names that weir itself knows: no key, prompt or
// header.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace weir::telemetry {

enum class LogLevel : std::uint8_t { debug, info, warning, error };

struct LogOptions {
  enum class Format : std::uint8_t { text, json } format = Format::text;
  LogLevel level = LogLevel::info;
};

struct LogField {
  std::string_view name;
  std::string_view value;
};
using LogFields = std::initializer_list<LogField>;

// Lines may be logged while one of these lives; before and after, they are dropped. Its destructor writes
// what waits.
class Logging {
 public:
  explicit Logging(const LogOptions& options);
  Logging(const Logging&) = delete;
  Logging& operator=(const Logging&) = delete;
  ~Logging();
};

// Any thread. `event` is a fixed name, for finding; what varies is in the fields.
void log(LogLevel level, std::string_view event, LogFields fields);

inline void log_info(std::string_view event, LogFields fields = {}) { log(LogLevel::info, event, fields); }
inline void log_warning(std::string_view event, LogFields fields = {}) {
  log(LogLevel::warning, event, fields);
}
inline void log_error(std::string_view event, LogFields fields = {}) { log(LogLevel::error, event, fields); }

// The line as it is written, without its end.
std::string format_log_line(LogOptions::Format format, LogLevel level, std::string_view time,
                            std::string_view event, LogFields fields);

}  // namespace weir::telemetry
