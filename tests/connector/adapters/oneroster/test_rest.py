"""A OneRoster 1.2 REST provider, read over a socket."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from starlette.responses import JSONResponse, Response

from myedu.connector.adapters.oneroster.__main__ import main
from myedu.connector.adapters.oneroster.serve import OneRosterSettings, export_now, journal_of
from myedu.connector.adapters.oneroster.system import OneRosterSystem
from myedu.connector.adapters.program import AdapterError
from myedu.connector.sdk.package_folder import rows_of
from myedu.contract.problems import ContractError
from myedu.contract.windows import Window
from tests.connector.adapters.oneroster.oneroster_provider import Provider
from tests.connector.adapters.oneroster.running import running
from tests.connector.adapters.oneroster.sets import a_set

TODAY = datetime.now(UTC).date()
FORTNIGHT = Window(first=TODAY - timedelta(days=14), last=TODAY + timedelta(days=13))


@pytest.fixture
def provider() -> Provider:
    return Provider(a_set(), TODAY)


@pytest.fixture
def settings(provider: Provider, tmp_path: Path) -> Iterator[OneRosterSettings]:
    with running(provider, tmp_path) as found:
        yield found


@pytest.fixture
async def system(settings: OneRosterSettings) -> OneRosterSystem:
    return await asyncio.to_thread(journal_of, settings)


def test_every_page_of_every_collection_is_read(provider: Provider, settings: OneRosterSettings) -> None:
    manifest = export_now(settings)
    rows = {table.table: table.rows for table in manifest.tables}
    assert (manifest.mode, rows["persons"], rows["enrollments"], rows["groups"]) == ("full", 5, 3, 3)
    assert (rows["guardianships"], rows["teaching"], rows["staff"]) == (3, 1, 2)
    assert sum("/users?" in request for request in provider.requests) == 3
    snils = {row[0]: row for row in rows_of(settings.exports, manifest, "persons")}["p1"]
    assert "11223344595" in snils


@pytest.mark.parametrize("counts", [True, False])
def test_pages_end_by_count_or_by_link(counts: bool, provider: Provider, settings: OneRosterSettings) -> None:
    provider.counts = counts
    assert {table.table: table.rows for table in export_now(settings).tables}["persons"] == 5


def test_the_next_package_asks_only_for_what_changed(provider: Provider, settings: OneRosterSettings) -> None:
    export_now(settings)
    provider.requests.clear()
    later = (datetime.now(UTC) + timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    users = provider.collections["users"]
    users[1] |= {"givenName": "Аня", "dateLastModified": later}
    provider.collections["enrollments"][2] |= {"status": "tobedeleted", "dateLastModified": later}
    manifest = export_now(settings)
    assert manifest.mode == "delta"
    assert all("filter=dateLastModified" in request for request in provider.requests)
    exported = {
        table.table: list(rows_of(settings.exports, manifest, table.table)) for table in manifest.tables
    }
    assert [row[0] for row in exported["persons"]] == ["p2"]
    assert [(row[0], row[2]) for row in exported["enrollments"]] == [("e3", "true")]
    assert sum(len(rows) for rows in exported.values()) == 2


async def test_homework_and_marks_are_the_gradebooks(system: OneRosterSystem) -> None:
    tasks, marks = await system.homework("p1", FORTNIGHT), await system.marks("p1", FORTNIGHT)
    assert (tasks.organization.name, tasks.group.name) == ("Школа № 7", "9 «б»")
    assert len(tasks.homework) == 28
    assert {task.subject.name for task in tasks.homework} == {"Алгебра"}
    assert {task.text for task in tasks.homework if "312" in task.text} == {"№ 312, 315"}
    assert all(task.set_on == task.due_on - timedelta(days=1) for task in tasks.homework)
    graded = [day for day in (TODAY - timedelta(days=n) for n in range(1, 15)) if day.day % 3]
    assert {mark.day: mark.value for mark in marks.marks} == {day: str(3 + day.day % 3) for day in graded}
    assert {mark.scale for mark in marks.marks} == {"5"}
    assert {mark.work.kind for mark in marks.marks} == {"control", "answer"}


async def test_no_lesson_is_invented(system: OneRosterSystem) -> None:
    assert (await system.capabilities()).capabilities == ("diary",)
    assert (await system.schedule("p1", FORTNIGHT)).lessons == ()
    diary = await system.diary("p1", FORTNIGHT)
    assert (len(diary.lessons), len(diary.homework), len(diary.marks) > 5) == (0, 28, True)


@pytest.mark.parametrize("stranger", ["t1", "m1", "x", "../orgs", "p1/classes", "a b?c=%2F"])
async def test_an_outsider_finds_nothing(system: OneRosterSystem, stranger: str) -> None:
    assert await system.diary(stranger, FORTNIGHT) is None


async def test_another_pupils_result_is_not_passed_on(system: OneRosterSystem, provider: Provider) -> None:
    others = [result for result in provider.collections["results"] if result["student"]["sourcedId"] == "p2"]
    provider.spoil = lambda request: (
        JSONResponse({"results": others}, headers={"X-Total-Count": str(len(others))})
        if request.url.path.endswith("/results")
        else None
    )
    assert (await system.marks("p1", FORTNIGHT)).marks == ()


async def test_a_forgotten_token_is_renewed_once(system: OneRosterSystem, provider: Provider) -> None:
    await system.diary("p1", FORTNIGHT)
    provider.tokens.clear()
    assert await system.diary("p1", FORTNIGHT) is not None


@pytest.mark.parametrize(
    ("answer", "code", "detail"),
    [
        (lambda: Response(status_code=503, headers={"Retry-After": "7"}), 503, ""),
        (lambda: Response("<h1>…</h1>"), 500, "wrong-shape"),
        (lambda: JSONResponse({"data": []}), 500, "answers without"),
        (lambda: JSONResponse({"error": "x"}, 403), 500, "forbidden"),
    ],
)
async def test_failures_of_a_provider_are_distinguished(
    answer: Callable[[], Response], code: int, detail: str, system: OneRosterSystem, provider: Provider
) -> None:
    provider.spoil = lambda request: answer() if request.url.path.endswith("/lineItems") else None
    with pytest.raises(ContractError) as caught:
        await system.diary("p1", FORTNIGHT)
    assert caught.value.problem.status == code
    assert detail in (caught.value.problem.detail or "")
    assert "p1" not in str(caught.value)
    if code == 503:
        assert caught.value.retry_after == 7


def test_a_wrong_secret_and_a_dead_provider_are_reported(settings: OneRosterSettings, tmp_path: Path) -> None:
    with pytest.raises(AdapterError, match="client id and secret"):
        export_now(msgspec.structs.replace(settings, secret="wrong"))
    with pytest.raises(AdapterError, match="unreachable"):
        export_now(msgspec.structs.replace(settings, provider_url="http://127.0.0.1:9"))
    assert not any(tmp_path.glob("exports/*/manifest.json"))


def test_the_command(settings: OneRosterSettings, capsys: pytest.CaptureFixture[str]) -> None:
    flags = {
        "provider-url": settings.provider_url, "client-id": "adapter", "secret": settings.secret,
        "region": "16", "vendor": "Никто", "product": "П", "exports": str(settings.exports),
    }  # fmt: skip
    given = [part for name, value in flags.items() for part in (f"--{name}", value)]
    assert main(["export", *given]) == 0
    assert Path(capsys.readouterr().out.strip(), "manifest.json").is_file()
    assert main(["serve", *given[2:]]) == 2
    assert "MYEDU_ONEROSTER_PROVIDER_URL is not set" in capsys.readouterr().err
