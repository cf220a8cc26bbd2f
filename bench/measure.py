"""The scenarios that are timed, but for the cache's, which are in hits.py."""

import shutil
import subprocess
import time
from typing import Callable

import load
import stream_upstream
import streams
from figures import Result, Row, ratios
from rounds import (CONNECTIONS, CPU_NOTE, LATENCY_NOTE, Pace, Rounds, alternate, cpu_rows, faults_row,
                    latency_rows, plural)
from servers import Bench, program

STREAM_ROUNDS = 3
NO_PROXY = "no proxy"


def _rounds(bench: Bench, name: str, size: int, connections: int, pace: Pace) -> Rounds:
    upstream = bench.start_upstream()
    proxies = {"nginx": bench.start_nginx(upstream), "weir": bench.start_weir(upstream)}
    bodies = bench.folder / f"request-{size}.jsonl"
    bodies.write_bytes(load.chat_request(size) + b"\n")
    return alternate(proxies, bodies, connections, name, pace)


def pass_through(size: int) -> Callable[[Bench, str, Pace], Result]:
    def measure(bench: Bench, name: str, pace: Pace) -> Result:
        rounds = _rounds(bench, name, size, CONNECTIONS, pace)
        how = f"{size // 1000} KB request, 1 KB answer, {CONNECTIONS} connections, {pace}"
        rows = [*cpu_rows(rounds), faults_row(rounds)]
        return Result(name, f"Pass-through, {size // 1000} KB", how, rows, [CPU_NOTE])
    return measure


def latency(bench: Bench, name: str, pace: Pace) -> Result:
    rows = latency_rows(_rounds(bench, name, 2_000, 1, pace))
    how = f"2 KB request, 1 KB answer, 1 connection, {pace}"
    return Result(name, "Latency at one connection", how, rows, [LATENCY_NOTE])


def open_streams(count: int) -> Callable[[Bench, str, Pace], Result]:
    def once(bench: Bench, upstream: int, column: str) -> tuple[streams.Streams, float]:
        """One round through one proxy, started afresh so that memory counts from idle; and KiB a stream."""
        with bench.one_after_another():
            if column == NO_PROXY:
                return streams.run(upstream, count, lambda: 0.0), 0.0
            if column == "nginx":
                server, port = bench.start_nginx(upstream, "off")
            else:
                server, port = bench.start_weir(upstream)
            load.call_stream(port)
            idle = server.resident_kib()
            made = streams.run(port, count, server.resident_kib)
            if failure := server.failed():
                raise failure
            return made, (made.resident_kib - idle) / count

    def measure(bench: Bench, name: str, pace: Pace) -> Result:
        upstream = bench.start_stream_upstream()
        number_of_rounds = min(pace.rounds, STREAM_ROUNDS)
        made: dict[str, list[tuple[streams.Streams, float]]] = {NO_PROXY: [], "nginx": [], "weir": []}
        for number in range(number_of_rounds):
            for column, of_column in made.items():
                pace.say(f"{name}: round {number + 1} of {number_of_rounds}, proxy: {column}")
                of_column.append(once(bench, upstream, column))

        def row(key: str, label: str, unit: str, of: Callable[[streams.Streams, float], float],
                columns: tuple[str, ...] = (NO_PROXY, "nginx", "weir")) -> Row:
            values = {column: [of(*one) for one in made[column]] for column in columns}
            if key.endswith("_p99"):
                values["ratio"] = ratios(values["weir"], values["nginx"])
            return Row.of(key, label, unit, values)
        percentile = streams.Streams.percentile
        rows = [
            row("memory", "memory a stream", "KiB", lambda _, kib: kib, ("nginx", "weir")),
            row("complete", "streams complete", "%", lambda s, _: 100 * s.complete / count),
            row("first_p50", "first event's delay, p50", "ms", lambda s, _: percentile(s.first_ms, 0.5)),
            row("first_p99", "first event's delay, p99", "ms", lambda s, _: percentile(s.first_ms, 0.99)),
            row("all_p50", "every event's delay, p50", "ms", lambda s, _: percentile(s.all_ms, 0.5)),
            row("all_p99", "every event's delay, p99", "ms", lambda s, _: percentile(s.all_ms, 0.99)),
        ]
        how = (f"{count:,} streams at once, each {stream_upstream.EVENTS} events of "
               f"{stream_upstream.EVENT_BYTES} bytes, one a second; "
               f"{plural(number_of_rounds, 'round')}, a fresh proxy for each")
        notes = ["Provider and clients are Python on the same cores: the column \"no proxy\" is the "
                 "floor of every delay here, and differences smaller than its spread mean nothing.",
                 "Memory is RSS with all streams open minus RSS after one stream, by number of streams."]
        return Result(name, f"{count:,} open streams", how, rows, notes)
    return measure


def _stripped_bytes(bench: Bench) -> int | None:
    strip = shutil.which("strip") or shutil.which("llvm-strip-19")
    if not strip:
        return None
    out = bench.folder / "stripped"
    subprocess.run([strip, "-o", str(out), str(program())], check=True)
    return out.stat().st_size


def footprint(bench: Bench, name: str, pace: Pace) -> Result:
    upstream = bench.start_upstream()
    starts, resident = [], []
    for number in range(pace.rounds):
        pace.say(f"{name}: start {number + 1} of {pace.rounds}")
        with bench.one_after_another():
            begun = time.monotonic()
            server, _ = bench.start_weir(upstream)
            starts.append((time.monotonic() - begun) * 1e3)
            resident.append(server.resident_kib() / 1024)
    rows = [Row.of("idle", "memory, idle (RSS)", "MiB", {"weir": resident}),
            Row.of("start", "start to first /livez", "ms", {"weir": starts}),
            Row.of("binary", "binary as built", "MB", {"weir": [program().stat().st_size / 1e6]})]
    notes = []
    if (stripped := _stripped_bytes(bench)) is not None:
        rows.append(Row.of("binary_stripped", "binary, stripped", "MB", {"weir": [stripped / 1e6]}))
    else:
        notes.append("The stripped binary's size needs strip: apt-get install binutils")
    return Result(name, "Footprint", plural(pace.rounds, "start"), rows, notes)
