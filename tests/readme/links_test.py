"""Holds that every link in a Markdown file of the repository to a file, or to a heading, finds it."""

import pathlib
import re
import subprocess
import unittest

ROOT = pathlib.Path(__file__).parents[2]
LINK = re.compile(r"\]\(<?([^)\s>]+)>?\)|^\[[^\]]+\]: +(\S+)", re.MULTILINE)
ELSEWHERE = re.compile(r"^[a-z]+:")
CODE = re.compile(r"^```.*?^```$|`[^`\n]*`", re.MULTILINE | re.DOTALL)


def pages() -> list[pathlib.Path]:
    """All that git knows or could know."""
    named = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate", "*.md"],
                           cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    return [ROOT / name for name in named if (ROOT / name).is_file()]


def links(markdown: str) -> list[str]:
    targets = [first or second for first, second in LINK.findall(CODE.sub("", markdown))]
    return [target for target in targets if not ELSEWHERE.match(target)]


def anchors(markdown: str) -> set[str]:
    """Headings as links name them: lower case, spaces as hyphens, without other signs."""
    titles = re.findall(r"^#+ +(.*)$", markdown, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


def is_there(page: pathlib.Path, link: str) -> bool:
    file, _, anchor = link.partition("#")
    target = page.parent / file if file else page
    return target.exists() and (not anchor or anchor in anchors(target.read_text()))


class Links(unittest.TestCase):
    def test_each_finds_what_it_names(self):
        followed = 0
        for page in pages():
            for link in links(page.read_text()):
                followed += 1
                with self.subTest(page=page.relative_to(ROOT).as_posix(), link=link):
                    self.assertTrue(is_there(page, link))
        self.assertGreater(followed, 20)

    def test_every_document_is_reached_from_the_readme(self):
        reached, to_read = set(), [ROOT / "README.md"]
        while to_read:
            page = to_read.pop()
            if page in reached or not page.is_file():
                continue
            reached.add(page)
            for link in links(page.read_text()):
                target = (page.parent / link.partition("#")[0]).resolve()
                to_read += sorted(target.glob("*.md")) if target.is_dir() else [target] * (target.suffix == ".md")
        documents = {page for page in pages() if page.parent == ROOT or page.is_relative_to(ROOT / "docs")}
        self.assertEqual(documents - reached, set())

    def test_a_broken_one_would_be_found(self):
        page = ROOT / "README.md"
        for link in ("no-such-file.md", "docs/development.md#no-such-heading"):
            self.assertFalse(is_there(page, link))
        self.assertEqual(links("[a](b.md) `[c](d.md)` [e](https://f)\n[g]: h.md\n"), ["b.md", "h.md"])


if __name__ == "__main__":
    unittest.main()
