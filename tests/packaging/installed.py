"""An installation of the release build, in a folder that goes away with the process."""

import functools
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests"))

PATIENCE = 60.0
_folder = tempfile.TemporaryDirectory(prefix="weir-installed-")


def run(*command: str | pathlib.Path, **options) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False, **options)


@functools.cache
def prefix() -> pathlib.Path:
    """Where `cmake --install` has put everything."""
    place = pathlib.Path(_folder.name, "usr")
    ended = run("cmake", "--install", ROOT / "build/release", "--prefix", place, "--component", "weir")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return place


def weir() -> pathlib.Path:
    return prefix() / "bin/weir"
