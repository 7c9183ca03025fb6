"""A provider that is odd, short, overloaded or not there: no child is lost by it."""

import csv
import logging
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from myedu.connector.adapters.oneroster import rest_models as rest
from myedu.connector.adapters.oneroster import rest_values
from myedu.connector.adapters.oneroster.days import day_of
from myedu.connector.adapters.oneroster.rest_to_csv import CsvFiles
from myedu.connector.adapters.oneroster.serve import OneRosterSettings, export_now, journal_of
from myedu.connector.adapters.oneroster.source import Provider as Client
from myedu.connector.adapters.oneroster.system import OneRosterSystem
from myedu.connector.adapters.program import AdapterError
from myedu.connector.sdk.errors import JournalSilent, JournalWrong
from myedu.connector.sdk.package_folder import rows_of
from myedu.contract.package import Manifest
from myedu.contract.tables import columns
from myedu.contract.windows import Window
from myedu.kit.clock import SystemClock
from tests.connector.adapters.oneroster.oneroster_provider import CLIENT, SECRET, Provider, status
from tests.connector.adapters.oneroster.running import running
from tests.connector.adapters.oneroster.sets import a_set

TODAY = datetime.now(UTC).date()
Json = dict[str, Any]


@pytest.fixture
def provider() -> Provider:
    return Provider(a_set(), TODAY)


@pytest.fixture
def settings(provider: Provider, tmp_path: Path) -> Iterator[OneRosterSettings]:
    with running(provider, tmp_path) as found:
        yield found


def table(settings: OneRosterSettings, manifest: Manifest, name: str) -> dict[str, dict[str, str]]:
    rows = (dict(zip(columns(name), row, strict=True)) for row in rows_of(settings.exports, manifest, name))
    return {row["id"]: row for row in rows}


def client(settings: OneRosterSettings, **options: Any) -> Client:
    return Client(settings.provider_url, CLIENT, SECRET, SystemClock(), page=2, **options)


# -- one odd object ------------------------------------------------------------------------------


def user(provider: Provider, user_id: str) -> Json:
    return next(user for user in provider.collections["users"] if user["sourcedId"] == user_id)


def without_role(provider: Provider) -> None:
    user(provider, "t1")["roles"].append(None)


def role_null(provider: Provider) -> None:
    user(provider, "t1")["roles"].append({"role": None, "org": {"sourcedId": "s1"}})


def roles_absent(provider: Provider) -> None:
    del user(provider, "p2")["roles"]


def name_null(provider: Provider) -> None:
    user(provider, "p2")["familyName"] = None


def name_an_object(provider: Provider) -> None:
    user(provider, "p2")["middleName"] = {"ru": "Ильич"}


def id_null(provider: Provider) -> None:
    provider.collections["users"].append({"sourcedId": None, "givenName": "Ия"})


def no_object(provider: Provider) -> None:
    provider.collections["users"].append("p9")  # type: ignore[arg-type]


def nul_in_a_name(provider: Provider) -> None:
    user(provider, "p2")["givenName"] = "Ан\0на"


ODD: dict[str, tuple[Callable[[Provider], None], str, str]] = {
    "a null role in the list": (without_role, "roles.csv", "required"),
    "a role that is null": (role_null, "roles.csv", "required"),
    "no list of roles": (roles_absent, "roles.csv", "required"),
    "a name that is null": (name_null, "users.csv", "required"),
    "a name that is an object": (name_an_object, "users.csv", "wrong-type"),
    "an id that is null": (id_null, "users.csv", "required"),
    "no object": (no_object, "users.csv", "required"),
    "a NUL": (nul_in_a_name, "users.csv", "bad-text"),
}


