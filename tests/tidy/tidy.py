#!/usr/bin/env python3
"""Holds the rules of the house that a machine can hold.

    python3 tests/tidy/tidy.py [ROOT]

Prints FILE:LINE: what is wrong and what to do, and exits 1 when there is any. The tables below are the rules.
"""

import os
import pathlib
import re
import sys
from typing import Iterator, NamedTuple

import cpp

# ---- Who may include whom -------------------------------------------------------------------------------
# A room of the ground includes only what stands left of it.
GROUND = ["base", "runtime", "telemetry", "config", "model", "http", "wire", "replay", "recording"]
# The mock shares with weir what is on the wire, and nothing that counts tokens or money.
MOCK_SEES = GROUND[: GROUND.index("wire") + 1]
# A header in a folder of this name is the room's own; all others are public.
PRIVATE = "detail"
# Where `#include "room/file.h"` is looked for: the room's path without this.
INCLUDE_ROOTS = ["src/ground", "src/stages", "src/services", "src"]
ANYWHERE = {"precompiled.h"}

# ---- Sizes ----------------------------------------------------------------------------------------------
LINES_OF_A_SOURCE = 500
LINES_TO_WARN_AT = 400
LINES_OF_A_FUNCTION = 80
LINES_OF_A_ROOM_README = 40
LINES_OF_A_DECISION = 30
COLUMNS = 120

# ---- Words that may not stand in C++ code (comments and strings do not count) ------------------------------
RUNTIME = "src/ground/runtime/"
APP = "src/app/"
TESTS = "_test.cc"
CLOCKS = ("src/ground/base/", RUNTIME, APP, "src/ground/telemetry/log.cc")  # a log line's time is its own
# Where std::unique_ptr is told how to end an object that a C library keeps a pointer to.
DELETERS = ("src/ground/http/content_coding.cc",)
# Where foreign code may throw anything, and what it threw is passed on as a value.
CATCHES_EVERYTHING: tuple[str, ...] = ()


class Ban(NamedTuple):
    pattern: str
    instead: str
    except_in: tuple[str, ...] = ()  # how the names of files begin or end


BANNED = [
    Ban(r"\b(?:sleep_for|sleep_until|usleep|nanosleep)\b", "wait for a condition, or drive the clock"),
    Ban(r"(?:\.|->)detach\s*\(", "every task has an owner that waits for it"),
    Ban(r"(?<![\w.>])(?:std::)?system\s*\(", "no shell", (TESTS,)),
    Ban(r"\bpopen\b", "no shell"),
    Ban(r"\bgethostbyname\b", "ask runtime's Resolver"),
    Ban(r"\bgetaddrinfo\b", "ask runtime's Resolver", (RUNTIME,)),
    Ban(r"\bv?(?:f|d)?printf\s*\(", "write with fmt, and to the log", (APP, TESTS)),
    Ban(r"\b(?:puts|fputs|putchar)\s*\(", "write to the log", (APP,)),
    Ban(r"\bstd::(?:cout|cerr|clog)\b", "write to the log", (APP, TESTS)),
    Ban(r"(?<![\w.>])(?:std::)?s?rand\s*\(", "randomness is given: take a Random"),
    Ban(r"\brandom_device\b", "randomness is given: take a Random", (APP,)),
    Ban(r"_clock::now\b", "time is given: take a Clock", CLOCKS),
    Ban(r"(?<!operator )\bdelete(?:\s*\[\s*\])?\s+[\w(*:]", "std::unique_ptr owns", DELETERS),
    Ban(r"\bGTEST_SKIP\b|\bDISABLED_", "a test that cannot run is a failure"),
    Ban(r"\bcatch\s*\(\s*\.\.\.\s*\)", "catch what you expect; a bug may end the program",
        CATCHES_EVERYTHING),
]

BANNED_HEADERS = [
    Ban(r"<(?:boost/)?asio(?:/|\.hpp|>)", "sockets and loops are behind runtime's headers", (RUNTIME,)),
    Ban(r"<(?:sys/epoll|sys/socket|netdb|netinet/\w+)\.h>", "sockets are behind runtime's headers", (RUNTIME,)),
    Ban(r"<(?:format|print|generator)>", "libstdc++ 12 has none; use fmt"),
]

