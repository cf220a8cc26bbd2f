"""The command line of script/bench."""

import argparse
import os
import pathlib

import promises
from chart import BARS
from peers import PEERS
from workload import WORKLOADS

EPILOG = """
scenarios: {scenarios}
{counted} take other tools and are made by --counts.

--json FILE holds everything that was measured:
  date, machine {{cpu, cores, memory_gib, kernel, system, load_before}},
  measured {{program, commit, nginx}},
  scenarios.NAME {{title, how, notes, verdicts, figures}}, and in figures.KEY the row of the table:
  label, unit, and by column (nginx, weir, ratio, ...) {{median, low, high, rounds}}.
  A ratio or difference is taken round by round; `rounds` are in the order they were measured.

WEIR_PROGRAM names another program than build/release/weir.
Exit codes: 0 measured, 1 failed (or --gate: a gate is not passed), 2 wrong usage."""


def _parser(scenarios: list[str], counted: list[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="script/bench", formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Measures weir beside nginx: CPU a request and a hit, latency, streams, footprint.",
        epilog=EPILOG.format(scenarios=", ".join(scenarios), counted=" and ".join(counted)))
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO",
                        help="all that are timed when none is named")
    what = parser.add_argument_group("what is measured")
    what.add_argument("--short", action="store_true", help="only pass-2k, 3 rounds of 3 s")
    what.add_argument("--counts", action="store_true",
                      help="count system calls, instructions, allocations (needs strace and valgrind)")
    what.add_argument("--beside", type=pathlib.Path, metavar="PROGRAM",
                      help="this weir beside another weir: did a change make it slower?")
    what.add_argument("--peers", metavar="NAMES", type=lambda names: names.split(","),
                      help=f"beside other gateways, installed into build/peers: {','.join(PEERS)}")
    what.add_argument("--flame", nargs="?", const="pass-2k", metavar="SCENARIO", choices=list(WORKLOADS),
                      help="a flame graph of the network threads and their ten heaviest functions, under "
                           f"the load of {', '.join(WORKLOADS)} (pass-2k)")
    parser.add_argument("--rounds", type=int, default=None, help="rounds of each scenario (5)")
    parser.add_argument("--seconds", type=int, default=None, help="length of a round of calls (5)")
    kept = parser.add_argument_group("what becomes of it")
    kept.add_argument("--json", type=pathlib.Path, metavar="FILE", help="write the figures to a file too")
    kept.add_argument("--write", action="store_true",
                      help="measure everything, write docs/performance.md, its chart and the README's "
                           "figures; with scenarios or --peers: only those, and only their sections of "
                           "docs/performance.md, which then say so")
    kept.add_argument("--gate", action="store_true",
                      help="exit with 1 when a count is beyond its limit (bench/limits.py), or pass-2k "
                           f"misses its promise by more than {promises.MARGIN}")
    return parser


def read(scenarios: list[str], counted: list[str]) -> argparse.Namespace:
    parser = _parser(scenarios, counted)
    given = parser.parse_args()
    for name in given.scenarios:
        if name not in scenarios:
            parser.error(f"there is no scenario {name}; there are {', '.join(scenarios)}")
    for name in given.peers or []:
        if name not in PEERS:
            parser.error(f"there is no peer {name}; there are {', '.join(PEERS)}")
    if sum(map(bool, (given.beside, given.peers, given.flame,
                      given.scenarios or given.short or given.counts))) > 1:
        parser.error("--beside, --peers and --flame are each measured alone: leave the others, scenarios, "
                     "--short and --counts out")
    if given.write and (given.short or given.counts or given.beside or given.flame):
        parser.error("--write measures everything, scenarios or --peers: leave out what else is named")
    if given.write and (charted := set(given.scenarios) & {name for name, _ in BARS}):
        parser.error(f"{', '.join(sorted(charted))}: the README and the chart have it, too, and all their "
                     "figures are of one run; so --write measures everything then")
    if given.short and given.scenarios:
        parser.error("--short is pass-2k alone: leave out scenarios")
    if given.beside and not os.access(given.beside, os.X_OK):
        parser.error(f"--beside: {given.beside} is no program")
    for option in ("rounds", "seconds"):
        if (value := getattr(given, option)) is not None and value < 1:
            parser.error(f"--{option} is at least 1")
    if given.json and not given.json.absolute().parent.is_dir():
        parser.error(f"--json: there is no folder {given.json.parent}")
    return given
