"""The fenced blocks of a Markdown file, and how each language is run."""

import pathlib
import re
import sys
from typing import NamedTuple

ROOT = pathlib.Path(__file__).parents[2]
BIN = pathlib.Path(sys.executable).parent
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    line: int
    language: str
    text: str
    output: str | None  # what it claims to print: the block without a language that follows it at once


def blocks(markdown: str) -> list[Block]:
    found = []
    fences = list(FENCE.finditer(markdown))
    for fence, after in zip(fences, [*fences[1:], None]):
        if not fence[1]:
            continue
        follows = after is not None and not after[1] and not markdown[fence.end() : after.start()].strip()
        line = markdown.count("\n", 0, fence.start()) + 1
        found.append(Block(line, fence[1], fence[2], after[2] if follows else None))
    return found


def command(block: Block) -> list[str]:
    """Runs a block as its reader would; JavaScript reads it from standard input, where modules are resolved."""
    return {
        "sh": ["bash", "-euo", "pipefail", "-c", block.text],
        "bash": ["bash", "-euo", "pipefail", "-c", block.text],
        "python": [sys.executable, "-c", block.text],
        "javascript": [str(BIN / "node"), "--input-type=module", "-"],
    }[block.language]
