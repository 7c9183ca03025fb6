"""Copies are encrypted, kept for their retention, and never shown after they were erased."""

import logging
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest

from myedu.contract.answers import Diary
from myedu.kit.encryption import new_key
from myedu.kit.telemetry import Metrics, Telemetry
from myedu.portal.federation import copy_store as copy_store_module
from myedu.portal.federation import service, store
from myedu.portal.federation.copy_store import erase_old
from myedu.portal.federation.models import Fresh, FreshJson, JournalQuery, Unavailable
from myedu.portal.federation.telemetry import METRICS
from myedu.portal.people.models import Place
from tests.connector.sdk.school import School
from tests.portal.conftest import COPY_KEY
from tests.portal.federation.conftest import MOTHER, NOW, WEEK, Stand, Stands
from tests.portal.journal import FAULTS

OLDER = timedelta(minutes=2)


async def rows(stand: Stand) -> list[tuple[Any, ...]]:
    async with stand.database.connection() as conn:
        found = await conn.execute(
            "SELECT body, version, fetched_at FROM federation.copies WHERE system_id = %s",
            [stand.student.system_id],
        )
        return await found.fetchall()


async def change(stand: Stand, statement: str, *values: Any) -> None:
    async with stand.database.connection() as conn:
        await conn.execute(statement, [*values, stand.student.system_id])


async def test_the_database_holds_no_readable_answer(stand: Stand) -> None:
    outcome = await stand.read()
    [(encrypted, _, _)] = await rows(stand)
    lesson = outcome.value.lessons[0].lesson.subject.name.encode()
    assert lesson in outcome.body
    assert lesson not in encrypted


async def test_another_process_decrypts_what_this_one_encrypted(stand: Stand) -> None:
    outcome = await stand.read()
    again = await stand.neighbour.read_diary(stand.student, WEEK, viewer=MOTHER)
    assert (again, stand.journal.asked["diary"]) == (outcome, 1)


async def test_a_confirmation_leaves_the_body_and_its_version(stand: Stand) -> None:
    await stand.read()
    [before] = await rows(stand)
    stand.clock.advance(OLDER)
    await stand.read()
    [after] = await rows(stand)
    assert stand.journal.statuses == [200, 304]
    assert after == (before[0], before[1], NOW + OLDER)


async def test_a_cached_body_is_not_read_again(stand: Stand) -> None:
    await stand.read()
    question = JournalQuery(Diary, stand.student, WEEK)
    async with stand.database.connection() as conn:
        whole = await store.read_copy(conn, question, None)
        assert whole is not None
        assert whole.body
        without_body = await store.read_copy(conn, question, whole.version)
    assert without_body == msgspec.structs.replace(whole, body=None)
    # A process that has this version cached needs no body; one that doesn't, reads it after all.
    for federation in (stand.federation, stand.neighbour):
        answer = await federation.read_diary_with_copy(stand.student, WEEK, without_body, viewer=MOTHER)
        assert isinstance(answer, FreshJson)
        outcome = federation.decode_diary(answer)
        assert (outcome, stand.journal.asked["diary"]) == (await stand.read(), 1)


async def test_a_copy_is_decoded_once(stand: Stand) -> None:
    await stand.read()
    first, second = await stand.read(), await stand.read()
    assert first.value is second.value


async def test_a_copy_without_its_key_counts_as_absent_in_metrics_and_the_log(
    stand_of: Stands, caplog: pytest.LogCaptureFixture
) -> None:
    stand = await stand_of(School())
    await stand.read()
    metrics = Metrics(METRICS)
    later = await stand_of(School(), copy_keys=[new_key()], telemetry=Telemetry(metrics))
    with caplog.at_level(logging.WARNING):
        outcome = await later.federation.read_diary(stand.student, WEEK, viewer=MOTHER)
    assert isinstance(outcome, Fresh)  # the journal was asked as without a copy
    assert stand.journal.asked["diary"] == 2
    system = stand.student.system_id
    assert metrics.of("myedu_copies_sealed_shut", system, "key-unknown")._value.get() > 0
    assert f"can't be opened: system={system} why=key-unknown" in caplog.text
    # the journal runs in this process as well, and its log names the pupil
    portal = [record.getMessage() for record in caplog.records if record.name.startswith("myedu.portal")]
    assert not [line for line in portal if stand.student.person_id in line]


