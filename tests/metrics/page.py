"""The metrics page, read with Prometheus' own parser; and what docs/metrics.md says of it."""

import pathlib
import re
import sys
from typing import NamedTuple

from prometheus_client.parser import text_string_to_metric_families

ROOT = pathlib.Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from harness.http1 import Client  # noqa: E402


class Page:
    """What stood on the page when it was read."""

    def __init__(self, text: str):
        self.text = text
        self.types = dict(re.findall(r"^# TYPE (\S+) (\S+)$", text, re.MULTILINE))
        self.samples = {(sample.name, tuple(sorted(sample.labels.items()))): sample.value
                        for family in text_string_to_metric_families(text) for sample in family.samples}

    def values(self, name: str, **labels: str) -> dict[tuple, float]:
        """The samples of that name with at least these labels."""
        wanted = set(labels.items())
        return {key: value for (key_name, key), value in self.samples.items()
                if key_name == name and wanted <= set(key)}

    def value(self, name: str, **labels: str) -> float:
        """Their sum."""
        return sum(self.values(name, **labels).values())

    def only_rising(self) -> dict[tuple, float]:
        """The samples that may never fall: counters, and histograms, which consist of counters."""
        return {key: value for key, value in self.samples.items()
                if key[0].endswith(("_total", "_bucket", "_sum", "_count"))}


def read(client: Client) -> Page:
    answer = client.get("/metrics")
    assert answer.status == 200, answer.body.decode()
    return Page(answer.body.decode())


class Declared(NamedTuple):
    type: str
    labels: set[str]


def documented() -> dict[str, Declared]:
    """The table of docs/metrics.md."""
    rows = re.findall(r"^\| `(\w+)` \| (counter|gauge|histogram) \| (.*?) \|",
                      (ROOT / "docs/metrics.md").read_text(), re.MULTILINE)
    return {name: Declared(kind, set(re.findall(r"`(\w+)`", labels))) for name, kind, labels in rows}
