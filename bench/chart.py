"""docs/performance.svg: CPU a call of nginx and of weir, as bars with the spread of their rounds.

No background and middling colours, so that it can be read on a light and on a dark page."""

from typing import Any
from xml.sax.saxutils import escape

from figures import Result, Row
from report import number

BARS = [("pass-2k", "passed on, 2 KB"), ("hit-1k", "cache hit, 1 KB"), ("hit-16k", "cache hit, 16 KB")]
TEXT, AXIS, ON_BAR = "#747c85", "#8b939c", "#1c2128"
FILL = {"nginx": "#8b939c", "weir": "#2f81c7"}
WIDTH, LEFT, RIGHT = 760, 150, 90
TOP, GROUP, BAR, GAP = 64, 64, 20, 3
FONT = "-apple-system,'Segoe UI',Helvetica,Arial,sans-serif"


def _words(x: float, y: float, words: str, more: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{TEXT}"{more}>{escape(words)}</text>'


def _rect(x: float, y: float, width: float, height: float, fill: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="2" fill="{fill}"/>'


def _whisker(begin: float, end: float, y: float, stroke: str) -> str:
    """From a bar's end to its lowest or highest round, where it has a foot."""
    path = f"M{begin:.1f} {y:.1f}H{end:.1f}M{end:.1f} {y - 4:.1f}v8"
    return f'<path d="{path}" stroke="{stroke}" stroke-width="1.5" fill="none"/>'


def _bar(row: Row, column: str, y: float, scale: float) -> list[str]:
    spread = row.cells[column]
    low, median, high = (LEFT + value * scale for value in (spread.low, spread.median, spread.high))
    middle = y + BAR / 2
    return [_rect(LEFT, y, median - LEFT, BAR, FILL[column]),
            _whisker(median, low, middle, ON_BAR), _whisker(median, high, middle, TEXT),
            _words(high + 8, middle + 4, f"{number(spread.median)} {row.unit}")]


def _group(row: Row, label: str, y: float, scale: float) -> list[str]:
    ratio = row.cells["ratio"].median
    return [_words(LEFT - 10, y + BAR + GAP / 2 + 4, label, ' text-anchor="end"'),
            *_bar(row, "nginx", y, scale), *_bar(row, "weir", y + BAR + GAP, scale),
            _words(WIDTH - 4, y + BAR + GAP / 2 + 6, f"{ratio:.2f} ×",
                   ' text-anchor="end" font-size="18" font-weight="600"')]


def _legend() -> list[str]:
    return [_words(LEFT, 20, "CPU a call, µs: less is better", ' font-weight="600"'),
            _rect(LEFT, 34, 12, 12, FILL["nginx"]), _words(LEFT + 18, 44, "nginx"),
            _rect(LEFT + 72, 34, 12, 12, FILL["weir"]), _words(LEFT + 90, 44, "weir"),
            _words(WIDTH - 4, 44, "weir to nginx", ' text-anchor="end"')]


def svg(results: list[Result], about: dict[str, Any]) -> str:
    """Needs the scenarios of BARS among the results."""
    by_name = {result.name: result.row("cpu") for result in results if result.name in dict(BARS)}
    most = max(spread.high for row in by_name.values() for spread in (row.cells["nginx"], row.cells["weir"]))
    scale = (WIDTH - LEFT - RIGHT - 70) / most
    bottom = TOP + GROUP * len(BARS)
    drawn = _legend()
    for place, (name, label) in enumerate(BARS):
        drawn += _group(by_name[name], label, TOP + GROUP * place, scale)
    drawn += [f'<path d="M{LEFT} {TOP - 6}V{bottom - 8}" stroke="{AXIS}"/>',
              _words(LEFT, bottom + 12, "Medians; whiskers are the lowest and highest round. "
                     f"{about['date']}, {about['measured']['commit']}, {about['machine']['cores']} cores.",
                     ' font-size="12"')]
    title = "CPU a call of nginx and weir: " + "; ".join(
        f"{label} {number(by_name[name].cells['nginx'].median)} and "
        f"{number(by_name[name].cells['weir'].median)} µs" for name, label in BARS)
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {bottom + 22}" role="img" '
            f'width="{WIDTH}" font-family="{FONT}" font-size="14">\n<title>{escape(title)}</title>\n'
            + "\n".join(drawn) + "\n</svg>\n")
