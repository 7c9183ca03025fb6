"""`python -m tests.grafana_dashboard` writes deploy/grafana/myedu.json: one page of graphs for an operator.

Import it into Grafana 9 or later and choose the data source; nothing in it names an address.
"""

import json
from pathlib import Path
from typing import Any

TARGET = Path(__file__).resolve().parents[1] / "deploy" / "grafana" / "myedu.json"
_WIDTH, _HEIGHT = 8, 8  # three graphs a row of Grafana's 24 columns
_SOURCE = {"type": "prometheus", "uid": "${source}"}

Target = tuple[str, str]
"""An expression and the legend of its series."""
Graph = tuple[str, str, tuple[Target, ...]]
"""Title, unit, series."""

_OF_SYSTEM = 'system=~"$system"'

ROWS: tuple[tuple[str, tuple[Graph, ...]], ...] = (
    (
        "Семьи",
        (
            (
                "Запросы в секунду",
                "reqps",
                (("sum by (status) (rate(myedu_requests_total[5m]))", "{{status}}"),),
            ),
            (
                "Страница семьи открывается за",
                "s",
                tuple(
                    (
                        f"histogram_quantile({share}, sum by (le)"
                        ' (rate(myedu_request_seconds_bucket{route=~"/c/.*"}[5m])))',
                        legend,
                    )
                    for share, legend in ((0.5, "p50"), (0.95, "p95"), (0.99, "p99"))
                ),
            ),
            (
                "Отказано: слишком много запросов",
                "reqps",
                (("sum by (lane, why) (rate(myedu_requests_refused_total[5m]))", "{{lane}} {{why}}"),),
            ),
            (
                "Свежие, из копии, без данных",
                "percentunit",
                (
                    (
                        f"sum by (outcome) (rate(myedu_answers_total{{{_OF_SYSTEM}}}[5m]))"
                        f" / scalar(sum(rate(myedu_answers_total{{{_OF_SYSTEM}}}[5m])))",
                        "{{outcome}}",
                    ),
                ),
            ),
            (
                "Не свежие: почему",
                "reqps",
                (
                    (
                        "sum by (system, reason)"
                        f' (rate(myedu_answers_total{{outcome!="fresh",{_OF_SYSTEM}}}[5m]))',
                        "{{system}} {{reason}}",
                    ),
                ),
            ),
            (
                "Соединения, оборванные порталом",
                "cps",
                (("sum by (why) (rate(myedu_connections_cut_total[5m]))", "{{why}}"),),
            ),
        ),
    ),
    (
        "Журналы",
        (
            (
                "Вызовы в секунду",
                "reqps",
                (
                    (
                        f"sum by (system, result) (rate(myedu_journal_calls_total{{{_OF_SYSTEM}}}[5m]))",
                        "{{system}} {{result}}",
                    ),
                ),
            ),
            (
                "Журнал отвечает за, p99",
                "s",
                (
                    (
                        "histogram_quantile(0.99, sum by (system, le)"
                        f" (rate(myedu_journal_call_seconds_bucket{{{_OF_SYSTEM}}}[5m])))",
                        "{{system}}",
                    ),
                ),
            ),
            (
                "Не опрашиваются (процессов)",
                "short",
                (
                    (
                        f'max by (system) (myedu_journal_breaker_workers{{state="open",{_OF_SYSTEM}}})',
                        "{{system}}",
                    ),
                ),
            ),
            (
                "Одновременных вызовов: предел и сейчас",
                "short",
                (
                    (f"sum by (system) (myedu_journal_limit{{{_OF_SYSTEM}}})", "{{system}} предел"),
                    (f"sum by (system) (myedu_journal_under_way{{{_OF_SYSTEM}}})", "{{system}} сейчас"),
                    (f"sum by (system) (myedu_journal_queued{{{_OF_SYSTEM}}})", "{{system}} ждут"),
                ),
            ),
            (
                "Пропущено записей за час",
                "short",
                (
                    (
                        f"sum by (system) (increase(myedu_journal_left_out_total{{{_OF_SYSTEM}}}[1h]))",
                        "{{system}}",
                    ),
                ),
            ),
            (
                "Копии, которые не расшифровать",
                "cps",
                (("sum by (why) (rate(myedu_copies_sealed_shut_total[5m]))", "{{why}}"),),
            ),
        ),
    ),
    (
        "Выгрузки и задания",
        (
            (
                "Возраст последней применённой выгрузки",
                "s",
                (
                    (
                        "time() - max by (system)"
                        f" (myedu_export_applied_timestamp_seconds{{{_OF_SYSTEM}}} > 0)",
                        "{{system}}",
                    ),
                ),
            ),
            (
                "Ждут решения и не загружаются",
                "short",
                (
                    (f"max by (system) (myedu_export_held{{{_OF_SYSTEM}}})", "{{system}} ждёт"),
                    (
                        f"max by (system, code) (myedu_export_failing{{{_OF_SYSTEM}}})",
                        "{{system}} {{code}}",
                    ),
                ),
            ),
            ("Свободно на диске выгрузок", "bytes", (("min(myedu_spool_free_bytes > 0)", "свободно"),)),
            (
                "Задания в очереди",
                "short",
                (("max by (task, state) (myedu_jobs_in_queue)", "{{task}} {{state}}"),),
            ),
            (
                "Самое старое задание ждёт",
                "s",
                (("max by (task) (myedu_jobs_oldest_seconds)", "{{task}}"),),
            ),
            (
                "Задания за час",
                "short",
                (("sum by (task, result) (increase(myedu_jobs_total[1h]))", "{{task}} {{result}}"),),
            ),
        ),
    ),
    (
        "Машина, PostgreSQL, сертификаты",
        (
            (
                "Процессов и их опоздание",
                "short",
                (("sum(myedu_workers)", "процессов"), ("max(myedu_loop_lag_seconds)", "опоздание, с")),
            ),
            (
                "Ждут соединения с PostgreSQL",
                "short",
                (("sum(myedu_database_waiting)", "запросов"),),
            ),
            (
                "Журнал PostgreSQL, который держат слоты",
                "bytes",
                (("max by (slot) (myedu_database_slot_kept_bytes)", "{{slot}}"),),
            ),
            (
                "Дней до конца сертификата",
                "d",
                (
                    (
                        "(min by (certificate) (myedu_certificate_ends_timestamp_seconds > 0) - time())"
                        " / 86400",
                        "{{certificate}}",
                    ),
                ),
            ),
        ),
    ),
)


