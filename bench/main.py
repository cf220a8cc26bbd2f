#!/usr/bin/env python3
"""weir beside nginx, in the same run. Started by script/bench, which sees to what is needed first."""

import argparse
import pathlib
import signal
import sys
from typing import Callable

import counts
import hits
import measure
import promises
import report
from figures import Failure, Result
from rounds import Pace
from servers import Bench

SCENARIOS: dict[str, Callable[[Bench, str, Pace], Result]] = {
    "pass-2k": measure.pass_through(2_000),
    "pass-20k": measure.pass_through(20_000),
    "pass-200k": measure.pass_through(200_000),
    "latency": measure.latency,
    "hit-1k": hits.hits(1_000),
    "hit-16k": hits.hits(16_000),
    "hit-latency": hits.latency,
    "streams-1000": measure.open_streams(1_000),
    "streams-4000": measure.open_streams(4_000),
    "footprint": measure.footprint,
    "counts": counts.counts(counts.PASSED_ON),
    "counts-hit": counts.counts(counts.HIT),
}
COUNTED = ["counts", "counts-hit"]
UNASKED = [name for name in SCENARIOS if name not in COUNTED]  # counting takes other tools


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="script/bench", formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Measures weir beside nginx: CPU a request and a hit, latency, streams, footprint.",
        epilog="scenarios: " + ", ".join(SCENARIOS) + "\n\n"
               "WEIR_PROGRAM names another program than build/release/weir.\n"
               "Exit codes: 0 measured, 1 failed (or --gate: a promise is missed), 2 wrong usage.")
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO",
                        help="all that are timed when none is named")
    parser.add_argument("--short", action="store_true", help="only pass-2k, 3 rounds of 3 s")
    parser.add_argument("--counts", action="store_true",
                        help="count system calls, instructions, allocations (needs strace and valgrind)")
    parser.add_argument("--rounds", type=int, default=None, help="rounds of each scenario (5)")
    parser.add_argument("--seconds", type=int, default=None, help="length of a round of calls (5)")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="write the figures to a file too")
    parser.add_argument("--write", action="store_true", help="measure everything, write docs/performance.md")
    parser.add_argument("--gate", action="store_true",
                        help=f"exit with 1 when pass-2k misses its promise by more than {promises.MARGIN}")
    given = parser.parse_args()
    for name in given.scenarios:
        if name not in SCENARIOS:
            parser.error(f"there is no scenario {name}; there are {', '.join(SCENARIOS)}")
    if given.write and (given.scenarios or given.short or given.counts):
        parser.error("--write measures everything: leave out scenarios, --short and --counts")
    if given.short and given.scenarios:
        parser.error("--short is pass-2k alone: leave out scenarios")
    for option in ("rounds", "seconds"):
        if (value := getattr(given, option)) is not None and value < 1:
            parser.error(f"--{option} is at least 1")
    if given.json and not given.json.absolute().parent.is_dir():
        parser.error(f"--json: there is no folder {given.json.parent}")
    return given


def chosen(given: argparse.Namespace) -> list[str]:
    if given.write:
        return list(SCENARIOS)
    names = ["pass-2k"] if given.short else list(given.scenarios)
    if given.counts:
        names += [name for name in COUNTED if name not in names]
    return names or UNASKED


def say(line: str) -> None:
    """Progress: one line in place on a terminal, nothing elsewhere."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{line}", end="", file=sys.stderr, flush=True)


def main() -> int:
    given = arguments()
    usual = 3 if given.short else 5
    pace = Pace(given.rounds or usual, given.seconds or usual, say)
    about = report.about()
    results = []
    for name in chosen(given):
        with Bench() as bench:
            results.append(SCENARIOS[name](bench, name, pace))
        say("")
    held = promises.judge(results)
    print(report.text(results))
    if given.json:
        report.write_json(given.json, report.document(results, about))
    if given.write:
        report.write_page(results, about)
        print(f"Written: {report.PAGE.relative_to(report.ROOT)}")
    return 1 if given.gate and not held else 0


def interrupted(number: int, _: object) -> None:
    signal.signal(number, signal.SIG_IGN)  # a second one must not disturb the servers' end
    raise KeyboardInterrupt


if __name__ == "__main__":
    for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, interrupted)
    try:
        sys.exit(main())
    except Failure as failure:
        say("")
        print(f"script/bench: {failure}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        say("")
        print("script/bench: interrupted; its servers have ended.", file=sys.stderr)
        sys.exit(130)
