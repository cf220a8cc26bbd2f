"""Answers out of the cache: weir's beside those of nginx's proxy_cache, over the same prompts in turn."""

import contextlib
import pathlib
from email.message import Message
from typing import Callable, Iterator

import load
import provider
from figures import Failure, Result
from rounds import CONNECTIONS, CPU_NOTE, LATENCY_NOTE, Pace, Proxies, alternate, cpu_rows, latency_rows
from servers import Bench

PROMPTS = 64
SIZES = (1_000, 16_000)
NOTE = (f"{PROMPTS} prompts at temperature 0 in turn, all kept before the rounds began; the provider was not "
        "called while they ran. nginx is proxy_cache with the body in its key, on a file system in memory.")


def request(size: int, number: int = 0) -> bytes:
    """Temperature 0 is what weir caches without being asked."""
    return load.chat_request(size, f"Question {number}. ", temperature=0)


def is_hit(column: str, answered: Message) -> bool:
    if column == "nginx":
        return answered.get("X-Cache-Status") == "HIT"
    return answered.get("Cache-Status", "").startswith("weir; hit")


def fill(bench: Bench, proxies: Proxies, size: int) -> pathlib.Path:
    """Asks every proxy each prompt of this size twice: the second answer must come out of its cache. The
    prompts, in a file."""
    prompts = [request(size, number) for number in range(PROMPTS)]
    for column, (_, port) in proxies.items():
        for prompt in prompts:
            load.call(port, prompt, 1)
        for prompt in prompts:
            answered = load.call(port, prompt, 1)
            if not is_hit(column, answered):
                raise Failure(f"{column} did not answer a repeated call from its cache:\n{answered}")
    file = bench.folder / f"prompts-{size}.jsonl"
    file.write_bytes(b"\n".join(prompts) + b"\n")
    return file


@contextlib.contextmanager
def provider_not_called(upstream: int) -> Iterator[None]:
    before = provider.calls(upstream)
    yield
    # The question itself is one of them.
    if made := provider.calls(upstream) - before - 1:
        raise Failure(f"The provider was called {made} times while all should have been hits.")


def _proxies(bench: Bench, upstream: int) -> Proxies:
    return {"nginx": bench.start_nginx_cache(upstream), "weir": bench.start_weir(upstream)}


def hits(size: int) -> Callable[[Bench, str, Pace], Result]:
    def measure(bench: Bench, name: str, pace: Pace) -> Result:
        upstream = bench.start_upstream()
        proxies = _proxies(bench, upstream)
        prompts = fill(bench, proxies, size)
        with provider_not_called(upstream):
            rounds = alternate(proxies, prompts, CONNECTIONS, name, pace)
        how = f"{size // 1000} KB request, 1 KB answer out of the cache, {CONNECTIONS} connections, {pace}"
        return Result(name, f"Cache hit, {size // 1000} KB", how, cpu_rows(rounds), [NOTE, CPU_NOTE])
    return measure


def latency(bench: Bench, name: str, pace: Pace) -> Result:
    upstream = bench.start_upstream()
    proxies = _proxies(bench, upstream)
    files = {size: fill(bench, proxies, size) for size in SIZES}
    rows = []
    with provider_not_called(upstream):
        for size, prompts in files.items():
            rounds = alternate(proxies, prompts, 1, f"{name}, {size // 1000} KB", pace)
            rows += latency_rows(rounds, f"_{size // 1000}k", f"{size // 1000} KB request, ")
    how = f"1 KB answer out of the cache, 1 connection, {pace}"
    return Result(name, "Latency of a hit at one connection", how, rows, [NOTE, LATENCY_NOTE])
