"""Holds what weir says over a real socket to requests that are no HTTP, or hardly.

The cases are those of the shared test data and weir's own; each is sent as it is, and then the client ends its side.
`reject` cases get a status of 400 or above and a close, and no provider ever hears of them. `accept` cases pass HTTP:
whatever is said of them, it is not that they are malformed. Where the RFCs allow both, weir's own verdict is the row of
src/ground/http/verdicts.tsv.
"""

import base64
import collections
import json
import pathlib
import re
import sys
import unittest
from typing import NamedTuple

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

from harness.weir import data_folder  # noqa: E402
from harness.world import World  # noqa: E402

HTTP_ROOM = pathlib.Path(__file__).parents[2] / "src/ground/http"
OWN_WORDS = re.compile(rb'"code":"(?:malformed_http|too_large)"')


class Case(NamedTuple):
    name: str
    bytes: bytes
    expect: str  # reject, either or accept


def read_cases() -> list[Case]:
    shared = data_folder() / "http/malformed_requests.jsonl"
    files = [HTTP_ROOM / "testdata/malformed_requests.jsonl"]
    if shared.exists():
        files.append(shared)
    else:
        print("\nthe shared test data was not found (set WEIR_TEST_DATA): weir's own cases alone")
    lines = [json.loads(line) for file in files for line in file.read_text().splitlines()]
    return [Case(line["name"], base64.b64decode(line["bytes_base64"]), line["expect"]) for line in lines]


def read_verdicts() -> dict[str, str]:
    rows = [line.split("\t") for line in (HTTP_ROOM / "verdicts.tsv").read_text().splitlines()]
    return {row[0]: row[1] for row in rows if not row[0].startswith("#")}


class Malformed(unittest.TestCase):
    def converse(self, world: World, sent: bytes) -> bytes:
        """All that weir says until it closes. A reset would raise."""
        with world.client() as client:
            client.send(sent)
            client.end_sending()
            return client.to_end()

    def judge(self, world: World, case: Case) -> tuple[str, bytes]:
        """Many cases lost their last line ends when they were taken from their source: the verdict is with them."""
        sent = case.bytes
        said = self.converse(world, sent)
        for _ in range(2):
            if b'"message":"The connection ended in the middle' not in said:
                break
            sent += b"\r\n"
            said = self.converse(world, sent)
        if OWN_WORDS.search(said):
            return "reject", said
        # A path that doesn't exist is told before the body is read; then nothing after the head is HTTP any more.
        unread = re.search(rb"(?i)content-length|transfer-encoding", case.bytes)
        last_head = said[said.rfind(b"HTTP/1.1 ") :].split(b"\r\n\r\n")[0].lower()
        if unread and b"\r\nconnection: close" in last_head:
            return "closed", said
        return "accept", said

    def test_every_case_gets_its_verdict(self):
        cases, verdicts = read_cases(), read_verdicts()
        counted: collections.Counter[tuple[str, str]] = collections.Counter()
        statuses: collections.Counter[str] = collections.Counter()
        with World(log={"level": "warn"}) as world:
            for case in cases:
                with self.subTest(case.name, bytes=case.bytes[:300]):
                    verdict, said = self.judge(world, case)
                    expected = case.expect if case.expect != "either" else verdicts[case.name]
                    counted[case.expect, verdict] += 1
                    found = re.findall(rb"HTTP/1\.1 (\d{3}) ", said)
                    self.assertTrue(found, f"no answer: {said!r}")
                    statuses[found[-1].decode()] += 1
                    if expected == "reject":
                        self.assertIn(verdict, ("reject", "closed"), said)
                        self.assertGreaterEqual(int(found[-1]), 400)
                        self.assertEqual(len(world.upstream.calls), 0)
                    else:
                        self.assertIn(verdict, ("accept", "closed"), said)
            self.assertEqual(len(world.upstream.calls), 0, "none of the cases is a call")
            self.assertEqual(world.ask().status, 200)
            self.assertEqual(len(world.upstream.calls), 1)
        print(f"\n{len(cases)} cases; expected, and what weir did (closed: answered before the body was read):")
        for (expect, verdict), count in sorted(counted.items()):
            print(f"  {expect:7} {verdict:7} {count}")
        print("  last statuses: " + ", ".join(f"{status} x {count}" for status, count in sorted(statuses.items())))

    def test_bodies_of_the_cases_are_refused_where_bodies_are_read(self):
        """What was closed before its body above, sent to a path that reads it."""
        refused = 0
        with World(log={"level": "warn"}) as world:
            for case in read_cases():
                if case.expect != "reject" or self.judge(world, case)[0] != "closed":
                    continue
                with self.subTest(case.name, bytes=case.bytes[:300]):
                    moved = re.sub(rb"^[A-Z]+ \S+ HTTP/1.1\r\n", b"POST /v1/chat/completions HTTP/1.1\r\n"
                                   b"content-type: application/json\r\n", case.bytes)
                    moved = re.sub(rb"(?im)^host:[^\r]*\r", b"host: localhost\r", moved)
                    self.assertRegex(self.converse(world, moved), OWN_WORDS)
                    refused += 1
            self.assertEqual(len(world.upstream.calls), 0)
        print(f"\n{refused} cases refused for their bodies")

    def test_a_body_that_is_malformed_on_a_path_that_reads_it_reaches_no_provider(self):
        """The cases above mostly call paths that weir has not: here their bodies stand behind one that it has."""
        body = json.dumps({"model": "gpt", "messages": []}).encode()
        size = b"%x\r\n" % len(body)
        bad_bodies = {
            "size is no number": b"zz\r\n" + body,
            "negative": b"-1\r\n" + body,
            "0x in front": b"0x" + size + body + b"\r\n0\r\n\r\n",
            "space before the size": b" " + size + body + b"\r\n0\r\n\r\n",
            "too large a number": b"f" * 17 + b"\r\n" + body,
            "bare LF": size.replace(b"\r", b"") + body + b"\r\n0\r\n\r\n",
            "longer than it says": b"5\r\n" + body + b"\r\n0\r\n\r\n",
            "no end of a chunk": size + body + b"0\r\n\r\n",
            "ends in the middle": size + body[:10],
            "ends before the last chunk": size + body + b"\r\n",
            "endless extension": b"5;" + b"x" * 100_000,
            "trailer that is none": size + body + b"\r\n0\r\nno colon\r\n\r\n",
            "endless trailer": size + body + b"\r\n0\r\nx: " + b"y" * 100_000,
        }
        head = (b"POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
                b"transfer-encoding: chunked\r\n\r\n")
        with World() as world:
            for name, bad in bad_bodies.items():
                with self.subTest(name):
                    said = self.converse(world, head + bad)
                    self.assertRegex(said, rb"^HTTP/1\.1 (400|413|431) ")
                    self.assertRegex(said, OWN_WORDS)
                    self.assertIn(b"\r\nconnection: close\r\n", said)
                    self.assertEqual(said.count(b"HTTP/1.1 "), 1)
            self.assertEqual(len(world.upstream.calls), 0)
            self.assertEqual(world.ask().status, 200)


if __name__ == "__main__":
    unittest.main()
