"""Runs clang-tidy on sources, two at a time, and not again on what it has found clean.

    python3 script/clang_tidy.py --all
    python3 script/clang_tidy.py CHANGED_FILE...      # with every source that includes one of them

A source is known by the digest of itself, all project headers it includes (directly or not), its compile
command and .clang-tidy; a clean one leaves build/tidy/DIGEST. Called by script/check.
"""

import concurrent.futures
import functools
import hashlib
import json
import pathlib
import re
import subprocess
import sys

BUILD = pathlib.Path("build/test")
CLEAN = pathlib.Path("build/tidy")
INCLUDE_ROOTS = ["src", "src/ground", "src/stages", "src/services"]
INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.MULTILINE)

FINDING = re.compile(r"^(?=\S+:\d+:\d+: (?:error|warning): )", re.MULTILINE)


@functools.cache
def included(file: str) -> tuple[str, ...]:
    """The project headers that a file names itself."""
    found = []
    for name in INCLUDE.findall(pathlib.Path(file).read_text(encoding="utf-8")):
        candidates = [pathlib.Path(file).parent / name] + [pathlib.Path(root) / name for root in INCLUDE_ROOTS]
        found += [str(path) for path in candidates if path.is_file()][:1]
    return tuple(found)


def closure(file: str) -> list[str]:
    seen, waiting = set(), [file, "src/precompiled.h"]
    while waiting:
        one = waiting.pop()
        if one not in seen:
            seen.add(one)
            waiting += included(one)
    return sorted(seen)


def digest(source: str, command: str) -> str:
    hashed = hashlib.sha256(command.encode())
    for file in [".clang-tidy", *closure(source)]:
        hashed.update(file.encode() + b"\0" + pathlib.Path(file).read_bytes() + b"\0")
    return hashed.hexdigest()


def tidy(source: str, stamp: pathlib.Path) -> list[str]:
    """What clang-tidy says of a source, a finding an item; nothing when it is clean."""
    run = subprocess.run(
        ["clang-tidy-19", "--quiet", "-p", str(BUILD), source], capture_output=True, text=True, check=False
    )
    if run.returncode == 0:
        stamp.touch()
        return []
    said = run.stdout.replace(f"{pathlib.Path.cwd()}/", "")
    return FINDING.split(said)[1:] or [run.stderr]


def main(wanted: list[str]) -> int:
    here = pathlib.Path.cwd()
    commands = {}
    for entry in json.loads((BUILD / "compile_commands.json").read_text()):
        path = pathlib.Path(entry["file"])
        if path.is_relative_to(here) and not path.is_relative_to(here / "build"):
            commands[str(path.relative_to(here))] = entry["command"]
    everything = bool({"--all", ".clang-tidy", "src/precompiled.h"} & set(wanted))
    chosen = [one for one in sorted(commands) if everything or set(closure(one)) & set(wanted)]

    CLEAN.mkdir(parents=True, exist_ok=True)
    stamps = {one: CLEAN / digest(one, commands[one]) for one in chosen}
    dirty = [one for one in chosen if not stamps[one].exists()]
    findings = {}  # a header's is found by every source that includes it, and said once
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        results = pool.map(lambda one: tidy(one, stamps[one]), dirty)
        for number, found in enumerate(results, start=1):
            findings |= dict.fromkeys(found)
            print(f"[{number}/{len(dirty)}] {dirty[number - 1]}", flush=True)
    print("".join(sorted(findings)))
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