@pytest.mark.parametrize("case", ODD)
def test_an_odd_object_costs_itself(
    case: str,
    provider: Provider,
    settings: OneRosterSettings,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    spoil, file, code = ODD[case]
    spoil(provider)
    manifest = export_now(settings)
    persons = table(settings, manifest, "persons")
    assert {row["first_name"] for row in persons.values()} >= {"Илья", "Мария", "Пётр", "Ольга"}
    assert set(table(settings, manifest, "enrollments")) == {"e1", "e2", "e3"}
    assert "t1~s1~teacher" in table(settings, manifest, "staff")
    printed = capsys.readouterr().err
    assert f"{file}: 1 × {code}" in printed
    assert f"/{file.removesuffix('.csv')}: odd rows" in caplog.text
    assert f"1 × {code}" in caplog.text
    assert "persons: 5 rows" in printed or "persons: 4 rows; 1 rejected" in printed


def test_what_is_plain_is_read(provider: Provider, settings: OneRosterSettings) -> None:
    user(provider, "p2")["sourcedId"] = 9007199254740993
    provider.collections["demographics"][1]["sourcedId"] = 9007199254740993
    for enrollment in provider.collections["enrollments"]:
        if enrollment["user"]["sourcedId"] == "p2":
            enrollment["user"]["sourcedId"] = 9007199254740993
    user(provider, "p1").update(status=None, dateLastModified="2026-11-22", middleName=None)
    for session in provider.collections["academicSessions"]:
        session.update(schoolYear=2027, startDate=f"{session['startDate']}T00:00:00.000Z")
    for course in provider.collections["courses"]:
        course.pop("org")
        course["dateLastModified"] = "2026-11-21"
    for school_class in provider.collections["classes"]:
        if school_class["sourcedId"] == "el":
            school_class.pop("classType")
            school_class["terms"] = school_class["terms"][0]
    manifest = export_now(settings)
    assert {name.table: name.rows for name in manifest.tables} == {
        "organizations": 2, "periods": 5, "groups": 3, "subjects": 1, "persons": 5,
        "enrollments": 3, "guardianships": 3, "staff": 2, "teaching": 1,
    }  # fmt: skip
    assert table(settings, manifest, "persons")["9007199254740993"]["birth_date"] == "2011-07-08"
    assert (
        table(settings, manifest, "persons")["p1"]["updated_at"] == "2026-11-22T20:00:00+00:00"
    )  # demographics
    assert table(settings, manifest, "subjects")["alg9"]["organization_id"] == "s1"
    assert table(settings, manifest, "enrollments")["e2"]["person_id"] == "9007199254740993"


@pytest.mark.parametrize("case", ODD)
def test_one_odd_object_costs_no_delta(case: str, provider: Provider, settings: OneRosterSettings) -> None:
    """A delta may have one object, and it may be the odd one."""
    first = export_now(settings)
    later = (datetime.now(UTC) + timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    ODD[case][0](provider)
    for thing in provider.collections["users"]:
        if isinstance(thing, dict) and thing.get("sourcedId") in ("p2", "t1"):
            thing["dateLastModified"] = later
    provider.collections["users"] = [
        thing if isinstance(thing, dict) else {"sourcedId": None} for thing in provider.collections["users"]
    ]
    for thing in provider.collections["users"]:
        thing.setdefault("dateLastModified", later)
    manifest = export_now(settings)
    assert (manifest.mode, manifest.base) == ("delta", first.export_id)
    deleted = [
        row
        for name in ("persons", "staff", "enrollments")
        for row in table(settings, manifest, name).values()
    ]
    assert all(row["deleted"] != "true" for row in deleted)


def test_a_surrogate_costs_no_page(provider: Provider, settings: OneRosterSettings) -> None:
    def broken(request: Request) -> Response | None:
        if not request.url.path.endswith("/orgs") or request.query_params["offset"] != "0":
            return None
        body = b'\xef\xbb\xbf{"orgs": [{"sourcedId": "s1", "name": "7 \\ud83d\xff", "type": "school"},'
        return Response(
            body + b'{"sourcedId": "d1", "name": "D", "type": "district"}]}', headers={"X-Total-Count": "2"}
        )

    provider.spoil = broken
    assert set(table(settings, export_now(settings), "organizations")) == {"s1", "d1"}


def test_a_delta_whose_objects_have_no_stamp_is_a_delta(
    provider: Provider, settings: OneRosterSettings
) -> None:
    export_now(settings)
    changed = {**user(provider, "p2"), "givenName": "Аня", "dateLastModified": None}
    provider.spoil = lambda request: (
        JSONResponse({"users": [changed]}, headers={"X-Total-Count": "1"})
        if request.url.path.endswith("/users")
        else None
    )
    manifest = export_now(settings)
    assert (manifest.mode, table(settings, manifest, "persons")["p2"]["first_name"]) == ("delta", "Аня")


def test_a_state_that_is_gone_is_made_anew_by_a_full_package(settings: OneRosterSettings) -> None:
    assert export_now(settings).mode == "full"
    assert export_now(settings).mode == "delta"
    (settings.exports / "oneroster-16.sqlite").unlink()
    assert export_now(settings).mode == "full"


async def test_an_odd_entry_of_the_gradebook_is_left_out_and_logged(
    provider: Provider, settings: OneRosterSettings, caplog: pytest.LogCaptureFixture
) -> None:
    items, results = provider.collections["lineItems"], provider.collections["results"]
    mine = [result for result in results if result["student"]["sourcedId"] == "p1"]
    graded = [result for result in mine if result["scoreStatus"] == "fully graded"]
    graded[0]["scoreDate"], graded[1]["score"] = None, "4"
    items[-1]["dueDate"] = None
    items[-2]["sourcedId"] = "an id"
    items[-3].update(dueDate="2026-11-25T21:30:00Z", description="---Не указана---", title="-")
    provider.collections["categories"].append({"sourcedId": "k3", "title": None})
    system = OneRosterSystem(client(settings), settings.info, SystemClock(), "Europe/Moscow", {})
    window = Window(first=date(2020, 1, 1), last=date(2100, 1, 1))
    diary = await system.diary("p1", window)
    await system.close()
    assert diary is not None
    assert len(diary.homework) == len(items) - 2
    assert len(diary.marks) == len(graded) - 1
    assert {mark.value for mark in diary.marks if mark.id == graded[1]["sourcedId"]} == {"4"}
    (late,) = [task for task in diary.homework if task.id == items[-3]["sourcedId"]]
    assert (late.due_on, late.none, late.text) == (date(2026, 11, 26), True, "")
    assert "a line item without the day on which it is due" in caplog.text
    assert "a graded result without its line item, its day" in caplog.text
    assert "p1" not in caplog.text


@pytest.mark.parametrize(
    ("text", "zone", "day"),
    [
        ("2026-11-25T21:30:00Z", "Europe/Moscow", date(2026, 11, 26)),
        ("2026-11-25T20:59:00.000Z", "Europe/Moscow", date(2026, 11, 25)),
        ("2026-11-25T00:00:00Z", "America/New_York", date(2026, 11, 25)),
        ("2026-11-25T23:59:59.999Z", "Asia/Vladivostok", date(2026, 11, 25)),
        ("2026-11-25T14:30:00+00:00", "Asia/Vladivostok", date(2026, 11, 26)),
        ("2026-11-25", "Asia/Vladivostok", date(2026, 11, 25)),
        ("2026-11-25T21:30:00", "Asia/Vladivostok", date(2026, 11, 25)),
        ("0001-01-01T05:00:00+00:00", "America/New_York", date(1, 1, 1)),
        ("9999-12-31T22:00:00Z", "Asia/Vladivostok", None),
        ("soon", "Asia/Vladivostok", None),
    ],
)
def test_an_instant_is_on_the_day_of_its_school(text: str, zone: str, day: date | None) -> None:
    assert day_of(text, ZoneInfo(zone)) == day


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["sourcedId", "role", "org", "type", "x"]), inner, max_size=3)
    ),
    max_leaves=8,
)
KINDS = (
    rest.User, rest.Org, rest.AcademicSession, rest.Course, rest.SchoolClass, rest.Enrollment,
    rest.Demographics, rest.Category, rest.LineItem, rest.Result,
)  # fmt: skip


