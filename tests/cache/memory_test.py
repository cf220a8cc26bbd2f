"""Holds that the cache takes the memory that it was given and no more, and that callers whose answers don't fit into
it get them all the same.
"""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

from answers import Model, Said, is_hit, question, start, text_of  # noqa: E402
from crowd import Crowd, Paced, read_all  # noqa: E402
from harness.weir import sanitized, wait_until  # noqa: E402
from harness.world import OPENAI  # noqa: E402

MIB = 1 << 20


class Memory(unittest.TestCase):
    def fill(self) -> tuple[int, int]:
        """A cache that is full, in a process of its own: what it counts, and by how much the process has grown."""
        capacity = 128 * MIB
        model = Model()
        with start(model, cache={"memory": {"capacity": f"{capacity // MIB}MiB"}}) as world, world.client() as client:
            # None of these is kept; they fill what is there once for all calls, as the ring of their reports.
            for i in range(5000):
                model.padding = 30_000 if i < 200 else 0
                client.ask(OPENAI.path, question(text=str(i), temperature=1))
            idle = world.weir.memory()
            for i in range(6000):
                model.padding = (30_000, 20_000, 40_000)[i % 3]
                self.assertEqual(client.ask(OPENAI.path, question(text=str(i))).status, 200)
            [figures] = client.get("/api/v1/cache/stats").json()["data"]
            grown = world.weir.memory() - idle
        print(f"\nfull: {figures['bytes'] / MIB:.1f} MiB counted in {figures['entries']} answers, "
              f"resident memory +{grown / MIB:.1f} MiB")
        self.assertGreater(figures["evictions"]["capacity"], 100)
        self.assertLessEqual(figures["bytes"], capacity)
        self.assertGreater(figures["bytes"], capacity * 0.9)
        return figures["bytes"], grown

    def test_a_full_cache_takes_what_it_counts(self):
        """Within a tenth, and no more than the setting. In about every third process 7 MiB more stay with malloc, which
        are not the cache's: one of five without them will do."""
        apart = []
        while not apart or (min(apart) >= 0.1 and len(apart) < 5):
            counted, grown = self.fill()
            apart.append(abs(grown - counted) / counted)
            if sanitized():
                return
        self.assertLess(min(apart), 0.1, apart)

    def test_an_answer_that_is_larger_than_the_cache_is_passed_on(self):
        world = self.enterContext(start(Model(padding=9 * MIB), cache={"memory": {"capacity": "8MiB"}}))
        with world.client() as client:
            for temperature in (1, 0):
                for stream in (True, False):
                    with self.subTest(temperature=temperature, stream=stream):
                        answer = client.ask(OPENAI.path, question(temperature=temperature, stream=stream))
                        self.assertEqual(answer.status, 200, answer.body[:200])
                        self.assertEqual(text_of(answer).count("x"), 9 * MIB)
                        self.assertFalse(is_hit(answer))

    def test_where_there_is_no_memory_to_share_a_stream_its_caller_gets_it_all_the_same(self):
        said = Said(("answer 1 ", *["x" * 90_000] * 10))
        for temperature in (1, 0):
            with self.subTest(temperature=temperature):
                provider = Paced(said)
                world = self.enterContext(start(provider, cache={"memory": {"capacity": "8MiB"}}))
                with Crowd(world) as crowd:
                    callers = [crowd.ask(OPENAI.path, question(text=str(i), stream=True, temperature=temperature))
                               for i in range(30)]
                    wait_until(lambda: provider.count == 30, "all calls are under way")
                    provider.finish()
                    broken = [answer for answer in read_all(callers) if text_of(answer) != said.text]
                self.assertEqual(len(broken), 0, f"of 30 were broken off: {broken and broken[0].body[-300:]!r}")


if __name__ == "__main__":
    unittest.main()
