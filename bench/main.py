#!/usr/bin/env python3
"""weir beside nginx, in the same run. Started by script/bench, which sees to what is needed first."""

import argparse
import signal
import sys
from typing import Callable

import beside
import beside_peers
import counts
import hits
import join
import limits
import measure
import options
import overhead
import page
import profiler
import promises
import report
from figures import Failure, Result
from rounds import Pace
from servers import ROOT, Bench

Scenario = Callable[[Bench, str, Pace], Result]
SCENARIOS: dict[str, Scenario] = {
    "pass-2k": measure.pass_through(2_000),
    "pass-20k": measure.pass_through(20_000),
    "pass-200k": measure.pass_through(200_000),
    "latency": measure.latency,
    "hit-1k": hits.hits(1_000),
    "hit-16k": hits.hits(16_000),
    "hit-latency": hits.latency,
    "streams-1000": measure.open_streams(1_000),
    "streams-4000": measure.open_streams(4_000),
    "join": join.join,
    "overhead": overhead.overhead,
    "footprint": measure.footprint,
    "counts": counts.counts(counts.PASSED_ON),
    "counts-hit": counts.counts(counts.HIT),
}
COUNTED = ["counts", "counts-hit"]
UNASKED = [name for name in SCENARIOS if name not in COUNTED]  # counting takes other tools


def chosen(given: argparse.Namespace) -> list[tuple[str, Scenario]]:
    if given.peers:
        return [("peers", beside_peers.beside_nginx(given.peers))]
    if given.beside:
        return [(name, beside.beside(given.beside.resolve())) for name in beside.BESIDE]
    names = list(SCENARIOS) if given.write else ["pass-2k"] if given.short else list(given.scenarios)
    if given.counts:
        names += [name for name in COUNTED if name not in names]
    return [(name, SCENARIOS[name]) for name in names or UNASKED]


def say(line: str) -> None:
    """Progress: one line in place on a terminal, nothing elsewhere."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{line}", end="", file=sys.stderr, flush=True)


def measured(given: argparse.Namespace, pace: Pace) -> list[Result]:
    results = []
    for name, scenario in chosen(given):
        with Bench() as bench:
            results.append(scenario(bench, name, pace))
        say("")
    return results


def passes_gates(results: list[Result], held: bool) -> bool:
    grown = limits.grown(results)
    for sentence in grown:
        print(f"script/bench: {sentence}", file=sys.stderr)
    if not held:
        print(f"script/bench: pass-2k misses its promise by more than {promises.MARGIN}.", file=sys.stderr)
    return held and not grown


def main() -> int:
    given = options.read(list(SCENARIOS), COUNTED)
    usual = 3 if given.short else 5
    pace = Pace(given.rounds or usual, given.seconds or usual, say)
    if given.flame:
        with Bench() as bench:
            print(profiler.profile(bench, given.flame, pace))
        return 0
    about = report.about()
    if given.write:  # a missing marker is said before the minutes of measuring
        for document, markers in [(page.HERE.page, page.PEERS)] if given.peers else page.places(page.HERE):
            markers.place(document)
    results = measured(given, pace)
    held = promises.judge(results)
    print(report.text(results))
    if given.json:
        report.write_json(given.json, report.document(results, about))
    if given.write:
        if given.peers:
            written = page.write_peers(page.HERE, results[0], about)
        elif given.scenarios:
            written = page.write_again(page.HERE, results, about)
        else:
            written = page.write(page.HERE, results, about)
        print("Written: " + ", ".join(str(path.relative_to(ROOT)) for path in written))
    return 1 if given.gate and not passes_gates(results, held) else 0


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