# ---- Words that may not stand in any text we wrote -----------------------------------------------------------
# Brackets keep these patterns from finding themselves.
UNFINISHED = re.compile(r"\b(?:TO[D]O|FIX[M]E|XX[X]|NO[L]INT\w*)\b")
MACHINE_PATH = re.compile(r"(?<![\w./$}~<-])/(?:work|root|home)(?=/[\w.])")
REGISTRY = re.compile(r"\b(?:pypi[.]org|pythonhosted[.]org|registry[.]npmjs[.]org|deb[.]debian[.]org"
                      r"|crates[.]io|proxy[.]golang[.]org)\b")
NAMES_THAT_SAY_NOTHING = {"util", "utils", "helper", "helpers", "manager", "common", "misc"}

CPP = {".cc", ".h"}
CODE = CPP | {".py", ".sh", ".cmake", ".js", ".mjs", ".ts", ""}
TEXT = CODE | {".md", ".txt", ".json", ".yaml", ".yml", ".toml"}
# Made or recorded by others, not written by us.
NOT_OURS = ("build/", ".git/", ".cache/", "weir-data/", "fuzz/corpus/", "LICENSE")
NOT_OURS_ANYWHERE = {"node_modules", "__pycache__", "recordings"}


class Found(NamedTuple):
    file: str
    line: int
    what: str


def files(root: pathlib.Path) -> Iterator[tuple[str, pathlib.Path]]:
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(set(folders) - NOT_OURS_ANYWHERE)
        for name in sorted(names):
            path = pathlib.Path(folder, name)
            file = path.relative_to(root).as_posix()
            if not file.startswith(NOT_OURS) and path.suffix in TEXT:
                yield file, path


def room_of(file: str) -> tuple[str, str]:
    """The part of the house a file of src/ stands in, and its room: ('ground', 'http'), ('journey', 'journey')."""
    parts = file.split("/")
    if parts[1] in ("ground", "stages", "services", "storage") and len(parts) > 3:
        return parts[1], parts[2]
    return parts[1], parts[1]


def room_folder(file: str) -> str:
    part, room = room_of(file)
    return f"src/{part}" if part == room else f"src/{part}/{room}"


def may_include(file: str, header: str) -> bool:
    part, room = room_of(file)
    other_part, other = room_of(header)
    port = pathlib.PurePosixPath(header).name == "port.h"
    if (part, room) == (other_part, other):
        return True
    if f"/{PRIVATE}/" in header:
        return False
    match part:
        case "app":
            return True
        case "ground":
            return other_part == "ground" and room in GROUND and other in GROUND[: GROUND.index(room)]
        case "stages":
            return other_part == "ground"
        case "journey":
            return other_part in ("ground", "stages")
        case "services" if room == "mock":
            return other_part == "ground" and other in MOCK_SEES
        case "services" | "storage":
            return other_part == "ground" or port
    return False


INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(?:"([^"]+)"|(<[^>]+>))', re.MULTILINE)


