"""Holds what can be held of the container without an engine: the files are well-formed, the image has the libraries
that the program needs, the health check tells ready from not, and every bound is there."""

import json
import pathlib
import re
import sys
import tempfile
import unittest

import yaml
from installed import ROOT, run, weir

from harness.program import Program  # noqa: E402
from harness.upstream import Upstream, whole  # noqa: E402

DOCKER = ROOT / "deploy/docker"
BIN = pathlib.Path(sys.executable).parent
DOCKERFILE = (DOCKER / "Dockerfile").read_text()
# Not linked, but opened: what TLS trusts.
NOT_LINKED = {"ca-certificates"}
# The C library, which every Debian has.
ALWAYS_THERE = {"libc6"}
KEY = "sk-of-the-container-test"


def instruction(name: str) -> str:
    """The last one of this name, its continued lines joined."""
    joined = re.sub(r"\s*\\\n\s*", " ", DOCKERFILE)
    return re.findall(rf"^{name} (.*)$", joined, re.MULTILINE)[-1]


def runtime_packages() -> set[str]:
    names = re.search(r"apt-get install (.*?)&&", instruction("RUN"))[1].split()
    return {name for name in names if not name.startswith("-")}


def package_of(library: str) -> str:
    """dpkg knows a file by the place it was packed for; /lib is a link to /usr/lib today."""
    for path in (library, library.removeprefix("/usr"), f"/usr{library}"):
        ended = run("dpkg", "-S", path)
        if ended.returncode == 0:
            return ended.stdout.split(":")[0]
    raise AssertionError(f"no package has {library}")


def linked_packages() -> set[str]:
    libraries = re.findall(r"=> (/\S+)", run("ldd", weir()).stdout)
    return {package_of(library) for library in libraries}


class Dockerfile(unittest.TestCase):
    def test_the_linter_finds_nothing(self):
        ended = run(BIN / "hadolint", DOCKER / "Dockerfile")
        self.assertEqual((ended.returncode, ended.stdout), (0, ""))

    def test_the_image_has_the_libraries_that_the_program_is_linked_with_and_no_others(self):
        linked = linked_packages()
        self.assertIn("libssl3", linked)
        self.assertEqual(runtime_packages() - NOT_LINKED, linked - ALWAYS_THERE)

    def test_nobody_is_root(self):
        self.assertRegex(instruction("USER"), r"^[1-9]\d*:[1-9]\d*$")

    def test_what_it_copies_is_there_and_not_ignored(self):
        ignored = set((ROOT / ".dockerignore").read_text().split())
        for source in re.findall(r"^COPY (?!--from)(\S+)", DOCKERFILE, re.MULTILINE):
            with self.subTest(source):
                self.assertTrue((ROOT / source).exists())
                self.assertNotIn(source.split("/")[0], ignored)


class HealthCheck(unittest.TestCase):
    def ask(self, port: int) -> int:
        name, *arguments = json.loads(instruction("HEALTHCHECK").partition("CMD ")[2])
        self.assertEqual(name, "weir")
        return run(weir(), *arguments, "--url", f"http://127.0.0.1:{port}").returncode

    def test_it_asks_where_the_image_listens(self):
        port = yaml.safe_load((DOCKER / "weir.yaml").read_text())["listen"].rpartition(":")[2]
        self.assertEqual(port, instruction("EXPOSE"))
        usual = " ".join(run(weir(), "status", "--help").stdout.split())
        self.assertIn(f"default: http://127.0.0.1:{port}", usual)

    def test_its_times(self):
        times = dict(re.findall(r"--([\w-]+)=(\w+)", instruction("HEALTHCHECK")))
        self.assertEqual(times, {"interval": "15s", "timeout": "5s", "start-period": "45s", "retries": "2"})

    def test_it_tells_ready_from_gone(self):
        with Program("serve", "--listen", "127.0.0.1:0", program=weir()) as gateway:
            self.assertEqual(self.ask(gateway.port), 0)
            port = gateway.port
        self.assertNotEqual(self.ask(port), 0)

    def test_it_tells_ready_from_draining(self):
        with Upstream(lambda call: call.send(whole(b'{"status":"draining"}', status=503))) as draining:
            self.assertNotEqual(self.ask(draining.port), 0)
            self.assertEqual(draining.calls[0].request.target, "/readyz")


class Compose(unittest.TestCase):
    def setUp(self):
        self.service = yaml.safe_load((DOCKER / "compose.yaml").read_text())["services"]["weir"]

    def test_it_is_what_the_specification_says(self):
        ended = run(BIN / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", DOCKER / "compose.yaml")
        self.assertEqual(ended.returncode, 0, ended.stdout + ended.stderr)

    def test_it_is_bounded_and_may_do_little(self):
        resources = self.service["deploy"]["resources"]
        self.assertEqual(set(resources["limits"]), {"cpus", "memory", "pids"})
        self.assertEqual(set(resources["reservations"]), {"cpus", "memory"})
        self.assertEqual((self.service["read_only"], self.service["cap_drop"]), (True, ["ALL"]))
        self.assertIn("no-new-privileges:true", self.service["security_opt"])

    def test_secrets_are_files(self):
        self.assertNotIn("environment", self.service)
        named = set(re.findall(r"/run/secrets/(\w+)", (DOCKER / "weir.yaml").read_text()))
        self.assertEqual(named, set(self.service["secrets"]))

    def test_its_configuration_is_accepted(self):
        folder = self.enterContext(tempfile.TemporaryDirectory())
        for name in self.service["secrets"]:
            pathlib.Path(folder, name).write_text(f"{KEY}\n")
        settings = pathlib.Path(folder, "weir.yaml")
        settings.write_text((DOCKER / "weir.yaml").read_text().replace("/run/secrets", folder))
        ended = run(weir(), "check", settings)
        self.assertEqual((ended.returncode, ended.stderr), (0, ""))


if __name__ == "__main__":
    unittest.main()
