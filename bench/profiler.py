"""Where weir's network threads spend their time: perf samples them under load.

Stacks are followed by frame pointers, which weir has and the C library has not: what was sampled inside of it
may stand beside its caller instead of upon it."""

import pathlib
import re
import signal
import subprocess

import flame
import load
from figures import Failure
from processes import Server
from rounds import CONNECTIONS, Pace
from servers import ROOT, Bench, required
from workload import WORKLOADS

HERTZ = 997  # no multiple of what happens in step with the clock
HEAVIEST = 10
HIDDEN = str.maketrans("<>()", "\1\2\3\4")  # an operator's brackets, while others are taken away
SHOWN = str.maketrans("\1\2\3\4", "<>()")
COROUTINE = re.compile(r" \[clone \.(?:resume|destroy|cleanup)\]|\.(?:resume|destroy|cleanup)$")


def _loops(server: Server) -> list[str]:
    tasks = pathlib.Path(f"/proc/{server.pid}/task").iterdir()
    loops = [task.name for task in tasks if (task / "comm").read_text().startswith("loop-")]
    if not loops:
        raise Failure("weir has no thread that is named loop-N.")
    return loops


def _record(server: Server, port: int, bodies: pathlib.Path, seconds: int, out: pathlib.Path) -> None:
    """Samples while wrk calls. The clock is software: virtual machines often have no counters."""
    command = [required("perf", "linux-perf"), "record", "-e", "cpu-clock", "-F", str(HERTZ), "-g",
               "-t", ",".join(_loops(server)), "-o", str(out)]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, text=True) as perf:
        try:
            load.wrk(port, bodies, CONNECTIONS, seconds)
        finally:
            perf.send_signal(signal.SIGINT)
            _, said = perf.communicate()
    if not out.exists() or not out.stat().st_size:
        raise Failure(f"perf recorded nothing. It said: {said.strip()}")


def _without_arguments(name: str) -> str:
    """`A<B>::f<C>(D) const` as `A::f`: whatever stands in brackets goes, but an operator's own."""
    name = name.replace("(anonymous namespace)::", "")
    name = re.sub(r"operator(\(\)|[<>=-]+)", lambda own: "operator" + own[1].translate(HIDDEN), name)
    kept, depth = [], 0
    for letter in name:
        if letter in "<(":
            depth += 1
        elif letter in ">)":
            depth -= 1
        elif depth == 0:
            kept.append(letter)
    return "".join(kept).translate(SHOWN).removesuffix(" const").strip()


def short(symbol: str) -> str:
    """What a person wants of a demangled symbol; a coroutine's parts bear its name."""
    name = _without_arguments(COROUTINE.sub("", symbol))
    return re.sub(r"^(?:[\w:*&]+ )+(?=[\w:~]+(?:operator.*)?$)", "", name) or symbol


def collapsed(script: str) -> flame.Stacks:
    """What `perf script -F comm,ip,sym` prints: samples apart by empty lines, each its thread's name and then
    its frames, the innermost first."""
    stacks: flame.Stacks = flame.Stacks()
    for sample in script.strip().split("\n\n"):
        _, *frames = sample.splitlines()
        names: list[str] = []
        for line in reversed(frames):
            address, _, symbol = line.strip().partition(" ")
            kernel = flame.KERNEL if address.startswith("ffff") else ""
            name = short(symbol) + kernel
            begun = names or symbol != "[unknown]"  # before its first function a thread has no name for it
            if begun and names[-1:] != [name]:
                names.append(name)
        if names:
            stacks[tuple(names)] += 1
    return stacks


def _table(title: str, heaviest: list[flame.Weight]) -> list[str]:
    lines = [title, "    self   total"]
    return lines + [f"  {weight.self:6.1%}  {weight.total:6.1%}  {weight.name[:90]}" for weight in heaviest]


def heaviest(stacks: flame.Stacks) -> list[str]:
    """Two tables: where samples ended, and which of weir's own functions they passed through."""
    by_self = flame.weights(stacks)
    own = sorted((one for one in by_self if one.name.startswith("weir::")), key=lambda one: -one.total)
    return [*_table("Heaviest by themselves", by_self[:HEAVIEST]), "",
            *_table("Heaviest of weir's own, with all that they call", own[:HEAVIEST])]


def profile(bench: Bench, name: str, pace: Pace) -> str:
    """The tables, for a terminal. The flame graph is in build/."""
    upstream = bench.start_upstream()
    server, port = bench.start_weir(upstream)
    out = bench.folder / "perf.data"
    with WORKLOADS[name].on(bench, upstream, {"weir": (server, port)}) as bodies:
        load.wrk(port, bodies, CONNECTIONS, 1)
        pace.say(f"{name}: sampling for {pace.seconds} s")
        _record(server, port, bodies, pace.seconds, out)
    command = [required("perf", "linux-perf"), "script", "-i", str(out), "-F", "comm,ip,sym", "--no-inline"]
    script = subprocess.run(command, capture_output=True, text=True, check=False)
    if script.returncode != 0 or not (stacks := collapsed(script.stdout)):
        raise Failure(f"perf could not read what it recorded. It said: {script.stderr.strip()}")
    graph = ROOT / f"build/flame-{name}.svg"
    graph.write_text(flame.svg(stacks, f"weir's network threads, {WORKLOADS[name]}"))
    pace.say("")
    head = (f"{WORKLOADS[name]}, {CONNECTIONS} connections, {pace.seconds} s: {stacks.total():,} samples of "
            "the network threads")
    return "\n".join([head, "", *heaviest(stacks), "", f"Flame graph: {graph.relative_to(ROOT)}"])
