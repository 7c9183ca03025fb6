"""deploy/grafana/myedu.json: what it draws exists, and it names no place of its own."""

import json
import re
import subprocess

import pytest

from tests.deploy.test_alerts import names_and_labels
from tests.grafana_dashboard import TARGET, text
from tests.tools import tool

DASHBOARD = json.loads(TARGET.read_text(encoding="utf-8"))
GRAPHS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
EXPRESSIONS = [target["expr"] for panel in GRAPHS for target in panel["targets"]]


def test_the_file_is_current() -> None:
    """If it fails: `python -m tests.grafana_dashboard`."""
    assert TARGET.read_text(encoding="utf-8") == text()


def test_every_graph_draws_existing_metrics_with_their_labels() -> None:
    series, labels = names_and_labels()
    assert len(EXPRESSIONS) > 20
    for expression in EXPRESSIONS:
        named = set(re.findall(r"\bmyedu_\w+", expression))
        assert named, expression
        assert named <= series, expression
        assert set(re.findall(r"[{,](\w+)[!=]", expression)) <= labels, expression


def test_nearly_every_metric_is_drawn() -> None:
    series, _ = names_and_labels()
    drawn = {name for expression in EXPRESSIONS for name in re.findall(r"\bmyedu_\w+", expression)}
    assert {"myedu_answers_total", "myedu_export_held", "myedu_certificate_ends_timestamp_seconds"} <= drawn
    assert len(drawn) > 20
    assert drawn <= series


def test_ids_are_unique_and_panels_do_not_overlap() -> None:
    ids = [panel["id"] for panel in DASHBOARD["panels"]]
    assert len(set(ids)) == len(ids)
    cells = [
        (x, y)
        for panel in DASHBOARD["panels"]
        for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    ]
    assert len(set(cells)) == len(cells)
    assert max(x for x, _ in cells) < 24


def test_the_data_source_is_a_variable_and_no_address_is_absolute() -> None:
    assert {panel["datasource"]["uid"] for panel in GRAPHS} == {"${source}"}
    assert {target["datasource"]["uid"] for panel in GRAPHS for target in panel["targets"]} == {"${source}"}
    assert "source" in {variable["name"] for variable in DASHBOARD["templating"]["list"]}
    assert "://" not in json.dumps(DASHBOARD)


def test_prometheus_parses_every_expression(tmp_path) -> None:
    """As recording rules, its own variables filled in."""
    promtool = tool("promtool")
    if promtool is None:
        pytest.skip("this machine has no promtool: `python -m tests.prepare` unpacks Debian's")
    rules = [
        {"record": f"graph:{place}", "expr": expression.replace("$system", ".*")}
        for place, expression in enumerate(EXPRESSIONS)
    ]
    file = tmp_path / "expressions.json"  # JSON is YAML
    file.write_text(json.dumps({"groups": [{"name": "graphs", "rules": rules}]}))
    done = subprocess.run([promtool, "check", "rules", file], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
