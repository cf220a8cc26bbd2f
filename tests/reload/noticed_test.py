"""Holds that weir notices by itself that the file has changed, however it was changed, once it has stayed the same from
one look to the next, a second later."""

import json
import unittest

from operated import Operated, Provider, settings_for, teller  # finds the others


class Noticing(unittest.TestCase):
    def setUp(self):
        self.a, self.b = (self.enterContext(Provider(name)) for name in "ab")
        self.settings = settings_for(self.a, self.b)
        self.moved = json.dumps(self.settings | {"models": {"moving": {
            "deployments": [{"provider": "b", "model": "m"}]}}})
        self.weir = self.enterContext(Operated(self.settings))
        self.assertEqual(teller(self.weir.ask("moving")), "a")

    def assert_noticed(self) -> None:
        self.assertEqual(self.weir.notice()["event"], "reloaded")
        self.assertEqual(teller(self.weir.ask("moving")), "b")

    def test_a_file_that_is_written_over(self):
        self.weir.write(self.moved)
        self.assert_noticed()

    def test_a_file_that_another_is_moved_upon_as_editors_do(self):
        other = self.weir.folder / "weir.yaml.new"
        other.write_text(self.moved)
        other.rename(self.weir.file)
        self.assert_noticed()

    def test_a_link_that_is_swapped_as_kubernetes_does(self):
        """The file is a link through a link to a folder; a new folder is put in place by swapping that one."""
        folder = self.weir.folder
        for name, content in (("first", json.dumps(self.settings)), ("second", self.moved)):
            (folder / name).mkdir()
            (folder / name / "weir.yaml").write_text(content)
        (folder / "current").symlink_to("first")
        (folder / "link").symlink_to("current/weir.yaml")
        (folder / "link").rename(self.weir.file)
        self.assertEqual(self.weir.notice()["event"], "reloaded")
        self.assertEqual(teller(self.weir.ask("moving")), "a")
        (folder / "next").symlink_to("second")
        (folder / "next").rename(folder / "current")
        self.assert_noticed()

    def test_a_file_that_stops_half_way_is_refused_until_the_other_half_is_there(self):
        half = len(self.moved) // 2
        self.weir.write(self.moved[:half])
        self.assertEqual(self.weir.notice()["event"], "reload_refused")
        self.assertEqual(teller(self.weir.ask("moving")), "a")
        with self.weir.file.open("a") as file:
            file.write(self.moved[half:])
        self.assert_noticed()
        self.assertEqual(self.weir.degraded(), {})

    def test_a_file_that_goes_and_comes_back(self):
        self.weir.file.unlink()
        self.assertEqual(self.weir.notice()["event"], "reload_refused")
        self.assertIn("configuration", self.weir.degraded())
        self.weir.write(self.moved)
        self.assert_noticed()
        self.assertEqual(self.weir.degraded(), {})


if __name__ == "__main__":
    unittest.main()
