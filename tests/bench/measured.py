"""Results as a run could have had them, for tests."""

import pathlib
import sys

ROOT = pathlib.Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "bench"))

from figures import Result, Row, ratios  # noqa: E402

ABOUT = {"date": "2026-11-21",
         "machine": {"cpu": "Test <CPU> & Sons", "cores": 2, "memory_gib": 24, "kernel": "6.1",
                     "system": "Debian", "load_before": 0.5},
         "measured": {"program": "build/release/weir", "commit": "abc1234", "nginx": "1.22.1"}}


def beside_nginx(name: str, nginx: list[float], weir: list[float]) -> Result:
    cells = {"nginx": nginx, "weir": weir, "ratio": ratios(weir, nginx)}
    return Result(name, f"Title of {name}", "how", [Row.of("cpu", "CPU a request", "µs", cells)])


def charted() -> list[Result]:
    """The scenarios that the chart and the README need."""
    return [beside_nginx("pass-2k", [20.0, 22.0, 24.0], [17.0, 18.7, 20.0]),
            beside_nginx("hit-1k", [17.0, 18.0, 19.0], [10.0, 10.9, 11.0]),
            beside_nginx("hit-16k", [80.0, 84.0, 88.0], [20.0, 21.3, 23.0])]


def counted(name: str, **counts: float) -> Result:
    rows = [Row.of(key, key, "", {"weir": [value]}) for key, value in counts.items()]
    return Result(name, name, "how", rows)