def dashboard() -> dict[str, Any]:
    """The whole dashboard, in Grafana's JSON."""
    return {
        "uid": "myedu",
        "title": "Моё образование",
        "description": "Тревоги и что при них делать: docs/operations/alarms.md",
        "tags": ["myedu"],
        "timezone": "browser",
        "schemaVersion": 37,
        "version": 1,
        "editable": True,
        "refresh": "1m",
        "time": {"from": "now-24h", "to": "now"},
        "templating": {"list": [_source_variable(), _system_variable()]},
        "panels": _panels(),
    }


def _source_variable() -> dict[str, Any]:
    return {"name": "source", "label": "Prometheus", "type": "datasource", "query": "prometheus"}


def _system_variable() -> dict[str, Any]:
    return {
        "name": "system",
        "label": "Система",
        "type": "query",
        "datasource": _SOURCE,
        "query": "label_values(myedu_journal_limit, system)",
        "refresh": 2,
        "sort": 1,
        "multi": True,
        "includeAll": True,
        "allValue": ".*",
        "current": {"text": "All", "value": "$__all"},
    }


def _panels() -> list[dict[str, Any]]:
    panels: list[dict[str, Any]] = []
    y = 0
    for title, graphs in ROWS:
        panels.append(
            {
                "id": len(panels) + 1,
                "type": "row",
                "title": title,
                "collapsed": False,
                "panels": [],
                "gridPos": {"x": 0, "y": y, "w": 24, "h": 1},
            }
        )
        y += 1
        for place, graph in enumerate(graphs):
            at = {"x": place % 3 * _WIDTH, "y": y + place // 3 * _HEIGHT, "w": _WIDTH, "h": _HEIGHT}
            panels.append(_graph(len(panels) + 1, at, *graph))
        y += (len(graphs) + 2) // 3 * _HEIGHT
    return panels


def _graph(
    number: int, at: dict[str, int], title: str, unit: str, targets: tuple[Target, ...]
) -> dict[str, Any]:
    return {
        "id": number,
        "type": "timeseries",
        "title": title,
        "datasource": _SOURCE,
        "gridPos": at,
        "fieldConfig": {"defaults": {"unit": unit, "min": 0}, "overrides": []},
        "options": {"legend": {"displayMode": "list", "placement": "bottom", "showLegend": True}},
        "targets": [
            {"refId": chr(ord("A") + place), "datasource": _SOURCE, "expr": expr, "legendFormat": legend}
            for place, (expr, legend) in enumerate(targets)
        ],
    }


def text() -> str:
    """The file."""
    return json.dumps(dashboard(), ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    TARGET.write_text(text(), encoding="utf-8")
