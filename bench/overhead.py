"""What it costs to be seen: weir with every line, trace and metric beside weir with them off."""

import contextlib
import http.client
import subprocess
import threading
from typing import Iterator

import provider
from figures import Failure, Result
from rounds import CONNECTIONS, CPU_NOTE, Pace, alternate
from servers import Bench, Start, program
from workload import WORKLOADS

OFF = "log: { calls: false }"
ON = 'log: {{ calls: true }}\ntraces: {{ endpoint: "http://127.0.0.1:{sink}/v1/traces" }}'


def _get(port: int, path: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request("GET", path)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response.status, body


@contextlib.contextmanager
def _scraped(port: int) -> Iterator[None]:
    """As Prometheus would with an impatient owner: once a second while the block runs."""
    ended, failed = threading.Event(), []

    def scrape() -> None:
        while not ended.wait(1):
            try:
                status, _ = _get(port, "/metrics")
            except OSError as error:
                failed.append(str(error))
                return
            if status != 200:
                failed.append(f"status {status}")
    thread = threading.Thread(target=scrape)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
    if failed:
        raise Failure(f"The metrics could not be scraped: {failed[0]}.")


def _missing(bench: Bench, upstream: int, sink: int) -> str | None:
    """What of `overhead` this program does not know yet, in its own words."""
    for start in (Start("off", OFF), Start("on", ON.format(sink=sink))):
        config = bench.weir_config(upstream, start)
        checked = subprocess.run([str(program()), "check", str(config)], capture_output=True, text=True,
                                 check=False)
        if checked.returncode != 0:
            return (checked.stderr or checked.stdout).replace(f"{config.parent}/", "").strip().splitlines()[0]
    return None


def overhead(bench: Bench, name: str, pace: Pace) -> Result:
    title = "Overhead of what is seen"
    upstream, sink = bench.start_upstream(), bench.start_upstream("sink")
    if missing := _missing(bench, upstream, sink):
        return Result(name, title, "not in this build", [], [f"Not in this build: {missing}"])
    on = bench.start_weir(upstream, Start("on", ON.format(sink=sink)))
    proxies = {"off": bench.start_weir(upstream, Start("off", OFF)), "on": on}
    if (status := _get(on[1], "/metrics")[0]) != 200:
        missing = f"Not in this build: /metrics answers {status}."
        return Result(name, title, "not in this build", [], [missing])
    before = provider.calls(sink)
    with WORKLOADS["pass-2k"].on(bench, upstream, proxies) as bodies, _scraped(on[1]):
        rounds = alternate(proxies, bodies, CONNECTIONS, name, pace)
    if provider.calls(sink) == before + 1:  # the question itself
        raise Failure("Not one batch of traces came to the collector: the difference would mean nothing.")
    rows = [rounds.added_row("cpu", "CPU a request, whole process", "µs", lambda r: r.us(r.used.total)),
            rounds.added_row("cpu_network", "  network threads alone", "µs", lambda r: r.us(r.network())),
            rounds.added_row("rate", "requests a second", "/s", lambda r: r.load.requests / r.load.seconds)]
    how = f"{WORKLOADS['pass-2k']}, {CONNECTIONS} connections, {pace}"
    return Result(name, title, how, rows, [
        'Both are weir. "off": no line a call, no traces. "on": a line a call into a file, traces to a '
        "collector that answers 200 to everything, metrics scraped once a second.", CPU_NOTE])
