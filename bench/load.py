"""Calls made: by wrk for a time, or an exact number of them one after another."""

import dataclasses
import http.client
import json
import os
import pathlib
import socket
import subprocess
from email.message import Message
from types import MappingProxyType
from typing import Mapping

from figures import Failure
from servers import HERE, required

PATH = "/v1/chat/completions"


def chat_request(size: int, question: str = "", **fields: object) -> bytes:
    """A chat request of exactly `size` bytes, its prompt words and not one repeated letter. It is not
    cacheable unless `fields` says temperature 0."""
    def of(content: str) -> bytes:
        messages = [{"role": "system", "content": "You are helpful."}, {"role": "user", "content": content}]
        return json.dumps({"model": "m", "messages": messages, "temperature": 0.7, **fields}).encode()
    room = size - len(of(question))
    return of(question + ("The quick brown fox jumps over the lazy dog. " * (room // 45 + 1))[:room])


@dataclasses.dataclass(frozen=True)
class Load:
    requests: int
    seconds: float
    p50_us: float
    p99_us: float


def wrk(port: int, bodies: pathlib.Path, connections: int, seconds: int,
        headers: Mapping[str, str] = MappingProxyType({})) -> Load:
    """Closed loop: each connection calls again as soon as it was answered, with the bodies of a file, one a
    line, in turn. An error fails the measurement."""
    command = [required("wrk", "wrk"), "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s",
               "-s", str(HERE / "config" / "load.lua"), f"http://127.0.0.1:{port}{PATH}"]
    lines = "\n".join(f"{name}: {value}" for name, value in headers.items())
    run = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 60, check=False,
                         env={**os.environ, "BENCH_BODIES": str(bodies), "BENCH_HEADERS": lines})
    if run.returncode != 0:
        raise Failure(f"wrk failed: {run.stderr.strip() or run.stdout.strip()}")
    figures = json.loads(run.stdout.strip().splitlines()[-1])
    if errors := figures.pop("errors"):
        calls = figures["requests"]
        raise Failure(f"{errors} of {calls} calls failed: the figures would mean nothing.\n{run.stdout}")
    if not figures["requests"]:
        raise Failure("Not one call was answered.")
    return Load(**figures)


def call(port: int, body: bytes, times: int,
         headers: Mapping[str, str] = MappingProxyType({})) -> Message:
    """Exactly `times` calls, one after another on one connection, each in one write, so that what the server
    counts does not hang on the scheduler. The headers of the last answer."""
    lines = {"host": f"127.0.0.1:{port}", "content-type": "application/json",
             "authorization": "Bearer sk-bench", "content-length": str(len(body)), **headers}
    head = f"POST {PATH} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    answered = Message()
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        for _ in range(times):
            connection.sendall(head.encode() + b"\r\n" + body)
            response = http.client.HTTPResponse(connection, method="POST")
            response.begin()
            response.read()
            if response.status != 200:
                raise Failure(f"A call was answered with {response.status}: the figures would mean nothing.")
            answered = response.headers
    return answered


def call_stream(port: int) -> None:
    """One streamed call, read to its first byte and left."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("POST", PATH, chat_request(2048, stream=True), {"content-type": "application/json"})
    response = connection.getresponse()
    if response.status != 200 or not response.read(1):
        raise Failure(f"A streamed call was answered with {response.status}.")
    connection.close()