@pytest.mark.parametrize("changed", [False, True], ids=["confirmed", "new answer"])
async def test_a_refresh_encrypts_a_copy_of_an_older_key_with_the_first_one(
    stand_of: Stands, changed: bool
) -> None:
    stand = await stand_of(School())
    first = await stand.read()
    key = new_key()
    rotated = (await stand_of(School(), copy_keys=[key, COPY_KEY], clock=stand.clock)).federation
    without_old = (await stand_of(School(), copy_keys=[key], clock=stand.clock)).federation
    stand.clock.advance(OLDER)
    if changed:
        await change(stand, "UPDATE federation.copies SET etag = 'other' WHERE system_id = %s")
    await rotated.read_diary(stand.student, WEEK, viewer=MOTHER)
    assert stand.journal.statuses == [200, 200 if changed else 304]
    outcome = await without_old.read_diary(stand.student, WEEK, viewer=MOTHER)
    assert outcome == Fresh(first.value, first.body, NOW + OLDER)
    assert len(stand.journal.statuses) == 2


async def test_an_erased_persons_copy_is_in_no_cache(stand_of: Stands, shared_cache_url: str) -> None:
    stand = await stand_of(School(), shared_cache_url=shared_cache_url)
    await stand.read()
    async with stand.database.transaction() as conn:
        await _erase(conn, stand)
    assert await rows(stand) == []
    # The page's statement finds no row and passes none to the federation, which then uses no cache.
    assert await _read_by_a_page(stand) is None
    stand.journal.fault, reason = FAULTS["500"]
    outcome = await stand.federation.read_diary_with_copy(stand.student, WEEK, None, viewer=MOTHER)
    assert outcome == Unavailable(reason, NOW)


async def _erase(conn: psycopg.AsyncConnection, stand: Stand) -> None:
    student = stand.student
    columns = "region, system_id, person_id, public_id"
    await conn.execute(
        f"INSERT INTO people.erased ({columns}) VALUES (%s, %s, %s, %s)",
        [student.region, student.system_id, student.person_id, student.child],
    )
    await service.erase_persons(conn, Place(student.region, student.system_id))
    await conn.execute("DELETE FROM people.erased WHERE system_id = %s", [student.system_id])


async def _read_by_a_page(stand: Stand) -> Any:
    async with stand.database.connection() as conn:
        return await store.read_copy(conn, JournalQuery(Diary, stand.student, WEEK), None)


async def test_copies_are_erased_after_their_retention(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copy_store_module, "_ERASED_AT_ONCE", 2)
    system = stand.student.system_id
    async with stand.database.connection() as conn:
        for age in (0, 399, 400, 401, 402, 500):
            await conn.execute(
                "INSERT INTO federation.copies VALUES ('25', %s, %s, 'diary', %s, %s, '', NULL, %s)",
                [system, f"p{age}", WEEK.first, WEEK.last, NOW - timedelta(days=age)],
            )
    assert await erase_old(stand.database, NOW.date(), 400) >= 3
    assert [at for _, _, at in sorted(await rows(stand), key=lambda row: row[2])] == [
        NOW - timedelta(days=age) for age in (400, 399, 0)
    ]


async def test_a_refreshed_copy_is_kept_for_a_whole_retention(stand: Stand) -> None:
    await stand.read()
    await change(
        stand,
        "UPDATE federation.copies SET fetched_at = fetched_at - interval '401 days' WHERE system_id = %s",
    )
    await stand.read()
    await erase_old(stand.database, NOW.date(), 400)
    assert len(await rows(stand)) == 1


async def test_dead_leases_are_deleted(stand: Stand) -> None:
    async with stand.database.connection() as conn:
        await conn.execute(
            "INSERT INTO federation.flights VALUES ('\\x00', gen_random_uuid(), now() - interval '2 hours'),"
            " ('\\x01', gen_random_uuid(), now())"
        )
        await erase_old(stand.database, date(2000, 1, 1), 400)
        found = await conn.execute("DELETE FROM federation.flights WHERE length(key) = 1 RETURNING key")
        assert await found.fetchall() == [(b"\x01",)]


async def test_the_runbooks_query_tells_the_keys_apart(stand_of: Stands) -> None:
    for key in (new_key(), new_key()):
        await (await stand_of(School(), copy_keys=[key])).read()
    stand = await stand_of(School())
    await stand.read()
    text = (Path(__file__).parents[3] / "docs/operations/change-a-key.md").read_text()
    query = text.partition("```sql")[2].partition("```")[0]
    async with stand.database.connection() as conn:
        found = await (await conn.execute(query)).fetchall()
    [(encrypted, _, _)] = await rows(stand)
    assert encrypted[1:5].hex() in {key for key, _, _ in found}
    assert len(found) >= 3
