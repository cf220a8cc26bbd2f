// What weir says about itself, a line an event, on standard error: JSON for machines or text for people.
//
//   log_warning("provider_failed", {{"provider", "openai"}, {"request_id", id.text()}});
//
// Lines are written by a thread of their own (line_writer.h); a caller never waits for a slow terminal or a
// full pipe: past 4 MiB of waiting lines new ones are dropped, and the next line says how many. Nothing that
// a client or a provider sent goes into a log but ids and names that weir itself knows: no key, prompt or
// header.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace weir::telemetry {

enum class LogLevel : std::uint8_t { debug, info, warning, error };
std::string_view name_of(LogLevel level);

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
// what waits, for 2 s at most.
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

// Lines made elsewhere, `count` of them, each with its end and as important as the level asks. Any thread.
// False if they were dropped.
bool log_lines(std::string_view lines, std::uint64_t count);

// From now on less important lines are left out. Any thread.
void set_log_level(LogLevel level);
// Lines that were dropped since the start. Any thread.
std::uint64_t log_lines_dropped();

// The line as it is written, without its end.
std::string format_log_line(LogOptions::Format format, LogLevel level, std::string_view time,
                            std::string_view event, LogFields fields);
// A value in a line of text: quoted where it would not stay one word.
void append_text_value(std::string& out, std::string_view text);

}  // namespace weir::telemetry
