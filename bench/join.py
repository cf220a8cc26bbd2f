"""Late joiners of a streamed answer: how soon each gets what has come so far."""

import re
import socket
import time

import load
import stream_upstream
from figures import Failure, Result, Row
from rounds import Pace, plural
from servers import Bench
from streams import Streams

JOINERS = 200
ROUNDS = 3
# Joiners come between the first event and a second before the last, so that none finds the answer ended.
EVERY = (stream_upstream.EVENTS - 2) * stream_upstream.INTERVAL / JOINERS
SENT = re.compile(rb"sent=(\d+);")


def _call(port: int, question: str) -> bytes:
    body = load.chat_request(2_000, question, stream=True, temperature=0)
    return (f"POST {load.PATH} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\ncontent-type: application/json\r\n"
            f"authorization: Bearer sk-bench\r\ncontent-length: {len(body)}\r\n\r\n").encode() + body


def _until_first_event(connection: socket.socket, call: bytes) -> tuple[float, bytes]:
    """Milliseconds from the call to the first event's arrival, and what had arrived by then."""
    begun = time.monotonic_ns()
    connection.sendall(call)
    answer = b""
    while not SENT.search(answer):
        if not (received := connection.recv(65536)):
            raise Failure(f"A joiner was left without an event:\n{answer.decode(errors='replace')[:500]}")
        answer += received
    return (time.monotonic_ns() - begun) / 1e6, answer


def _join(port: int, call: bytes, opened: int) -> float:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        delay, answer = _until_first_event(connection, call)
    if b"collapsed" not in answer.partition(b"\r\n\r\n")[0] or (sent := SENT.search(answer)) is None:
        raise Failure(f"A joiner did not share the flight:\n{answer.decode(errors='replace')[:500]}")
    if int(sent[1]) != opened:
        raise Failure("A joiner was not given the stream's first event first.")
    return delay


def _flight(port: int, call: bytes) -> list[float]:
    """Opens a stream and joins it JOINERS times, evenly spread over its life."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as opener:
        _, answer = _until_first_event(opener, call)
        first = SENT.search(answer)
        assert first
        begun = time.monotonic()
        delays = []
        for number in range(JOINERS):
            time.sleep(max(0.0, begun + EVERY * number - time.monotonic()))
            delays.append(_join(port, call, int(first[1])))
    return delays


def join(bench: Bench, name: str, pace: Pace) -> Result:
    server, port = bench.start_weir(bench.start_stream_upstream())
    rounds = min(pace.rounds, ROUNDS)
    delays = []
    for number in range(rounds):
        pace.say(f"{name}: round {number + 1} of {rounds}")
        delays.append(_flight(port, _call(port, f"Round {number}. ")))
        if failure := server.failed():
            raise failure

    def row(key: str, label: str, share: float) -> Row:
        return Row.of(key, label, "ms", {"weir": [Streams.percentile(values, share) for values in delays]})
    rows = [row("p50", "to the first event, p50", 0.5), row("p99", "to the first event, p99", 0.99),
            row("most", "to the first event, longest", 1.0)]
    how = f"{JOINERS} joiners of one stream, one every {EVERY * 1e3:.0f} ms; {plural(rounds, 'round')}"
    return Result(name, "Joining a stream late", how, rows, [
        "From a joiner's call, written at once on an open connection, to the first event of the answer. "
        "Every joiner says that it shares the flight, and its first event is the opener's first."])