@given(st.data())
def test_any_json_is_an_object_with_what_can_be_read_of_it(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(KINDS))
    names = [field.encode_name for field in msgspec.structs.fields(kind)]
    element = data.draw(JSON | st.dictionaries(st.sampled_from(names), JSON))
    odd: set[str] = set()
    thing = rest_values.read(kind, element, odd.add)
    assert msgspec.convert(msgspec.to_builtins(thing), kind) == thing  # every value is of the declared type
    assert odd <= {"", *names}


# -- pages ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("counts", "links"), [(True, True), (True, False), (False, True), (False, False)])
@pytest.mark.parametrize("most", [1, 2, 3, 100])
def test_a_short_page_is_not_the_last(
    counts: bool, links: bool, most: int, provider: Provider, settings: OneRosterSettings
) -> None:
    provider.counts, provider.links, provider.most = counts, links, most
    manifest = export_now(msgspec.structs.replace(settings, page=100))
    assert {name.table: name.rows for name in manifest.tables}["persons"] == 5


def test_the_rows_of_the_page_as_total_end_nothing(provider: Provider, settings: OneRosterSettings) -> None:
    def counted_by_page(request: Request) -> Response | None:
        if not request.url.path.endswith("/users"):
            return None
        offset = int(request.query_params["offset"])
        rows = provider.collections["users"][offset : offset + 2]
        return JSONResponse({"users": rows}, headers={"X-Total-Count": str(offset + len(rows))})

    provider.spoil = counted_by_page
    assert len(table(settings, export_now(settings), "persons")) == 5


