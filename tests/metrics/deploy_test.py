"""Holds the board, the alerts of deploy/ and the queries of docs/slo.md against docs/metrics.md: each metric that they
ask for exists, with the labels that they use, and is asked for as its type allows.
"""

import json
import re
import unittest

import yaml

from page import ROOT, documented

BOARD = ROOT / "deploy/grafana/weir.json"
RULES = ROOT / "deploy/prometheus/weir.rules.yml"
OBJECTIVES = ROOT / "docs/slo.md"
SCRAPING = ROOT / "deploy/prometheus/prometheus.yml"
PROMETHEUS_OWN = {"job", "instance", "le"}
SELECTOR = re.compile(r"\b((?:weir|process)_\w+)\s*(?:\{([^}]*)\})?")
RISING = re.compile(r"\b(?:rate|irate|increase)\(\s*(\w+)")


class Unknown(AssertionError):
    """A query asks for what no gateway tells."""


def metric_of(name: str) -> str:
    """The declared metric that a sample's name belongs to."""
    metrics = documented()
    if name in metrics:
        if metrics[name].type == "histogram":
            raise Unknown(f"{name} is a histogram: ask for its _bucket, _sum or _count")
        return name
    base = re.sub(r"_(bucket|sum|count)$", "", name)
    if base not in metrics or metrics[base].type != "histogram":
        raise Unknown(f"there is no metric {name}")
    return base


def check(query: str) -> set[str]:
    """Raises what is wrong with a query; the labels that its series may have."""
    known = set(PROMETHEUS_OWN)
    for name, matchers in SELECTOR.findall(query):
        labels = documented()[metric_of(name)].labels | PROMETHEUS_OWN
        known |= labels
        if strange := set(re.findall(r"(\w+)\s*(?:=~|!~|!=|=)", matchers)) - labels:
            raise Unknown(f"{name} has no labels {strange}")
    grouped = set(re.findall(r"\w+", " ".join(re.findall(r"\b(?:by|on|group_left)\s*\(([^)]*)\)", query))))
    if strange := grouped - known:
        raise Unknown(f"nothing in {query} has the labels {strange}")
    for name in RISING.findall(query):
        if not name.endswith(("_total", "_bucket", "_sum", "_count")):
            raise Unknown(f"{name} may fall, so it has no rate")
    return grouped if re.search(r"\bby\s*\(", query) else known


class Checking(unittest.TestCase):
    def test_what_no_gateway_tells_is_found(self):
        for query in ("weir_calls_total", "rate(weir_requests_total{colour='red'}[5m])",
                      "sum by (provider) (rate(weir_requests_total[5m]))", "rate(weir_open_streams[5m])",
                      "rate(weir_request_seconds[5m])", "weir_open_streams_bucket"):
            with self.subTest(query), self.assertRaises(Unknown):
                check(query)

    def test_the_document_has_every_kind_of_metric(self):
        self.assertEqual({metric.type for metric in documented().values()}, {"counter", "gauge", "histogram"})


class Board(unittest.TestCase):
    def setUp(self):
        self.board = json.loads(BOARD.read_text())
        self.panels = [panel for panel in self.board["panels"] if panel["type"] != "row"]

    def test_each_panel_asks_for_what_there_is_and_names_its_series(self):
        for panel in self.panels:
            for target in panel["targets"]:
                with self.subTest(panel["title"], query=target["expr"]):
                    labels = check(target["expr"].replace("$__rate_interval", "5m").replace("$__range", "1h"))
                    self.assertTrue(target["legendFormat"])
                    self.assertLessEqual(set(re.findall(r"\{\{(\w+)\}\}", target["legendFormat"])), labels)

    def test_each_panel_says_what_it_shows_and_in_which_unit(self):
        for panel in self.panels:
            with self.subTest(panel["title"]):
                self.assertTrue(panel["description"])
                self.assertTrue(panel["fieldConfig"]["defaults"]["unit"])

    def test_the_variables_are_those_that_the_panels_use(self):
        used = set(re.findall(r"\$\{?(\w+)", json.dumps(self.board["panels"]))) - {"__rate_interval", "__range"}
        variables = self.board["templating"]["list"]
        self.assertEqual(used, {variable["name"] for variable in variables})
        for variable in variables:
            if variable["type"] == "query":
                metric, label = re.match(r"label_values\((\w+), (\w+)\)", variable["query"]["query"]).groups()
                self.assertIn(label, documented()[metric].labels | PROMETHEUS_OWN)

    def test_every_metric_of_weirs_own_is_on_it(self):
        text = BOARD.read_text()
        self.assertEqual([name for name in documented() if name.startswith("weir_") and name not in text], [])

    def test_it_can_be_provisioned_and_its_panels_do_not_lie_on_each_other(self):
        self.assertEqual(self.board["uid"], "weir")
        self.assertNotIn("id", self.board)  # Grafana gives one
        self.assertGreaterEqual(self.board["schemaVersion"], 38)  # Grafana 10
        taken = {}
        for panel in self.board["panels"]:
            at = panel["gridPos"]
            self.assertLessEqual(at["x"] + at["w"], 24)
            for cell in ((x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])):
                self.assertNotIn(cell, taken, (panel["title"], taken.get(cell)))
                taken[cell] = panel["title"]
        ids = [panel["id"] for panel in self.board["panels"]]
        self.assertEqual(len(ids), len(set(ids)))


class Objectives(unittest.TestCase):
    def test_each_query_of_the_document_asks_for_what_there_is(self):
        queries = [query for query in re.findall(r"`([^`]+)`", OBJECTIVES.read_text()) if "weir_" in query]
        self.assertGreater(len(queries), 5)
        for query in queries:
            with self.subTest(query):
                check(query)


class Alerts(unittest.TestCase):
    def setUp(self):
        groups = yaml.safe_load(RULES.read_text())["groups"]
        self.rules = [rule for group in groups for rule in group["rules"]]

    def test_each_alert_asks_for_what_there_is(self):
        for rule in self.rules:
            with self.subTest(rule["alert"]):
                labels = check(rule["expr"])
                told = " ".join(rule["annotations"].values())
                self.assertLessEqual(set(re.findall(r"\$labels\.(\w+)", told)), labels)

    def test_each_alert_says_how_bad_it_is_what_is_wrong_and_what_to_do(self):
        self.assertEqual(len(self.rules), len({rule["alert"] for rule in self.rules}))
        for rule in self.rules:
            with self.subTest(rule["alert"]):
                self.assertIn(rule["labels"]["severity"], ("page", "ticket"))
                self.assertEqual(set(rule["annotations"]), {"summary", "action"})

    def test_the_scrape_configuration_loads_the_rules(self):
        scraping = yaml.safe_load(SCRAPING.read_text())
        self.assertEqual(scraping["rule_files"], [RULES.name])
        self.assertEqual([job["job_name"] for job in scraping["scrape_configs"]], ["weir"])


if __name__ == "__main__":
    unittest.main()