def line_of(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def check_includes(root: pathlib.Path, file: str, text: str) -> Iterator[Found]:
    for include in INCLUDE.finditer(text):
        line = line_of(text, include.start())
        quoted, system = include[1], include[2]
        if system:
            yield from banned(file, line, system, BANNED_HEADERS)
            continue
        if quoted in ANYWHERE or not file.startswith("src/"):
            continue
        header = next((f"{base}/{quoted}" for base in INCLUDE_ROOTS if (root / base / quoted).is_file()), None)
        from_room = "/" in quoted and quoted.split("/")[0] not in (".", "..", "ground", "stages", "services")
        if not from_room or header is None:
            yield Found(file, line, f'"{quoted}" is not written from the room, as "http/head.h" is, or does not exist')
        elif not may_include(file, header):
            yield Found(file, line, f'{"/".join(room_of(file))} may not include "{quoted}" (DESIGN section 4)')


def banned(file: str, line: int, text: str, bans: list[Ban]) -> Iterator[Found]:
    for ban in bans:
        allowed = file.startswith(ban.except_in) or file.endswith(ban.except_in)
        if not allowed and (found := re.search(ban.pattern, text)):
            yield Found(file, line, f"`{found[0].strip()}` is not used here: {ban.instead}")


def check_cpp(file: str, text: str) -> Iterator[Found]:
    lines = text.count("\n")
    if lines > LINES_OF_A_SOURCE:
        yield Found(file, lines, f"{lines} lines, more than {LINES_OF_A_SOURCE}: it has two jobs, find them")
    for function in cpp.functions(text):
        if function.lines > LINES_OF_A_FUNCTION:
            what = f"{function.name} has {function.lines} lines, more than {LINES_OF_A_FUNCTION}"
            yield Found(file, function.first_line, what)
    for number, line in enumerate(cpp.code(text).split("\n"), start=1):
        yield from banned(file, number, line, BANNED)


def check_text(file: str, text: str) -> Iterator[Found]:
    path = pathlib.PurePosixPath(file)
    is_code = path.suffix in CODE
    for number, line in enumerate(text.split("\n"), start=1):
        if is_code and len(line) > COLUMNS:
            yield Found(file, number, f"{len(line)} columns, more than {COLUMNS}")
        if is_code and (found := UNFINISHED.search(line)):
            yield Found(file, number, f"{found[0]}: finish it, or open an issue")
        if found := MACHINE_PATH.search(line):
            yield Found(file, number, f"{found[0]}/… is a path of one machine")
        if found := REGISTRY.search(line):
            yield Found(file, number, f"{found[0]}: the machine's own configuration names its registries")
    if NAMES_THAT_SAY_NOTHING & set(re.split(r"[_.\-]", path.stem.lower())):
        yield Found(file, 1, "the name says nothing: call it what it does")
    if file.startswith("docs/decisions/") and text.count("\n") > LINES_OF_A_DECISION:
        yield Found(file, 1, f"a decision is told in {LINES_OF_A_DECISION} lines")


def check_rooms(root: pathlib.Path) -> Iterator[Found]:
    """A folder of src/ with sources of its own is a room (or part of one) and has a README somebody reads."""
    sources = [file for file, path in files(root) if file.startswith("src/") and path.suffix in CPP]
    rooms = {room_folder(file) for file in sources if file.count("/") > 1}
    for room in sorted(rooms):
        readme = root / room / "README.md"
        if not readme.is_file():
            yield Found(f"{room}/README.md", 1, "missing: what is this room for, and where does one start reading?")
        elif (lines := readme.read_text(encoding="utf-8").count("\n")) > LINES_OF_A_ROOM_README:
            yield Found(f"{room}/README.md", lines, f"{lines} lines, more than {LINES_OF_A_ROOM_README}")


def check(root: pathlib.Path) -> Iterator[Found]:
    for file, path in files(root):
        text = path.read_text(encoding="utf-8")
        yield from check_text(file, text)
        if path.suffix in CPP:
            yield from check_includes(root, file, text)
            yield from check_cpp(file, text)
    yield from check_rooms(root)


def long_files(root: pathlib.Path) -> Iterator[tuple[int, str]]:
    for file, path in files(root):
        if path.suffix in CPP and (lines := path.read_text(encoding="utf-8").count("\n")) > LINES_TO_WARN_AT:
            yield lines, file


def main(arguments: list[str]) -> int:
    root = pathlib.Path(arguments[0] if arguments else ".").resolve()
    found = sorted(check(root))
    for one in found:
        print(f"{one.file}:{one.line}: {one.what}")
    for lines, file in sorted(long_files(root), reverse=True):
        print(f"{file}: {lines} lines and growing ({LINES_OF_A_SOURCE} is the most)")
    counted = sum(1 for _ in files(root))
    print(f"{counted} files read, {len(found)} findings")
    # An empty tree passes everything; a tidy test that read nothing has failed.
    return 1 if found or not counted else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
