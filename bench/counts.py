"""What a request costs in things that can be counted, and so compared from one day to the next: system calls,
instructions, allocations. Everything here is slow by its tools and says nothing about time."""

import collections
import dataclasses
import json
import pathlib
import re
import signal
import subprocess
from typing import Callable

import hits
import load
from figures import Failure, Result, Row
from processes import wait_for
from rounds import Pace
from servers import Bench, Start, program, required

WARM, CALLS = 100, 1_000  # a count is that of WARM + CALLS calls minus that of WARM calls, by CALLS
SITES = 20  # of allocations, the busiest


@dataclasses.dataclass(frozen=True)
class Kind:
    """A kind of request: the same one each time."""

    title: str
    how: str
    body: bytes
    hit: bool  # whether weir answers from its cache; the first call, which fills it, is one of the WARM
    notes: tuple[str, ...] = ()

    def call(self, port: int, times: int) -> None:
        """Exactly `times` calls; fails when the last was not answered from where it should be."""
        if hits.is_hit("weir", answered := load.call(port, self.body, times)) != self.hit:
            where = "its cache" if self.hit else "the provider"
            raise Failure(f"weir's last answer should have come from {where}:\n{answered}")


PASSED_ON = Kind("Counted, passed on", "2 KB request, 1 KB answer", load.chat_request(2_000), hit=False)
HIT = Kind("Counted, cache hit", "1 KB request, 1 KB answer out of the cache", hits.request(1_000), hit=True,
           notes=("valgrind has no SHA instructions: the hash of the body, about half of what is counted "
                  "here, takes far fewer on a processor that has them.",))


def _system_calls(bench: Bench, kind: Kind, pace: Pace) -> collections.Counter[str]:
    """How often each was made while CALLS calls came over one connection."""
    pace.say("counts: system calls")
    upstream = bench.start_upstream()
    server, port = bench.start_weir(upstream)
    kind.call(port, WARM)
    out = bench.folder / "strace.out"
    command = [required("strace", "strace"), "-f", "-c", "-U", "calls,name", "-o", str(out),
               "-p", str(server.pid)]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as strace:
        try:
            assert strace.stderr
            if "attached" not in (said := strace.stderr.readline()):
                raise Failure(f"strace can't attach to weir: {said.strip()}")
            wait_for(lambda: _all_traced(server.pid), "strace: attaching to every thread", 10)
            kind.call(port, CALLS)
        finally:
            strace.send_signal(signal.SIGINT)
    counts: collections.Counter[str] = collections.Counter()
    for line in out.read_text().splitlines():
        if match := re.fullmatch(r"\s*(\d+)\s+([a-z]\w*)\s*", line):
            counts[match[2]] += int(match[1])
    counts.pop("total", None)
    return counts


def _all_traced(pid: int) -> bool:
    tasks = pathlib.Path(f"/proc/{pid}/task").iterdir()
    return all("TracerPid:\t0\n" not in (task / "status").read_text() for task in tasks)


def _without_debug_information(bench: Bench) -> pathlib.Path:
    """Debian 12's valgrind can't read clang 19's debug information; symbols are enough for it."""
    copy = bench.folder / "weir-counted"
    subprocess.run([required("objcopy", "binutils"), "--strip-debug", str(program()), str(copy)], check=True)
    return copy


def _under_valgrind(bench: Bench, kind: Kind, tool: list[str], calls: int) -> None:
    with bench.one_after_another():
        upstream = bench.start_upstream()
        command = [required("valgrind", "valgrind"), *tool, str(_without_debug_information(bench))]
        server, port = bench.start_weir(upstream, Start(command=command, seconds=120))
        kind.call(port, calls)
        server.stop(120)  # the tool writes what it counted when weir ends


