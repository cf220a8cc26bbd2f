"""Holds that the completions complete: each shell is started for real, loads what `weir completion` prints, and is
asked what may stand at the end of a line.
"""

import os
import pathlib
import pty
import shlex
import subprocess
import tempfile
import unittest

from commands import GROUPS, OPTIONS, SHELLS, read_to_end
from harness.program import environment, run
from harness.weir import PROGRAM

# A line, and what may stand at its end: exactly these, whatever the shell.
EXACTLY = {
    "weir ": GROUPS[""],
    "weir ca": ("cache",),
    "weir cache ": GROUPS["cache"],
    "weir cache st": ("stats",),
    "weir route ": GROUPS["route"],  # which does something itself, too
    "weir route o": ("open",),
    "weir level c": ("cheaper", "cache_only"),
    "weir completion ": SHELLS,
    "weir completion z": ("zsh",),
    **{f"weir {command} --": (*options, "--help") for command, options in OPTIONS.items()},
    "weir serve --config cache --l": ("--listen",),  # a value is no command
    "weir serve --li": ("--listen",),
    "weir serve --listen ": (),
    "weir serve --config s": ("serve.yaml", "scripts/"),
    "weir serve --config=s": ("serve.yaml", "scripts/"),
    "weir serve --data-dir s": ("scripts/",),
    "weir check s": ("serve.yaml", "scripts/"),
    "weir cache stats --key-file se": ("serve.yaml",),
}


class InAFolder(unittest.TestCase):
    """With a file and a folder in it, the program on the path, and the script of a shell."""

    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        work, home = self.folder / "work", self.folder / "home"
        for made in (work / "scripts", home, self.folder / "bin"):
            made.mkdir(parents=True)
        (work / "serve.yaml").write_text("")
        (self.folder / "bin" / "weir").symlink_to(PROGRAM)
        self.work, self.home = work, home
        self.variables = environment({"PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}", "HOME": str(home),
                                      "ZDOTDIR": str(home), "TERM": "dumb"})

    def script(self, shell: str) -> pathlib.Path:
        ended = run("completion", shell)
        self.assertEqual((ended.code, ended.err), (0, ""))
        self.assertEqual(run("completion", shell).out, ended.out, "the same each time")
        file = self.folder / f"completion.{shell}"
        file.write_text(ended.out)
        return file

    def ask(self, *program: str) -> str:
        done = subprocess.run(program, cwd=self.work, env=self.variables, capture_output=True, text=True, timeout=60,
                              check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout

    def assert_completes(self, found: dict[str, list[str]]) -> None:
        for line, expected in EXACTLY.items():
            with self.subTest(line):
                # Some shells mark a folder only when they show it, or give the whole word where others give its end.
                given = {word.rstrip("/").removeprefix("--config=") for word in found[line]}
                self.assertEqual(given, {word.rstrip("/") for word in expected})


class Bash(InAFolder):
    # Readline's own splitting of a line: `=` is a word.
    ASK = """
source "$1"
while IFS= read -r line; do
  read -ra COMP_WORDS <<<"${line//=/ = }"
  [[ $line == *' ' ]] && COMP_WORDS+=('')
  COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
  COMPREPLY=()
  "$(complete -p weir | sed -E 's/.*-F ([^ ]+) .*/\\1/')"
  printf '%s\\n' "${COMPREPLY[@]}" --end--
done <"$2"
"""

    def test_lines_are_completed(self):
        lines = self.folder / "lines"
        lines.write_text("".join(line + "\n" for line in EXACTLY))
        said = self.ask("bash", "--norc", "-c", self.ASK, "bash", str(self.script("bash")), str(lines))
        answers = said.split("--end--\n")
        found = {line: answer.split() for line, answer in zip(EXACTLY, answers, strict=False)}
        self.assert_completes(found)

    def test_readline_completes_a_line_and_marks_a_folder(self):
        typed = "weir serve --data-dir=sc\tx\n"
        ours, its = pty.openpty()
        shell = subprocess.Popen(["bash", "--norc", "--noprofile", "-i"], cwd=self.work, env=self.variables,
                                 stdin=its, stdout=its, stderr=its, start_new_session=True)
        os.close(its)
        os.write(ours, f"PS1=; source {self.script('bash')}; weir() {{ echo \"[$*]\"; }}\n{typed}exit\n".encode())
        said = read_to_end(ours)
        self.assertEqual(shell.wait(60), 0)
        self.assertIn("[serve --data-dir=scripts/x]", said)


class Fish(InAFolder):
    def test_lines_are_completed(self):
        found = {}
        for line in EXACTLY:
            said = self.ask("fish", "--no-config", "-c",
                            f"source {self.script('fish')}; complete -C {shlex.quote(line)}")
            found[line] = [row.split("\t")[0] for row in said.splitlines()]
        self.assert_completes(found)

    def test_each_name_is_explained(self):
        said = self.ask("fish", "--no-config", "-c", f"source {self.script('fish')}; complete -C 'weir '")
        self.assertIn("serve\tRun the gateway\n", said)


class Zsh(InAFolder):
    # Asks the line editor about each line as its first line begins, keeps what would be added, and ends.
    ASK = """
autoload -Uz compinit && compinit -u -D
source <(weir completion zsh)
compadd() {
  if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\\ * ]]; then
    builtin compadd "$@"
    return
  fi
  local -a matches
  builtin compadd -A matches "$@"
  (( $#matches )) && print -rl -- $matches >>$FOUND
  builtin compadd "$@"
}
complete-once() { _main_complete; compstate[insert]=''; compstate[list]='' }
zle -C complete-once complete-word complete-once
zle-line-init() {
  local line
  for line in ${(f)"$(<$LINES_TO_ASK)"}; do
    BUFFER=$line CURSOR=$#line
    zle complete-once
    print -r -- --end-- >>$FOUND
  done
  BUFFER=exit
  zle accept-line
}
zle -N zle-line-init
"""

    def test_lines_are_completed(self):
        lines, found_file = self.folder / "lines", self.folder / "found"
        lines.write_text("".join(line + "\n" for line in EXACTLY))
        (self.home / ".zshrc").write_text(self.ASK)
        ours, its = pty.openpty()
        shell = subprocess.Popen(["zsh", "-d", "-i"], cwd=self.work, stdin=its, stdout=its, stderr=its,
                                 env=self.variables | {"FOUND": str(found_file), "LINES_TO_ASK": str(lines)},
                                 start_new_session=True)
        os.close(its)
        said = read_to_end(ours)
        self.assertEqual(shell.wait(60), 0, said)
        answers = found_file.read_text().split("--end--\n")
        self.assertEqual(len(answers), len(EXACTLY) + 1, said)
        self.assert_completes({line: answer.split() for line, answer in zip(EXACTLY, answers, strict=False)})


if __name__ == "__main__":
    unittest.main()
