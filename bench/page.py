"""docs/performance.md, docs/performance.svg and the README's figures: what `--write` keeps, all from one run."""

import pathlib
from typing import Any

import chart
from figures import Failure, Result, Spread
from report import LEGEND, number, table
from servers import ROOT

PAGE = ROOT / "docs/performance.md"
CHART = ROOT / "docs/performance.svg"
README = ROOT / "README.md"
About = dict[str, Any]
Place = tuple[pathlib.Path, str, str]  # a file, and the markers where our lines begin and end


def between(path: pathlib.Path, begin: str, end: str) -> tuple[int, int]:
    """Where in a file's text the lines between two markers begin and end."""
    text = path.read_text()
    first, last = text.find(begin), text.find(end)
    if first < 0 or last < first:
        raise Failure(f"{path.name} has lost its markers: put {begin} and {end} where the figures belong, "
                      "each on a line of its own.")
    return text.index("\n", first) + 1, last


FIGURES = (PAGE, "<!-- script/bench writes from here; what you change is lost -->", "<!-- to here -->")
PEERS = (PAGE, "<!-- script/bench --peers writes from here -->", "<!-- end of peers -->")
FRONT = (README, "<!-- figures: written by script/bench --write -->", "<!-- end of figures -->")


def replace(place: Place, lines: list[str]) -> None:
    path = place[0]
    begin, end = between(*place)
    text = path.read_text()
    path.write_text(text[:begin] + "\n".join(lines) + "\n" + text[end:])


def section(result: Result, command: str) -> list[str]:
    head = [f"### {result.title}", "", f"{result.how}: `{command}`", ""]
    lines = table(result)
    rows = ["| " + " | ".join(lines[0]) + " |", "|---" * len(lines[0]) + "|"]
    for line in lines[1:]:
        label = line[0].replace("|", "\\|")
        indented = "– " + label.strip() if label.startswith(" ") else label
        rows.append("| " + " | ".join([indented, *line[1:]]) + " |")
    notes = [line for note in (*result.verdicts, *result.notes) for line in (note, "")]
    return [*head, *([*rows, ""] if result.rows else []), *notes]


def provenance(about: About, command: str) -> str:
    of, what = about["machine"], about["measured"]
    return (f"Measured on {about['date']} with `{command}`: {what['program']} at {what['commit']}, beside nginx "
            f"{what['nginx']}, on {of['cores']} cores of {of['cpu']}, {of['memory_gib']} GiB, {of['system']}, "
            f"Linux {of['kernel']}. One minute's load before it began: {of['load_before']}.")


def front(results: list[Result], about: About) -> list[str]:
    """The README's two sentences and its picture. A reader finds each of their figures on the page too."""
    by_name = {result.name: result for result in results}

    def cell(scenario: str, column: str) -> Spread:
        return by_name[scenario].row("cpu").cells[column]
    passed, hit, large = (f"{cell(name, 'ratio').median:.2f}" for name in ("pass-2k", "hit-1k", "hit-16k"))
    passed_us, hit_us = (number(cell(name, "weir").median) for name in ("pass-2k", "hit-1k"))
    what, of = about["measured"], about["machine"]
    return [f"A call that only passes through costs {passed} of what nginx takes ({passed_us} µs of CPU at 2 KB); "
            f"a cached answer {hit} of what nginx's own cache takes ({hit_us} µs at 1 KB; {large} at 16 KB).",
            "",
            f"Measured on {about['date']} at {what['commit']} beside nginx {what['nginx']} in the same run, on "
            f"{of['cores']} cores of {of['cpu']}. [How, and all figures](docs/performance.md).",
            "",
            "![CPU a call: nginx and weir](docs/performance.svg)"]


def ready(places: tuple[Place, ...]) -> None:
    """Fails when a marker is missing, before anything was measured or written."""
    for place in places:
        between(*place)


def write(results: list[Result], about: About) -> list[pathlib.Path]:
    """All of it, or nothing when a marker is missing."""
    ready((FIGURES, FRONT))
    lines = ["", provenance(about, "script/bench --write"), "", "![CPU a call: nginx and weir](performance.svg)",
             "", LEGEND, ""]
    for result in results:
        lines += section(result, f"script/bench {result.name}")
    replace(FIGURES, lines[:-1])
    CHART.write_text(chart.svg(results, about))
    replace(FRONT, front(results, about))
    return [PAGE, CHART, README]


def write_peers(result: Result, about: About) -> list[pathlib.Path]:
    command = "script/bench --peers litellm,portkey"
    replace(PEERS, ["", provenance(about, f"{command} --write"), "", LEGEND, "", *section(result, command)[:-1]])
    return [PAGE]