def _instructions(bench: Bench, kind: Kind, pace: Pace) -> float:
    counted = []
    for calls in (WARM, WARM + CALLS):
        pace.say(f"counts: instructions of {calls} calls")
        out = bench.folder / f"callgrind-{calls}.out"
        _under_valgrind(bench, kind, ["--tool=callgrind", f"--callgrind-out-file={out}"], calls)
        totals = re.findall(r"^(?:summary|totals): (\d+)", out.read_text(), re.MULTILINE)
        counted.append(max(map(int, totals)))
    return (counted[1] - counted[0]) / CALLS


def _frame(text: str) -> str:
    """What a person wants of `0x49DE: weir::http::Head::parse(std::string&) (in weir)`."""
    name = re.sub(r"^0x[0-9A-F]+: ", "", text)
    return name.replace("(anonymous namespace)::", "").partition("(")[0]


def _own(stack: list[str]) -> str:
    """The innermost function of weir's own; a standard template filled with weir's types is none."""
    frames = [_frame(frame) for frame in stack if "weir::" in frame]
    otherwise = frames[0] if frames else _frame(stack[-1])
    return next((frame for frame in frames if "std::" not in frame), otherwise)


def _allocations(bench: Bench, kind: Kind, pace: Pace) -> tuple[float, float, list[tuple[float, str]]]:
    """Blocks and bytes a call, and the busiest places: the innermost function of weir's own in each stack."""
    blocks: list[collections.Counter[str]] = []
    totals = []
    for calls in (WARM, WARM + CALLS):
        pace.say(f"counts: allocations of {calls} calls")
        out = bench.folder / f"dhat-{calls}.json"
        _under_valgrind(bench, kind, ["--tool=dhat", "--num-callers=24", f"--dhat-out-file={out}"], calls)
        report = json.loads(out.read_text())
        by_place: collections.Counter[str] = collections.Counter()
        for point in report["pps"]:
            stack = [report["ftbl"][frame] for frame in point["fs"]]
            by_place[_own(stack)] += point["tbk"]
        blocks.append(by_place)
        totals.append([sum(point[what] for point in report["pps"]) for what in ("tbk", "tb")])
    more = blocks[1]
    more.subtract(blocks[0])
    places = [(count / CALLS, place) for place, count in more.most_common(SITES) if count >= CALLS / 100]
    return (totals[1][0] - totals[0][0]) / CALLS, (totals[1][1] - totals[0][1]) / CALLS, places


def _counts(bench: Bench, name: str, kind: Kind, pace: Pace) -> Result:
    for tool in ("strace", "valgrind"):
        required(tool, tool)
    with bench.one_after_another():
        system_calls = _system_calls(bench, kind, pace)
    instructions = _instructions(bench, kind, pace)
    blocks, size, places = _allocations(bench, kind, pace)

    def row(key: str, label: str, unit: str, value: float) -> Row:
        return Row.of(key, label, unit, {"weir": [value]})
    woken = system_calls.pop("futex", 0)
    rows = [row("system_calls", "system calls a request", "", system_calls.total() / CALLS)]
    rows += [row(f"system_call_{call}", f"  {call}", "", count / CALLS)
             for call, count in system_calls.most_common() if count >= CALLS / 100]
    rows += [row("woken", "  and futex", "", woken / CALLS)]
    rows += [row("instructions", "instructions a request, outside the kernel", "", instructions),
             row("allocations", "allocations a request", "", blocks),
             row("allocated_bytes", "  bytes", "B", size)]
    rows += [row(f"allocations_at_{place}", f"  {place}", "", count) for count, place in places]
    how = f"{kind.how}, {CALLS:,} calls one after another on one connection"
    notes = [f"Each count is that of {WARM + CALLS:,} calls minus that of {WARM}, by {CALLS:,}, "
             "so a start costs nothing. System calls: strace; futex apart, for it wakes the thread that writes "
             "log lines every 20 ms at most, however many calls there are; instructions: callgrind; "
             "allocations, and weir's innermost function there: dhat."]
    return Result(name, kind.title, how, rows, [*notes, *kind.notes])


def counts(kind: Kind) -> Callable[[Bench, str, Pace], Result]:
    return lambda bench, name, pace: _counts(bench, name, kind, pace)
