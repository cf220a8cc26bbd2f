"""Holds that a flame graph and its tables tell what perf sampled."""

import unittest
import xml.etree.ElementTree as xml

from measured import ROOT  # noqa: F401

import flame  # noqa: E402
import profiler  # noqa: E402

SVG = "{http://www.w3.org/2000/svg}"
# As `perf script -F comm,ip,sym` prints, the innermost frame first.
SCRIPT = """\
loop-0 
\tffffffff81a2 tcp_sendmsg
\t    7f01 __send
\t    55a1 weir::http::Connection::send(weir::Buffer<char const>&) [clone .resume]
\t    55a0 weir::runtime::Loop::run()
\t    7f00 [unknown]

loop-1 
\t    55a3 weir::http::(anonymous namespace)::parse<std::vector<int> >(std::string_view) const
\t    55a0 weir::runtime::Loop::run()

loop-1 
\t    55a3 weir::http::(anonymous namespace)::parse<std::vector<int> >(std::string_view) const
\t    55a0 weir::runtime::Loop::run()

loop-1 
\t    55a0 weir::runtime::Loop::run()
"""
RUN, SEND, PARSE = "weir::runtime::Loop::run", "weir::http::Connection::send", "weir::http::parse"


class Names(unittest.TestCase):
    def test_a_symbol_is_cut_to_what_a_person_wants(self):
        for symbol, wanted in [
            ("weir::http::Head::parse(std::string&) const", "weir::http::Head::parse"),
            ("weir::http::serve(weir::Task<void>) [clone .resume]", "weir::http::serve"),
            ("std::map<int, weir::A<int> >::operator[](int const&)", "std::map::operator[]"),
            ("weir::Money::operator<(weir::Money) const", "weir::Money::operator<"),
            ("weir::Call::operator()(int) const", "weir::Call::operator()"),
            ("void weir::run<int>(int)", "weir::run"),
            ("__memmove_avx512_unaligned_erms", "__memmove_avx512_unaligned_erms"),
            ("[unknown]", "[unknown]"),
        ]:
            with self.subTest(symbol=symbol):
                self.assertEqual(profiler.short(symbol), wanted)


class Samples(unittest.TestCase):
    def setUp(self):
        self.stacks = profiler.collapsed(SCRIPT)

    def test_stacks_are_counted_from_the_outside_in(self):
        self.assertEqual(self.stacks, {(RUN, SEND, "__send", "tcp_sendmsg [kernel]"): 1,
                                       (RUN, PARSE): 2, (RUN,): 1})

    def test_a_function_weighs_what_ended_in_it_and_what_passed_through_it(self):
        weights = {weight.name: (weight.self, weight.total) for weight in flame.weights(self.stacks)}
        self.assertEqual(weights[RUN], (0.25, 1.0))
        self.assertEqual(weights[PARSE], (0.5, 0.5))
        self.assertEqual(weights[SEND], (0.0, 0.25))

    def test_the_tables_begin_with_the_heaviest(self):
        lines = profiler.heaviest(self.stacks)
        self.assertRegex(lines[2], rf"^ +50\.0% +50\.0% +{PARSE}$")
        self.assertRegex(lines[lines.index("") + 3], rf"^ +25\.0% +100\.0% +{RUN}$")


class Picture(unittest.TestCase):
    def setUp(self):
        self.drawn = xml.fromstring(flame.svg(profiler.collapsed(SCRIPT), "a <title> & more"))
        self.frames = {group.findtext(f"{SVG}title") or "": group.find(f"{SVG}rect")
                       for group in self.drawn.iter(f"{SVG}g")}

    def rectangle(self, name: str) -> dict[str, float]:
        found = next(rect for title, rect in self.frames.items() if title.startswith(name))
        return {key: float(found.attrib[key]) for key in ("x", "y", "width")}

    def test_every_frame_is_as_wide_as_its_samples(self):
        self.assertAlmostEqual(self.rectangle(RUN)["width"], flame.WIDTH)
        self.assertAlmostEqual(self.rectangle(PARSE)["width"], flame.WIDTH / 2)
        self.assertAlmostEqual(self.rectangle("tcp_sendmsg")["width"], flame.WIDTH / 4)

    def test_what_was_called_stands_upon_its_caller(self):
        caller, called = self.rectangle(RUN), self.rectangle(SEND)
        self.assertEqual(called["y"], caller["y"] - flame.ROW)
        self.assertLessEqual(called["x"] + called["width"], caller["x"] + caller["width"])

    def test_neighbours_stand_side_by_side(self):
        send, parse = self.rectangle(SEND), self.rectangle(PARSE)
        self.assertAlmostEqual(send["x"] + send["width"], parse["x"])

    def test_a_tooltip_tells_name_and_samples(self):
        self.assertIn(f"{PARSE}: 2 samples, 50.0%", self.frames)


if __name__ == "__main__":
    unittest.main()
