"""Enough of C++ for the tidy test: text without its comments and literals, and where functions begin and end."""

import re
from typing import Iterator, NamedTuple

# Comments, raw strings, strings and characters, in the order in which a compiler would meet them.
# A quote after a digit is its separator (20'000), not a character.
SKIPPED = re.compile(
    r"""//[^\n]*
      | /\*.*?\*/
      | (?:u8|[uUL])?R"(?P<mark>[^\s()\\]{0,16})\(.*?\)(?P=mark)"
      | "(?:\\.|[^"\\\n])*"
      | (?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'""",
    re.VERBOSE | re.DOTALL,
)
DIRECTIVE = re.compile(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", re.MULTILINE)
SCOPE = re.compile(r"^(?:inline\s+|export\s+|typedef\s+|static\s+|constexpr\s+)*"
                   r"(?:namespace|class|struct|union|enum|extern)\b(?!.*\)\s*(?:const|noexcept)?\s*$)", re.DOTALL)


def blanked(text: str, pattern: re.Pattern[str]) -> str:
    """The text with what matches turned into spaces, so that lines keep their numbers."""
    return pattern.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)


def code(text: str) -> str:
    return blanked(text, SKIPPED)


class Function(NamedTuple):
    first_line: int
    lines: int
    name: str


def without_template_head(head: str) -> str:
    """`template <class T> void f()` without its first part."""
    while found := re.match(r"\s*template\s*<", head):
        depth, at = 1, found.end()
        while at < len(head) and depth:
            depth += {"<": 1, ">": -1}.get(head[at], 0)
            at += 1
        head = head[at:]
    return re.sub(r"^(?:\s|\[\[.*?\]\]|(?:public|private|protected)\s*:(?!:))+", "", head)


def functions(text: str) -> Iterator[Function]:
    """Every body that stands in a namespace or a class, from its first line to its last."""
    bare = blanked(code(text), DIRECTIVE)
    scopes = []  # one entry an open brace: True where a namespace or a class was opened
    head_start, body_start, parentheses, name = 0, None, 0, ""
    for at, character in enumerate(bare):
        outside = all(scopes)
        if character in "()":
            parentheses += 1 if character == "(" else -1
        elif character == "{":
            head = without_template_head(bare[head_start:at])
            opens_scope = outside and not parentheses and bool(SCOPE.match(head.strip()))
            if outside and not opens_scope and body_start is None:
                # `x{1}` and `= {` hold data; `f() {` and the `{` after `: a_{1}` hold code.
                if "(" in head and not head.rstrip().endswith("="):
                    start = head_start + len(bare[head_start:at]) - len(bare[head_start:at].lstrip())
                    body_start, name = start, head.strip()
            scopes.append(opens_scope)
        elif character == "}" and scopes:
            closes_scope = scopes.pop()
            if all(scopes) and not parentheses:
                following = bare[at + 1 :].lstrip()[:1]
                # After `a_{1}` of a constructor's list the function goes on.
                if body_start is not None and following not in (",", "{"):
                    first = bare.count("\n", 0, body_start) + 1
                    last = bare.count("\n", 0, at) + 1
                    called = re.search(r"([\w:~]+|operator\S*?)\s*\(", name)
                    yield Function(first, last - first + 1, called[1] if called else "(unnamed)")
                    body_start = None
                if body_start is None or closes_scope:
                    head_start = at + 1
        elif character == ";" and outside and not parentheses:
            head_start = at + 1
            body_start = None
