#include "telemetry/metrics_page.h"

#include <cmath>

namespace weir::telemetry {
namespace {

constexpr std::uint64_t kBillion = 1'000'000'000;

static_assert(kMetrics.back().name == "weir_metrics_left_out");

// `path="/v1/embeddings",model="house"`
std::string label_text(const MetricDeclaration& metric, MetricsPage::Labels values) {
  std::string text;
  const auto* name = metric.labels.begin();
  for (auto value : values) {
    if (!text.empty()) text += ',';
    text += *name++;
    text += "=\"";
    for (char c : value) {
      if (c == '\\' || c == '"') text += '\\';
      if (c == '\n') {
        text += "\\n";
      } else {
        text += c;
      }
    }
    text += '"';
  }
  return text;
}

// As whole ones: exact, with as many decimals as it takes.
std::string to_ones(std::uint64_t billionths) {
  auto text = fmt::format("{}.{:09}", billionths / kBillion, billionths % kBillion);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text;
}

std::string braced(std::string_view labels) { return labels.empty() ? "" : fmt::format("{{{}}}", labels); }

std::string heading(const MetricDeclaration& metric) {
  return fmt::format("# HELP {} {}\n# TYPE {} {}\n", metric.name, metric.help, metric.name,
                     name_of(metric.type));
}

}  // namespace

MetricsPage::Sample& MetricsPage::sample(Metric metric, Labels labels) {
  return families_[metric.index()][label_text(metric.declaration(), labels)];
}

void MetricsPage::add(Metric metric, Labels labels, std::uint64_t count) {
  sample(metric, labels).value += count;
}

void MetricsPage::add(Metric metric, Labels labels, Duration time) {
  add(metric, labels, static_cast<std::uint64_t>(time.count()));
}

void MetricsPage::add(Metric metric, Labels labels, Share share) {
  add(metric, labels, static_cast<std::uint64_t>(std::llround(share.of_one * kBillion)));
}

void MetricsPage::add(Labels labels, const Histogram& histogram) {
  auto& sum = sample(histogram.metric(), labels);
  sum.value += static_cast<std::uint64_t>(histogram.sum().count());
  for (std::size_t i = 0; i < sum.buckets.size(); ++i) sum.buckets[i] += histogram.count(i);
}

std::string MetricsPage::lines(const MetricDeclaration& metric, const std::string& labels,
                               const Sample& sample) {
  if (metric.type != MetricType::histogram) {
    auto value = metric.in_billionths() ? to_ones(sample.value) : fmt::to_string(sample.value);
    return fmt::format("{}{} {}\n", metric.name, braced(labels), value);
  }
  std::string text;
  std::uint64_t count = 0;  // so that buckets, which are read one by one, and their count agree
  for (std::size_t i = 0; i <= metric.bounds.size(); ++i) {
    count += sample.buckets[i];
    bool last = i == metric.bounds.size();
    auto bound = last ? "+Inf" : to_ones(static_cast<std::uint64_t>(metric.bounds[i].count()));
    text += fmt::format("{}_bucket{{{}{}le=\"{}\"}} {}\n", metric.name, labels, labels.empty() ? "" : ",",
                        bound, count);
  }
  text += fmt::format("{}_sum{} {}\n", metric.name, braced(labels), to_ones(sample.value));
  text += fmt::format("{}_count{} {}\n", metric.name, braced(labels), count);
  return text;
}

std::string MetricsPage::text() const {
  std::string page;
  std::uint64_t left_out = 0;
  for (std::size_t i = 0; i < families_.size(); ++i) {
    page += heading(kMetrics[i]);
    for (const auto& [labels, sample] : families_[i]) {
      auto text = lines(kMetrics[i], labels, sample);
      if (page.size() + text.size() <= kMost.count) {
        page += text;
      } else {
        ++left_out;
      }
    }
  }
  return page + lines(kMetrics.back(), "", {.value = left_out});
}

}  // namespace weir::telemetry
