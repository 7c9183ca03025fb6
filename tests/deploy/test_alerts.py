"""deploy/prometheus/alerts.yml: promtool says when each alert rings; names, labels and runbooks exist."""

import re
import subprocess
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from myedu.kit.telemetry import Metrics
from myedu.portal.app import metric_specs
from tests.tools import tool

ROOT = Path(__file__).resolve().parents[2]
RULES = ROOT / "deploy" / "prometheus" / "alerts.yml"
ALARMS = ROOT / "docs" / "operations" / "alarms.md"
GROUPS = yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"]
ALERTS: dict[str, dict[str, Any]] = {rule["alert"]: rule for group in GROUPS for rule in group["rules"]}
DAY = 86400
WHEN, WHEN_SECONDS = "5h", 18_000


class Case(msgspec.Struct, frozen=True):
    """`fires`: series → values of each minute with which it rings at WHEN; `quiet`: with which it doesn't.

    `labels` and `summary`: of the alert.
    """

    fires: dict[str, str]
    quiet: dict[str, str]
    summary: str
    labels: dict[str, str] = {}


def series(name: str, **labels: str) -> str:
    return name + "{" + ",".join(f'{label}="{value}"' for label, value in labels.items()) + "}"


def steady(value: float) -> str:
    return f"{value}x{DAY // 60}"


def growing(each_minute: float) -> str:
    return f"0+{each_minute}x{DAY // 60}"


def answers(fresh: int, stale: int, unavailable: int) -> dict[str, str]:
    counts = {"fresh": fresh, "stale": stale, "unavailable": unavailable}
    return {
        series("myedu_answers_total", system="r25-a", outcome=outcome): growing(count)
        for outcome, count in counts.items()
    }


def one(name: str, fires: str, quiet: str, **labels: str) -> tuple[dict[str, str], dict[str, str]]:
    """One series with two courses."""
    return {series(name, **labels): fires}, {series(name, **labels): quiet}


R25 = {"system": "r25-a"}
# What the page of the worker says of the portal's own metrics: it has no workers and never waits.
OF_WORKER = {series("myedu_workers", job="worker"): steady(0)}
OF_PORTAL = {series("myedu_worker_looked_timestamp_seconds", job="portal"): steady(0)}

