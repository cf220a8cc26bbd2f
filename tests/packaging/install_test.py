"""Holds that `cmake --install` puts everything where a system looks for it, and that what it installs runs."""

import unittest

from installed import ROOT, prefix, run, weir

from harness.program import Program  # noqa: E402

ALWAYS = ["bin/weir", "lib/systemd/system/weir.service", "share/doc/weir/LICENSE", "share/doc/weir/NOTICE",
          "share/doc/weir/THIRD_PARTY.md", "share/doc/weir/examples/weir.yaml"]
# Written by the program itself: the file, and the command that prints it.
SAID = {"share/man/man1/weir.1": ["man"],
        "share/bash-completion/completions/weir": ["completion", "bash"],
        "share/zsh/site-functions/_weir": ["completion", "zsh"],
        "share/fish/vendor_completions.d/weir.fish": ["completion", "fish"]}


class Installed(unittest.TestCase):
    def test_everything_is_there(self):
        for file in ALWAYS:
            with self.subTest(file):
                self.assertGreater((prefix() / file).stat().st_size, 0)

    def test_nothing_else_is_there(self):
        files = {file.relative_to(prefix()).as_posix() for file in prefix().rglob("*") if file.is_file()}
        documents = {file for file in files if file.startswith("share/doc/weir/")}
        self.assertEqual(files - documents - {*ALWAYS, *SAID}, set())

    def test_what_the_program_says_about_itself_is_installed_as_soon_as_it_can_say_it(self):
        for file, command in SAID.items():
            with self.subTest(file):
                said = run(weir(), *command)
                self.assertEqual((prefix() / file).exists(), said.returncode == 0)
                if said.returncode == 0:
                    self.assertEqual((prefix() / file).read_text(), said.stdout)

    def test_the_installed_weir_answers_a_call(self):
        with Program("serve", "--listen", "127.0.0.1:0", program=weir()) as gateway, gateway.client() as client:
            body = {"model": "sim-1", "messages": [{"role": "user", "content": "Hello"}]}
            answer = client.ask("/v1/chat/completions", body)
            self.assertEqual(answer.status, 200, answer.body)
            self.assertTrue(answer.json()["choices"][0]["message"]["content"])

    def test_the_service_starts_the_installed_weir(self):
        unit = (prefix() / "lib/systemd/system/weir.service").read_text()
        self.assertIn(f"ExecStart={weir()} serve ", unit)
        original = (ROOT / "deploy/systemd/weir.service").read_text()
        self.assertEqual(unit.replace(str(weir()), "/usr/bin/weir"), original)


if __name__ == "__main__":
    unittest.main()
