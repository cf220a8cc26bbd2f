"""Every command there is, as a user calls it, and the options of each."""

import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

REMOTE = ("--url", "--key-file", "--json")
GROUPS = {"": ("serve", "mock", "status", "cache", "route", "level", "check", "completion", "man"),
          "cache": ("stats", "purge"), "route": ("open", "close", "auto")}
OPTIONS = {
    "serve": ("--config", "--data-dir", "--listen"),
    "mock": ("--listen", "--script", "--loops"),
    "status": REMOTE,
    "cache stats": REMOTE,
    "cache purge": ("--all", "--key", "--tag", "--model", "--class", "--namespace", "--dry-run", *REMOTE),
    "route": REMOTE,
    "route open": ("--key", *REMOTE),
    "route close": ("--key", *REMOTE),
    "route auto": ("--key", *REMOTE),
    "level": REMOTE,
    "check": ("--json",),
    "completion": (),
    "man": (),
}
SHELLS = ("bash", "zsh", "fish")


def read_to_end(terminal: int) -> str:
    """What is written to a terminal until nobody has it open any more."""
    said = b""
    try:
        while piece := os.read(terminal, 1 << 16):
            said += piece
    except OSError:  # Linux' way to say that the other end is closed
        pass
    finally:
        os.close(terminal)
    return said.decode(errors="replace")
