"""Every command there is, as a user calls it, and the options of each."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

REMOTE = ("--url", "--key-file", "--json")
GROUPS = {"": ("serve", "mock", "status", "cache", "check", "completion", "man"), "cache": ("stats", "purge")}
OPTIONS = {
    "serve": ("--config", "--data-dir", "--listen"),
    "mock": ("--listen", "--script", "--loops"),
    "status": REMOTE,
    "cache stats": REMOTE,
    "cache purge": ("--all", "--key", "--tag", "--model", "--class", "--namespace", "--dry-run", *REMOTE),
    "check": ("--json",),
    "completion": (),
    "man": (),
}
SHELLS = ("bash", "zsh", "fish")