CASES = {
    "PortalGone": Case(
        OF_WORKER,
        OF_WORKER | {series("myedu_workers", job="portal"): steady(2)},
        "Портал не отвечает или не виден Prometheus",
    ),
    "PortalFails": Case(
        *one("myedu_requests_total", growing(60), growing(0), status="500"),
        "Портал отвечает ошибкой 5xx, 1.00 в секунду",
    ),
    "PagesSlow": Case(
        {
            series("myedu_request_seconds_bucket", route="/c/{child}/week", le="2"): growing(60),
            series("myedu_request_seconds_bucket", route="/c/{child}/week", le="5"): growing(120),
            series("myedu_request_seconds_bucket", route="/c/{child}/week", le="+Inf"): growing(120),
        },
        {
            series("myedu_request_seconds_bucket", route="/c/{child}/week", le="2"): growing(120),
            series("myedu_request_seconds_bucket", route="/c/{child}/week", le="+Inf"): growing(120),
        },
        "Одна страница семьи из ста открывается дольше 4.9 с",
    ),
    "RequestsShed": Case(
        {"myedu_requests_refused_total": growing(3), "myedu_requests_total": growing(60)},
        {"myedu_requests_refused_total": growing(0), "myedu_requests_total": growing(60)},
        "Портал не успевает, отказано в 5% запросов",
    ),
    "WorkersLate": Case(
        *one("myedu_loop_lag_seconds", steady(0.5), steady(0.01)),
        "Процесс портала опаздывает на 0.50 с",
    ),
    "StrangersHoldConnections": Case(
        *one("myedu_connections_cut_total", growing(600), growing(60), why="slow-head"),
        "Кто-то держит соединения, обрывается 10 в секунду",
    ),
    "DatabaseBusy": Case(
        *one("myedu_database_waiting", steady(4), "4 0 " * 720),
        "Запросы ждут соединения с PostgreSQL, сейчас 4",
    ),
    "DatabaseArchiveFails": Case(
        *one("myedu_database_archive_failing", steady(1), steady(0)),
        "PostgreSQL не может сохранить свой журнал, диск сервера заполняется",
    ),
    "DatabaseSlotUnread": Case(
        *one("myedu_database_slot_active", steady(0), steady(1), slot="myedu_backup"),
        "Слот репликации myedu_backup никто не читает, нет реплики или копирования",
        {"slot": "myedu_backup"},
    ),
    "DatabaseSlotBehind": Case(
        *one("myedu_database_slot_kept_bytes", steady(20 * 1024**3), steady(1e6), slot="standby"),
        "Слот репликации standby держит 20GiБ журнала PostgreSQL",
        {"slot": "standby"},
    ),
    "WorkerGone": Case(
        OF_PORTAL | {series("myedu_worker_looked_timestamp_seconds", job="worker"): steady(60)},
        OF_PORTAL | {series("myedu_worker_looked_timestamp_seconds", job="worker"): growing(60)},
        "Фоновый процесс (myedu portal work) не работает",
    ),
    "JobsWait": Case(
        *one("myedu_jobs_oldest_seconds", steady(3600), steady(20), task="exports"),
        "Задание exports ждёт 1h 0m 0s",
        {"task": "exports"},
    ),
    "JobsFailed": Case(
        *one("myedu_jobs_in_queue", steady(2), steady(0), task="exports", state="failed"),
        "Задания exports не удались окончательно, 2",
        {"task": "exports"},
    ),
    "NightlyFailed": Case(
        *one("myedu_nightly_runs_total", "0x60 1x1380", steady(0), task="exports/expire", result="failed"),
        "Ночное задание exports/expire не удалось",
        {"task": "exports/expire"},
    ),
    "ExportLate": Case(
        # Applied two days before the beginning, and at the beginning.
        *one("myedu_export_applied_timestamp_seconds", steady(-2 * DAY), steady(0), **R25),
        "От r25-a больше суток нет применённой выгрузки",
        R25,
    ),
    "ExportHeld": Case(
        *one("myedu_export_held", steady(1), steady(0), **R25), "Выгрузка r25-a ждёт решения оператора", R25
    ),
    "ExportFails": Case(
        *one("myedu_export_failing", steady(1), "1x60 0x1380", code="timeout", **R25),
        "Выгрузка r25-a не загружается, timeout",
        {"code": "timeout", **R25},
    ),
    "SpoolFull": Case(
        {
            series("myedu_spool_free_bytes", job="worker"): steady(1024**3),
            series("myedu_spool_free_bytes", job="portal"): steady(0),
        },
        {
            series("myedu_spool_free_bytes", job="worker"): steady(1e12),
            series("myedu_spool_free_bytes", job="portal"): steady(0),
        },
        "На диске выгрузок осталось 1GiБ",
    ),
    "JournalBreakerOpen": Case(
        *one("myedu_journal_breaker_workers", steady(1), steady(0), state="open", **R25),
        "Журнал r25-a не отвечает, семьи видят копии",
        R25,
    ),
    "FamiliesSeeCopies": Case(
        answers(60, 60, 0), answers(95, 4, 1), "Для r25-a 50% страниц показаны не свежими", R25
    ),
    "FamiliesSeeNothing": Case(
        answers(90, 0, 10), answers(50, 50, 0), "Для r25-a 10% страниц без данных", R25
    ),
    "JournalRefusesPortal": Case(
        {series("myedu_journal_calls_total", result="unauthorized", **R25): growing(1)},
        {series("myedu_journal_calls_total", result="good", **R25): growing(1)},
        "Журнал r25-a не принимает портал (ключ, права или сертификат)",
        R25,
    ),
    "JournalWrongStudent": Case(
        {series("myedu_journal_calls_total", result="wrong-student", **R25): "0x285 1x1150"},
        {series("myedu_journal_calls_total", result="wrong-student", **R25): steady(1)},
        "Журнал r25-a прислал данные другого ребёнка (портал их не показал)",
        R25,
    ),
    "JournalLeavesOut": Case(
        *one("myedu_journal_left_out_total", growing(10), growing(1), **R25),
        "В ответах r25-a не читаются записи, за час 600",
        R25,
    ),
    "CertificateEnds": Case(
        *one(
            "myedu_certificate_ends_timestamp_seconds",
            steady(10 * DAY + WHEN_SECONDS),
            steady(40 * DAY),
            certificate="portal",
        ),
        "Сертификат portal кончается через 10d 0h 0m 0s",
        {"certificate": "portal"},
    ),
    "CertificateEndsNow": Case(
        *one(
            "myedu_certificate_ends_timestamp_seconds",
            steady(DAY + WHEN_SECONDS),
            steady(10 * DAY),
            certificate="esia-1",
        ),
        "Сертификат esia-1 кончается через 1d 0h 0m 0s, вход закроется",
        {"certificate": "esia-1"},
    ),
    "CopiesUnreadable": Case(
        *one("myedu_copies_sealed_shut_total", growing(1), steady(5), why="key-unknown"),
        "Сохранённые ответы журналов не расшифровываются (key-unknown)",
        {"why": "key-unknown"},
    ),
}
RING_WITHOUT_METRICS = {"PortalGone", "WorkerGone"}


