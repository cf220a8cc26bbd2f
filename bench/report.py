"""Results for people at a terminal and for programs; page.py writes those that are kept."""

import dataclasses
import json
import os
import pathlib
import platform
import re
import subprocess
import time

from figures import Result, Row, Spread
from servers import ROOT, program

UNITLESS = {"ratio"}
LEGEND = ("Cells are medians of the rounds (lowest to highest); a ratio is weir's to the column before it, "
          "round by round.")
# The columns of any table, in this order.
COLUMNS = ["no proxy", "nginx", "other", "off", "on", "weir", "litellm", "portkey", "ratio", "added"]


def _run(*command: str) -> str:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()


def machine() -> dict[str, object]:
    information = pathlib.Path("/proc/cpuinfo").read_text()
    model = re.search(r"model name\s*: (.*)", information)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    system = re.search(r'PRETTY_NAME="(.*)"', pathlib.Path("/etc/os-release").read_text())
    return {"cpu": model[1] if model else platform.machine(), "cores": os.cpu_count(),
            "memory_gib": round(memory / 2**30), "kernel": platform.release(),
            "system": system[1] if system else platform.system(), "load_before": round(os.getloadavg()[0], 2)}


def measured() -> dict[str, object]:
    """What was measured: program and commit."""
    path = program()
    changed = "-dirty" if _run("git", "status", "--porcelain", "--untracked-files=no") else ""
    commit = _run("git", "rev-parse", "--short", "HEAD")
    shown = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path.name
    nginx = _run("nginx", "-v") or subprocess.run(["nginx", "-v"], capture_output=True, text=True,
                                                  check=False).stderr.strip()
    return {"program": str(shown), "commit": (commit + changed) if commit else "unknown",
            "nginx": nginx.rpartition("/")[2]}


def number(value: float) -> str:
    """Three figures that mean something, and no more."""
    size = abs(value)
    if size >= 1000:
        return f"{value:,.0f}"
    return f"{value:.{0 if size >= 100 else 1 if size >= 10 else 2}f}"


def cell(column: str, spread: Spread, unit: str) -> str:
    def one(value: float) -> str:
        return f"{value:.2f}" if column in UNITLESS else number(value)
    text = one(spread.median)
    if unit and column not in UNITLESS:
        text += f" {unit}"
    if one(spread.low) != one(spread.high):
        text += f" ({one(spread.low)} to {one(spread.high)})"
    return text


def table(result: Result) -> list[list[str]]:
    columns = [column for column in COLUMNS if any(column in row.cells for row in result.rows)]
    lines = [["", *columns]]
    for row in result.rows:
        lines.append([row.label, *(cell(column, row.cells[column], row.unit) if column in row.cells else ""
                                   for column in columns)])
    return lines


def text(results: list[Result]) -> str:
    parts = []
    for result in results:
        lines = table(result)
        widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
        widths[0] = min(widths[0], 60)
        parts.append(f"{result.title}: {result.how}")
        for line in lines if result.rows else []:
            parts.append("  " + "   ".join(value.ljust(width) for value, width in zip(line, widths)).rstrip())
        parts += [f"  {note}" for note in (result.verdicts or (result.notes if not result.rows else []))]
        parts.append("")
    if any("ratio" in row.cells for result in results for row in result.rows):
        parts.append(LEGEND)
    return "\n".join(parts).rstrip()


def document(results: list[Result], about: dict[str, object]) -> dict[str, object]:
    def of(row: Row) -> dict[str, object]:
        return {"label": row.label.strip(), "unit": row.unit,
                **{column: dataclasses.asdict(spread) for column, spread in row.cells.items()}}
    return {**about, "scenarios": {
        result.name: {"title": result.title, "how": result.how, "notes": result.notes,
                      "verdicts": result.verdicts,
                      "figures": {row.key: of(row) for row in result.rows}} for result in results}}


def about() -> dict[str, object]:
    return {"date": time.strftime("%Y-%m-%d"), "machine": machine(), "measured": measured()}


def write_json(path: pathlib.Path, content: dict[str, object]) -> None:
    path.write_text(json.dumps(content, indent=2) + "\n")
