"""Events are kept for their retention, erased with the person, and decrypted with the portal's keys only."""

import os
import re
from datetime import datetime, timedelta
from typing import get_args

import pytest
from msgspec.structs import replace

from myedu.contract.answers import Diary
from myedu.kit.encryption import Keyring
from myedu.portal.federation import service as federation
from myedu.portal.federation.change_events import ChangeEvent
from myedu.portal.federation.events import EventStore, erase_old
from myedu.portal.federation.models import About, Event, EventKind, JournalQuery
from myedu.portal.people.models import Place
from tests.connector.sdk.school import PUPIL
from tests.portal.federation.conftest import NOW, WEEK, Stand, Stands
from tests.portal.federation.test_feed import ChangingSchool, follow

KEYRING = Keyring([os.urandom(32)])
MARK = ChangeEvent(
    about="mark", kind="mark-new", thing_id="m-1", day=WEEK.first, subject="Алгебра", state=("5",), value="5"
)


async def record(stand: Stand, *changes: ChangeEvent, at: datetime = NOW, keyring: Keyring = KEYRING) -> int:
    query = JournalQuery(Diary, stand.student, WEEK)
    async with stand.database.transaction() as conn:
        return await EventStore(keyring).record(conn, query, changes, at)


async def read(stand: Stand, keyring: Keyring = KEYRING) -> list[Event]:
    async with stand.database.connection() as conn:
        return await EventStore(keyring).of_student(conn, stand.student, 0)


async def test_a_mark_has_its_last_event_and_only_a_newer_change_replaces_it(stand: Stand) -> None:
    changed = replace(MARK, state=("4",))
    late = NOW - timedelta(seconds=1)
    counts = [await record(stand, MARK), await record(stand, MARK), await record(stand, changed, at=late)]
    assert counts == [1, 0, 0]
    (first,) = await read(stand)
    assert await record(stand, changed) == 1  # new to another copy, but its event is stored already
    (second,) = await read(stand)
    assert (first.kind, second.kind) == ("mark-new", "mark-changed")
    assert second.seq > first.seq


@pytest.mark.parametrize(
    ("kind", "of_a_known_thing"),
    [
        ("mark-new", "mark-changed"),
        ("mark-changed", "mark-changed"),
        ("lesson-cancelled", "lesson-cancelled"),
        ("lesson-restored", "lesson-restored"),
        ("lesson-moved", "lesson-moved"),
        ("lesson-replaced", "lesson-replaced"),
        ("lesson-room-changed", "lesson-room-changed"),
        ("homework-new", "homework-changed"),
        ("homework-changed", "homework-changed"),
    ],
)
async def test_a_thing_that_has_an_event_is_changed_and_not_new(
    stand: Stand, kind: EventKind, of_a_known_thing: EventKind
) -> None:
    about = kind.partition("-")[0]
    assert about in get_args(About)
    event = replace(MARK, about=about, kind=kind)
    kinds = []
    for state in ("1", "2"):
        await record(stand, replace(event, state=(state,)))
        kinds += [stored.kind for stored in await read(stand)]
    assert kinds == [kind, of_a_known_thing]


@pytest.mark.parametrize(
    ("constraint", "words"), [("events_kind_check", EventKind), ("events_about_check", About)]
)
async def test_the_database_allows_the_words_of_the_code_and_no_others(
    stand: Stand, constraint: str, words: object
) -> None:
    async with stand.database.connection() as conn:
        found = await conn.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [constraint]
        )
        [(definition,)] = await found.fetchall()
    assert set(re.findall(r"'([a-z-]+)'", definition)) == set(get_args(words))


async def test_without_its_key_an_event_shows_its_kind_but_no_subject_or_value(stand: Stand) -> None:
    await record(stand, MARK)
    (event,) = await read(stand, Keyring([os.urandom(32)]))
    assert (event.kind, event.subject, event.value) == ("mark-new", None, None)


async def test_the_same_state_of_another_mark_has_another_mac() -> None:
    macs = {KEYRING.mac(b"5", b"m-1"), KEYRING.mac(b"5", b"m-2"), KEYRING.mac(b"4", b"m-1")}
    assert len(macs) == 3
    assert KEYRING.mac(b"5", b"m-1") in macs
    assert Keyring([os.urandom(32)]).mac(b"5", b"m-1") not in macs


@pytest.mark.parametrize(("age", "left"), [(timedelta(days=59), 1), (timedelta(days=61), 0)])
async def test_events_are_erased_after_their_retention(stand: Stand, age: timedelta, left: int) -> None:
    await record(stand, MARK, at=NOW - age)
    assert await erase_old(stand.database, NOW, 60) == 1 - left
    assert len(await read(stand)) == left


async def test_an_erased_persons_events_and_pending_refreshes_are_erased(stand_of: Stands) -> None:
    followed = await follow(stand_of, ChangingSchool())
    stand = followed.stand
    await record(stand, MARK)
    await followed.rows(
        "INSERT INTO federation.renewals (region, system_id, student_id, method, first_day, last_day, since)"
        " SELECT region, system_id, student_id, method, first_day, last_day, now() FROM federation.copies"
        " WHERE system_id = %(system)s RETURNING 1"
    )
    system_id = stand.student.system_id
    async with stand.database.transaction() as conn:
        await conn.execute(
            "INSERT INTO people.erased (region, system_id, person_id, public_id)"
            " VALUES ('25', %s, %s, gen_random_uuid())",
            [system_id, PUPIL],
        )
        await federation.erase_persons(conn, Place("25", system_id))
        await conn.execute("DELETE FROM people.erased WHERE system_id = %s", [system_id])
    assert (await read(stand), await followed.pending()) == ([], 0)
