"""docs/performance.md, its chart and the README's figures: what `--write` keeps, all from one run."""

import dataclasses
import pathlib
from typing import Any

import chart
from figures import Failure, Result, Spread
from report import LEGEND, number, table
from servers import ROOT

About = dict[str, Any]
PICTURE = "![CPU a call: nginx and weir]({})"


@dataclasses.dataclass(frozen=True)
class Documents:
    page: pathlib.Path
    front: pathlib.Path
    picture: pathlib.Path


@dataclasses.dataclass(frozen=True)
class Markers:
    """Lines of a document: what stands between them is the command's."""

    begin: str
    end: str

    def place(self, document: pathlib.Path) -> tuple[int, int]:
        text = document.read_text()
        first, last = text.find(self.begin), text.find(self.end)
        if first < 0 or last < first:
            raise Failure(f"{document.name} has lost its markers, so nothing is written. Put {self.begin} "
                          f"and {self.end} where the figures belong, each on a line of its own.")
        return text.index("\n", first) + 1, last


HERE = Documents(ROOT / "docs/performance.md", ROOT / "README.md", ROOT / "docs/performance.svg")
FIGURES = Markers("<!-- script/bench writes from here; what you change is lost -->", "<!-- to here -->")
PEERS = Markers("<!-- script/bench --peers writes from here; what you change is lost -->",
                "<!-- end of peers -->")
FRONT = Markers("<!-- figures: written by script/bench --write -->", "<!-- end of figures -->")


def lines(document: pathlib.Path, markers: Markers) -> str:
    begin, end = markers.place(document)
    return document.read_text()[begin:end]


def replace(document: pathlib.Path, markers: Markers, to: list[str]) -> None:
    begin, end = markers.place(document)
    text = document.read_text()
    document.write_text(text[:begin] + "\n".join(to) + "\n" + text[end:])


def section(result: Result, command: str) -> list[str]:
    head = [f"### {result.title}", "", f"{result.how}: `{command}`", ""]
    first, *others = table(result)
    rows = ["| " + " | ".join(first) + " |", "|---" * len(first) + "|"]
    for line in others:
        label = line[0].replace("|", "\\|")
        indented = "– " + label.strip() if label.startswith(" ") else label
        rows.append("| " + " | ".join([indented, *line[1:]]) + " |")
    notes = [line for note in (*result.verdicts, *result.notes) for line in (note, "")]
    return [*head, *([*rows, ""] if result.rows else []), *notes]


def provenance(about: About, command: str, measured: str = "Measured") -> str:
    of, what = about["machine"], about["measured"]
    return (f"{measured} on {about['date']} with `{command}`: {what['program']} at {what['commit']}, "
            f"beside nginx {what['nginx']}, on {of['cores']} cores of {of['cpu']}, {of['memory_gib']} GiB, "
            f"{of['system']}, Linux {of['kernel']}. One minute's load before it began: {of['load_before']}.")


def front(results: list[Result], about: About) -> list[str]:
    """The README's two sentences and its picture. A reader finds each of their figures on the page too."""
    by_name = {result.name: result for result in results}

    def cell(scenario: str, column: str) -> Spread:
        return by_name[scenario].row("cpu").cells[column]
    passed, hit, large = (f"{cell(name, 'ratio').median:.2f}" for name in ("pass-2k", "hit-1k", "hit-16k"))
    passed_us, hit_us = (number(cell(name, "weir").median) for name in ("pass-2k", "hit-1k"))
    what, of = about["measured"], about["machine"]
    return [f"A call that only passes through costs {passed} of what nginx takes ({passed_us} µs of CPU at "
            f"2 KB); a cached answer {hit} of what nginx's own cache takes ({hit_us} µs at 1 KB; {large} at "
            "16 KB).",
            "",
            f"Measured on {about['date']} at {what['commit']} beside nginx {what['nginx']} in the same run, "
            f"on {of['cores']} cores of {of['cpu']}. [How, and all figures](docs/performance.md).",
            "",
            PICTURE.format("docs/performance.svg")]


def places(documents: Documents) -> list[tuple[pathlib.Path, Markers]]:
    """Where `write` writes between markers."""
    return [(documents.page, FIGURES), (documents.front, FRONT)]


def write(documents: Documents, results: list[Result], about: About) -> list[pathlib.Path]:
    """All of it, or nothing when a marker is missing."""
    for document, markers in places(documents):
        markers.place(document)
    body = ["", provenance(about, "script/bench --write"), "", PICTURE.format("performance.svg"), "",
            LEGEND, ""]
    for result in results:
        body += section(result, f"script/bench {result.name}")
    replace(documents.page, FIGURES, body[:-1])
    documents.picture.write_text(chart.svg(results, about))
    replace(documents.front, FRONT, front(results, about))
    return [documents.page, documents.picture, documents.front]


def write_again(documents: Documents, results: list[Result], about: About) -> list[pathlib.Path]:
    """Only these sections, each of which then says when and of what; all of them, or nothing."""
    text = lines(documents.page, FIGURES)
    for result in results:
        title = f"### {result.title}\n"
        begin = text.find(title)
        if begin < 0:
            raise Failure(f"{documents.page.name} has no section \"{result.title}\" yet: measure everything "
                          "first.")
        command = f"script/bench {result.name}"
        again = [*section(result, command), provenance(about, f"{command} --write", "Measured again"), ""]
        after = text.find("\n### ", begin + len(title))
        rest = text[after:] if after >= 0 else ""
        text = text[:begin] + "\n".join(again) + rest
    replace(documents.page, FIGURES, [text.removesuffix("\n")])
    return [documents.page]


def write_peers(documents: Documents, result: Result, about: About) -> list[pathlib.Path]:
    command = "script/bench --peers litellm,portkey"
    replace(documents.page, PEERS,
            ["", provenance(about, f"{command} --write"), "", LEGEND, "", *section(result, command)[:-1]])
    return [documents.page]
