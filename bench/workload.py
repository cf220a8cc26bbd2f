"""The calls that most scenarios are made of: of one size, passed on or answered out of the cache."""

import contextlib
import dataclasses
import pathlib
from typing import Iterator

import hits
import load
from servers import Bench
from rounds import Proxies


@dataclasses.dataclass(frozen=True)
class Workload:
    size: int
    hit: bool

    def __str__(self) -> str:
        answer = "answer out of the cache" if self.hit else "answer"
        return f"{self.size // 1000} KB request, 1 KB {answer}"

    @contextlib.contextmanager
    def on(self, bench: Bench, upstream: int, proxies: Proxies) -> Iterator[pathlib.Path]:
        """A file with the bodies of the calls, a line each. Hits are in every cache before the block begins,
        and the provider may not be called within it."""
        if self.hit:
            bodies = hits.fill(bench, proxies, self.size)
            with hits.provider_not_called(upstream):
                yield bodies
        else:
            bodies = bench.folder / f"request-{self.size}.jsonl"
            bodies.write_bytes(load.chat_request(self.size) + b"\n")
            yield bodies


WORKLOADS = {"pass-2k": Workload(2_000, hit=False), "pass-20k": Workload(20_000, hit=False),
             "pass-200k": Workload(200_000, hit=False), "hit-1k": Workload(1_000, hit=True),
             "hit-16k": Workload(16_000, hit=True)}
