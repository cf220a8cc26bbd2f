"""Gateways for the SDKs: one as a newcomer starts it, and two whose simulated provider does what a prompt says."""

from harness.program import Program
from harness.weir import ONE_ATTEMPT

MASTER_KEY = "sk-master-key-of-the-sdk-tests"
# A prompt may say [[fault=status status=429]] to this one.
SCRIPT = {
    "hints": True,
    "default": {"time_to_first_token": "1ms", "tokens_per_second": 0, "output_tokens": 12},
    # Events come apart, so that some are there before it breaks.
    "rules": [{"when": {"contains": "break off"}, "tokens_per_second": 40, "fault": {"kind": "reset", "at": "middle"}}],
}
SETTINGS = {
    "listen": "127.0.0.1:0",
    "auth": {"master_key": MASTER_KEY},
    "providers": {"sim": {"kind": "simulated", "script": "script.json",
                          "timeouts": {"first_byte": "300ms", "total": "300ms"}}},
    "models": {"sim-1": {"deployments": [{"provider": "sim", "model": "sim-1"}]}, "sim/*": {"provider": "sim"}},
}


def newcomers() -> Program:
    """No configuration file, no key: the simulated provider answers."""
    return Program("serve", "--listen", "127.0.0.1:0")


def scripted(*rules: dict, **settings) -> Program:
    """With a master key and short deadlines; `rules` come first. Asks once, unless `settings` say otherwise: trying
    again is left to the SDK then."""
    script = SCRIPT | {"rules": [*rules, *SCRIPT["rules"]]}
    return Program("serve", "--config", "weir.yaml",
                   files={"weir.yaml": SETTINGS | ONE_ATTEMPT | settings, "script.json": script})


def fails_at_first(**fault) -> dict:
    """The first call fails, and those after it don't."""
    return {"when": {"call": {"to": 1}}, "fault": {"kind": "status"} | fault}


def calls_of(gateway: Program) -> int:
    """What the simulated provider counted."""
    with gateway.client() as client:
        client.send(f"GET /api/v1/mock/ledger HTTP/1.1\r\nhost: localhost\r\nx-api-key: {MASTER_KEY}\r\n\r\n".encode())
        return client.answer().json()["calls"]
