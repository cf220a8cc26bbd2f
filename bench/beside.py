"""This weir beside another program in the same run: did a change make it slower?"""

import pathlib
from typing import Callable

from figures import Result
from rounds import CONNECTIONS, CPU_NOTE, Pace, alternate, cpu_rows
from servers import Bench, Start, program
from workload import WORKLOADS

BESIDE = ("pass-2k", "hit-1k")


def beside(other: pathlib.Path) -> Callable[[Bench, str, Pace], Result]:
    """Its scenarios are named as in BESIDE."""
    return lambda bench, name, pace: _beside(bench, name, pace, other)


def _beside(bench: Bench, name: str, pace: Pace, other: pathlib.Path) -> Result:
    upstream = bench.start_upstream()
    proxies = {"other": bench.start_weir(upstream, Start("other", command=[str(other)])),
               "weir": bench.start_weir(upstream)}
    with WORKLOADS[name].on(bench, upstream, proxies) as bodies:
        rounds = alternate(proxies, bodies, CONNECTIONS, name, pace)
    how = f"{WORKLOADS[name]}, {CONNECTIONS} connections, {pace}"
    return Result(f"beside-{name}", f"Beside {other.name}, {name}", how, cpu_rows(rounds),
                  [f"The column \"other\" is {other.name}, \"weir\" is {program().name}.", CPU_NOTE])
