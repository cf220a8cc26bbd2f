"""Holds that what script/bench writes is whole, and that what it wrote came from one run."""

import json
import pathlib
import re
import tempfile
import unittest
import xml.etree.ElementTree as xml

from measured import ABOUT, ROOT, beside_nginx, charted

import chart  # noqa: E402
import page  # noqa: E402
import report  # noqa: E402
from figures import Failure  # noqa: E402

SVG = "{http://www.w3.org/2000/svg}"
# A figure, a date or a commit; not the 2 of "2 KB" alone, which is what was measured and not what came out.
FIGURE = re.compile(r"\b(?:\d{4}-\d\d-\d\d|(?=[a-f]*\d)[0-9a-f]{7,12}|\d[\d,]*\.\d+|\d+(?= µs| ms| /s))")


def words(svg: str) -> list[str]:
    return [text.text or "" for text in xml.fromstring(svg).iter(f"{SVG}text")]


def luminance(colour: str) -> float:
    def linear(part: str) -> float:
        share = int(part, 16) / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4
    red, green, blue = (linear(colour[at:at + 2]) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


class TheChart(unittest.TestCase):
    def test_it_holds_every_figure_that_it_draws(self):
        said = words(chart.svg(charted(), ABOUT))
        for figure in ("22.0 µs", "18.7 µs", "18.0 µs", "10.9 µs", "84.0 µs", "21.3 µs",
                       "0.85 ×", "0.59 ×", "0.25 ×"):
            self.assertIn(figure, said)
        self.assertIn("abc1234", " ".join(said))

    def test_a_bar_is_as_long_as_its_figure(self):
        bars = [rect for rect in xml.fromstring(chart.svg(charted(), ABOUT)).iter(f"{SVG}rect")
                if float(rect.attrib["height"]) == chart.BAR]
        lengths = [float(bar.attrib["width"]) for bar in bars]
        for length, figure in zip(lengths, (22.0, 18.7, 18.0, 10.9, 84.0, 21.3), strict=True):
            self.assertAlmostEqual(length / lengths[0], figure / 22.0, places=2)

    def test_whiskers_reach_from_the_lowest_round_to_the_highest(self):
        drawn = chart.svg(charted(), ABOUT)
        feet = [float(x) for x in re.findall(r"M[\d.]+ [\d.]+H([\d.]+)M", drawn)]
        low, high = (foot - chart.LEFT for foot in feet[:2])
        self.assertAlmostEqual(high / low, 24.0 / 20.0, places=2)
        self.assertEqual(len(feet), 12)

    def test_nothing_is_drawn_outside_or_over_the_ratios(self):
        drawn = xml.fromstring(chart.svg(charted(), ABOUT))
        width = float(drawn.attrib["viewBox"].split()[2])
        for text in drawn.iter(f"{SVG}text"):
            if text.attrib.get("text-anchor") != "end" and (text.text or "").endswith("µs"):
                self.assertLess(float(text.attrib["x"]) + 8 * len(text.text or ""), width - 60)

    def test_it_can_be_read_on_a_light_and_on_a_dark_page(self):
        for ground in ("#ffffff", "#0d1117"):
            self.assertGreater(contrast(chart.TEXT, ground), 3.9)
            for colour in chart.FILL.values():
                self.assertGreater(contrast(colour, ground), 3.0)
                self.assertGreater(contrast(colour, chart.ON_BAR), 3.0)


class TheFile(unittest.TestCase):
    def test_json_holds_every_round_in_its_order(self):
        document = json.loads(json.dumps(report.document(charted(), ABOUT)))
        cpu = document["scenarios"]["pass-2k"]["figures"]["cpu"]
        self.assertEqual(cpu["nginx"],
                         {"median": 22.0, "low": 20.0, "high": 24.0, "rounds": [20.0, 22.0, 24.0]})
        self.assertEqual(cpu["ratio"]["rounds"], [17.0 / 20.0, 18.7 / 22.0, 20.0 / 24.0])
        self.assertEqual(document["measured"]["commit"], "abc1234")
        self.assertEqual(document["machine"]["cores"], 2)


class TheDocuments(unittest.TestCase):
    def setUp(self):
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.page, self.front, self.picture = folder / "page.md", folder / "front.md", folder / "chart.svg"
        self.page.write_text(f"before\n{page.FIGURES.begin}\nold\n{page.FIGURES.end}\nafter\n")
        self.front.write_text(f"# weir\n{page.FRONT.begin}\nold\n{page.FRONT.end}\nmore\n")
        self.documents = page.Documents(self.page, self.front, self.picture)

    def test_each_is_written_between_its_markers(self):
        page.write(self.documents, charted(), ABOUT)
        self.assertRegex(self.page.read_text(),
                         r"(?s)^before\n<!--[^\n]*\n\nMeasured on 2026.*\n<!-- to here -->\nafter\n$")
        self.assertRegex(self.front.read_text(),
                         r"(?s)^# weir\n<!--.*costs 0\.85 of what nginx takes \(18\.7 µs.*\nmore\n$")
        xml.fromstring(self.picture.read_text())

    def test_a_second_run_replaces_the_first(self):
        page.write(self.documents, charted(), ABOUT)
        once = self.page.read_text(), self.front.read_text()
        page.write(self.documents, charted(), ABOUT)
        self.assertEqual((self.page.read_text(), self.front.read_text()), once)

    def test_one_scenario_that_is_measured_again_replaces_its_section_and_says_so(self):
        page.write(self.documents, [*charted(), beside_nginx("streams", [1.0], [2.0]),
                                    beside_nginx("last", [1.0], [2.0])], ABOUT)
        before = self.page.read_text()
        for name in ("streams", "last"):
            page.write_again(self.documents, [beside_nginx(name, [1.0], [1.5])],
                             ABOUT | {"date": "2026-12-01"})
        text = self.page.read_text()
        self.assertEqual(text.count("\nMeasured again on 2026-12-01"), 2)
        self.assertEqual(text.count("1.50 (1.50"), before.count("2.00 (2.00"))
        self.assertEqual(text.count("### "), before.count("### "))
        self.assertTrue(text.endswith("\n<!-- to here -->\nafter\n"))
        with self.assertRaisesRegex(Failure, "no section"):
            page.write_again(self.documents, [beside_nginx("new", [1.0], [1.0])], ABOUT)

    def test_without_its_markers_nothing_is_written(self):
        self.front.write_text("# weir\n")
        with self.assertRaisesRegex(Failure, r"front\.md has lost its markers"):
            page.write(self.documents, charted(), ABOUT)
        self.assertIn("\nold\n", self.page.read_text())
        self.assertFalse(self.picture.exists())

    def test_the_readme_and_the_chart_say_what_the_page_says(self):
        page.write(self.documents, charted(), ABOUT)
        self.assertEqual(strangers(self.front.read_text(), self.page.read_text()), [])
        self.assertEqual(strangers(self.picture.read_text(), self.page.read_text()), [])
        self.assertEqual(strangers("costs 0.84 (18.7 µs)", self.page.read_text()), ["0.84"])


def strangers(text: str, page_text: str) -> list[str]:
    """Figures of a text that do not stand on the page."""
    if "<svg" in text:
        text = "\n".join(words(text)).replace(" ×", "")
    known = set(FIGURE.findall(page_text))
    return [figure for figure in FIGURE.findall(text) if figure not in known]


class TheRepository(unittest.TestCase):
    """The files as they are: written by the same run."""

    def setUp(self):
        self.page = page.lines(page.HERE.page, page.FIGURES)

    def test_the_readme_claims_only_what_the_page_shows(self):
        readme = page.HERE.front.read_text()
        if page.FRONT.begin in readme:
            self.assertEqual(strangers(page.lines(page.HERE.front, page.FRONT), self.page), [])
            readme = readme.replace(page.lines(page.HERE.front, page.FRONT), "")
        self.assertNotIn("of what nginx takes", readme, "a figure outside of the markers is not renewed")

    def test_the_chart_draws_only_what_the_page_shows(self):
        drawn = page.HERE.picture.read_text() if page.HERE.picture.exists() else ""
        self.assertEqual(strangers(drawn, self.page), [])
        self.assertEqual(bool(drawn), "performance.svg" in self.page, "the page shows its chart")


if __name__ == "__main__":
    unittest.main()
