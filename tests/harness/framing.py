"""Cuts bodies into chunks and into writes. The two are independent: a chunk may come in many writes."""

import random

LARGE = 64 * 1024  # from here on suites may cut a sample of a body instead of every byte


def at_every_byte(body: bytes) -> list[bytes]:
    return [body[at : at + 1] for at in range(len(body))]


def at_random(body: bytes, source: random.Random, most: int = 24) -> list[bytes]:
    """At most `most` pieces, none empty, that are `body` again when joined."""
    if len(body) < 2:
        return [body] if body else []
    count = source.randrange(1, min(most, len(body)))
    cuts = sorted(source.sample(range(1, len(body)), count))
    return [body[start:end] for start, end in zip([0, *cuts], [*cuts, len(body)])]


def chunked(pieces: list[bytes]) -> bytes:
    """RFC 9112 section 7.1."""
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