def test_the_rows_of_every_page_as_total_end_nothing(provider: Provider, settings: OneRosterSettings) -> None:
    def counted_alone(request: Request) -> Response | None:
        name = request.url.path.rpartition("/")[2]
        offset = int(request.query_params["offset"])
        if name not in provider.collections:
            return None
        rows = provider.collections[name][offset : offset + 1]
        return JSONResponse({name: rows}, headers={"X-Total-Count": "1"})

    provider.spoil = counted_alone
    assert len(table(settings, export_now(settings), "persons")) == 5


def test_400_past_the_announced_rows_is_the_end(provider: Provider, settings: OneRosterSettings) -> None:
    provider.links = False
    sizes = {name: len(rows) for name, rows in provider.collections.items()}

    def out_of_range(request: Request) -> Response | None:
        name = request.url.path.rpartition("/")[2]
        past = int(request.query_params["offset"]) >= sizes.get(name, 1_000)
        return status(400, "invalid_selection_field") if past else None

    provider.spoil = out_of_range
    assert len(table(settings, export_now(settings), "persons")) == 5
    provider.counts = False
    (settings.exports / "oneroster-16.sqlite").unlink()
    with pytest.raises(AdapterError, match="400"):
        export_now(settings)


@pytest.mark.parametrize("path", ["/users", "/enrollments"])
def test_a_repeated_page_is_an_error(path: str, provider: Provider, settings: OneRosterSettings) -> None:
    def first_page(request: Request) -> Response | None:
        found = provider.collections[path[1:]][:2]
        return JSONResponse({path[1:]: found}) if request.url.path.endswith(path) else None

    provider.spoil = first_page
    with pytest.raises(AdapterError, match=rf"{path[1:]} repeats a page at offset 2"):
        export_now(settings)
    assert not any(settings.exports.glob("*/manifest.json"))


def test_fewer_rows_than_announced_are_an_error(provider: Provider, settings: OneRosterSettings) -> None:
    def short(request: Request) -> Response | None:
        if not request.url.path.endswith("/users"):
            return None
        rows = provider.collections["users"][:2] if request.query_params["offset"] == "0" else []
        return JSONResponse({"users": rows}, headers={"X-Total-Count": "5"})

    provider.spoil = short
    with pytest.raises(AdapterError, match="users says that it has 5 rows and gives 2"):
        export_now(settings)


def test_404_past_the_last_page_is_its_end(provider: Provider, settings: OneRosterSettings) -> None:
    provider.counts = provider.links = False
    sizes = {name: len(rows) for name, rows in provider.collections.items()}

    def none_left(request: Request) -> Response | None:
        name = request.url.path.rpartition("/")[2]
        past = name in sizes and int(request.query_params["offset"]) >= sizes[name]
        return status(404, "unknownobject") if past else None

    provider.spoil = none_left
    assert len(table(settings, export_now(settings), "persons")) == 5


# -- nothing there -------------------------------------------------------------------------------


def test_a_wrong_address_is_no_empty_region(provider: Provider, settings: OneRosterSettings) -> None:
    provider.spoil = lambda request: status(404, "unknownobject")
    with pytest.raises(AdapterError, match="academicSessions answers 404: check the provider's address"):
        export_now(settings)
    with pytest.raises(AdapterError, match=r"there are no tokens \(404\)"):
        export_now(msgspec.structs.replace(settings, provider_url=f"{settings.provider_url}/api"))
    assert not any(settings.exports.glob("*/manifest.json"))