@pytest.fixture(scope="module")
def promtool() -> Path:
    found = tool("promtool")
    if found is None:
        pytest.skip("this machine has no promtool: `python -m tests.prepare` unpacks Debian's")
    return found


def rung(name: str) -> list[dict[str, Any]]:
    rule, case = ALERTS[name], CASES[name]
    annotations = {"summary": case.summary, "runbook": rule["annotations"]["runbook"]}
    return [{"exp_labels": rule["labels"] | case.labels, "exp_annotations": annotations}]


def course(name: str, input_series: dict[str, str], expected: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "interval": "1m",
        "input_series": [{"series": key, "values": values} for key, values in input_series.items()],
        "alert_rule_test": [{"eval_time": WHEN, "alertname": name, "exp_alerts": expected}],
    }


def judged(promtool: Path, folder: Path, tests: list[dict[str, Any]]) -> str:
    """What promtool says against the courses; nothing if all is as expected."""
    file = folder / "courses.yml"
    file.write_text(
        yaml.safe_dump(
            {"rule_files": [str(RULES)], "evaluation_interval": "1m", "tests": tests}, allow_unicode=True
        )
    )
    done = subprocess.run(
        [promtool, "test", "rules", file], capture_output=True, text=True, timeout=120, check=False
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_promtool_accepts_the_file(promtool: Path) -> None:
    done = subprocess.run([promtool, "check", "rules", RULES], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert f"{len(ALERTS)} rules found" in done.stdout


@pytest.mark.parametrize("name", ALERTS)
def test_an_alert_rings_and_is_quiet_when_it_should(promtool: Path, tmp_path: Path, name: str) -> None:
    case = CASES[name]
    assert (
        judged(
            promtool,
            tmp_path,
            [
                course(name, case.fires, rung(name)),
                course(name, case.quiet, []),
                course(name, {}, rung(name) if name in RING_WITHOUT_METRICS else []),
            ],
        )
        == ""
    )


def test_promtool_would_say_so(promtool: Path, tmp_path: Path) -> None:
    """The judge judges: an alert that is expected and does not ring is a failure."""
    assert "PortalFails" in judged(promtool, tmp_path, [course("PortalFails", {}, rung("PortalFails"))])


def names_and_labels() -> tuple[set[str], set[str]]:
    """The series of /metrics, and their labels."""
    specs = metric_specs()
    metrics = Metrics(specs)
    for spec in specs:
        metric = metrics.of(spec.name, *("x" for _ in spec.labels))
        metric.observe(1) if spec.kind == "histogram" else metric.inc()
    series = {sample.name for family in metrics.families() for sample in family.samples}
    return series, {label for spec in specs for label in spec.labels} | {"le"}


def test_alerts_name_existing_metrics_and_labels() -> None:
    series, labels = names_and_labels()
    for rule in ALERTS.values():
        assert set(re.findall(r"\bmyedu_\w+", rule["expr"])) <= series
        assert set(re.findall(r"[{,](\w+)[!=]", rule["expr"])) <= labels


def test_every_alert_says_how_long_how_bad_and_where_to_read_on() -> None:
    page = ALARMS.read_text(encoding="utf-8")
    for name, rule in ALERTS.items():
        assert re.fullmatch(r"[1-9]\d*[mh]", rule["for"]), name
        assert rule["labels"]["severity"] in ("page", "ticket"), name
        file, _, anchor = rule["annotations"]["runbook"].partition("#")
        assert ROOT / file == ALARMS
        assert anchor == name.lower()  # GitHub's anchor of the heading
        assert re.search(r"[а-я]", rule["annotations"]["summary"]), name
        section = page.split(f"\n## {name}\n", 1)[1].split("\n## ")[0]
        assert section.startswith(f"**{rule['labels']['severity']}** · `myedu_"), name
        for part in ("**Families**", "**Look", "**Over:**"):
            assert part in section, name


def test_the_page_of_alarms_has_no_other_section_and_names_existing_metrics() -> None:
    page = ALARMS.read_text(encoding="utf-8")
    assert re.findall(r"^## (\w+)$", page, re.MULTILINE) == list(ALERTS)
    series, _ = names_and_labels()
    histograms = {name.removesuffix("_bucket") for name in series}
    assert set(re.findall(r"\bmyedu_(?!backup\b)\w+", page)) <= series | histograms