def test_a_provider_with_nothing_makes_no_package(provider: Provider, settings: OneRosterSettings) -> None:
    for rows in provider.collections.values():
        rows.clear()
    with pytest.raises(AdapterError, match="has no rows in orgs, users"):
        export_now(settings)


def test_demographics_are_optional(provider: Provider, settings: OneRosterSettings) -> None:
    del provider.collections["demographics"]
    assert len(table(settings, export_now(settings), "persons")) == 5


# -- overload ------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", [429, 503])
def test_an_overloaded_provider_is_waited_for(
    code: int, provider: Provider, settings: OneRosterSettings, caplog: pytest.LogCaptureFixture
) -> None:
    asked: dict[str, int] = {}

    def busy(request: Request) -> Response | None:
        asked[str(request.url)] = asked.get(str(request.url), 0) + 1
        return (
            Response(status_code=code, headers={"Retry-After": "0"}) if asked[str(request.url)] == 1 else None
        )

    provider.spoil = busy
    with caplog.at_level(logging.INFO):
        assert len(table(settings, export_now(settings), "persons")) == 5
    assert "users: the provider is overloaded: asking again in 0 s" in caplog.text
    assert "/users: 5 rows read" in caplog.text


async def test_waiting_has_an_end(provider: Provider, settings: OneRosterSettings) -> None:
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    provider.spoil = lambda request: Response(status_code=503)
    patient = client(settings, patience=100, sleep=sleep)
    with pytest.raises(JournalSilent, match="overloaded"):
        [found async for found in patient.all("/users", "users", rest.User)]
    assert waits == [5, 10, 20, 40]  # the next 60 s are more than what is left of 100
    provider.spoil = lambda request: Response(status_code=429, headers={"Retry-After": "3600"})
    with pytest.raises(JournalSilent):
        [
            found
            async for found in client(settings, patience=100, sleep=sleep).all("/users", "users", rest.User)
        ]
    assert len(waits) == 4
    await patient.close()


async def test_a_family_s_page_waits_for_nobody(provider: Provider, settings: OneRosterSettings) -> None:
    provider.spoil = lambda request: Response(status_code=503, headers={"Retry-After": "0"})
    hasty = client(settings)
    with pytest.raises(JournalSilent):
        await hasty.one("/students/p1", "user", rest.User)
    assert len(provider.requests) == 1
    await hasty.close()


async def test_a_page_that_repeats_is_an_error_on_demand_too(
    provider: Provider, settings: OneRosterSettings
) -> None:
    provider.spoil = lambda request: JSONResponse({"users": provider.collections["users"][:2]})
    asking = client(settings)
    with pytest.raises(JournalWrong, match="repeats a page"):
        [found async for found in asking.all("/users", "users", rest.User)]
    await asking.close()


# -- what is said of it --------------------------------------------------------------------------


@pytest.mark.parametrize("command", [export_now, journal_of])
def test_the_report_and_the_system_are_told(
    command: Callable[[OneRosterSettings], object],
    settings: OneRosterSettings,
    capsys: pytest.CaptureFixture[str],
) -> None:
    command(msgspec.structs.replace(settings, vendor="ООО «Пример»", product="Система"))
    printed = capsys.readouterr().err
    assert "  users.csv (bulk): 5 rows\n" in printed
    assert "enrollments.csv: 1 rows: neither a student nor a teacher of the class" in printed
    (manifest,) = settings.exports.glob("*/manifest.json")
    system = msgspec.json.decode(manifest.read_bytes(), type=Manifest).system
    assert (system.vendor, system.product, system.version) == ("ООО «Пример»", "Система", "OneRoster 1.2")


def test_lines_of_findings_are_those_of_the_file(provider: Provider, tmp_path: Path) -> None:
    """Names of several lines don't shift the numbers."""
    with CsvFiles(tmp_path, None) as files:
        for name in ("а\nб", "в"):
            files.write("orgs", rest.Org(sourced_id=name), {"name": name})
    with (tmp_path / "orgs.csv").open(encoding="utf-8", newline="") as file:
        assert [row[0] for row in csv.reader(file)] == ["sourcedId", "а б", "в"]
    assert files.lines["orgs"] == 3
