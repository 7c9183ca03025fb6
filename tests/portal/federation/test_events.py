"""Events are kept for their term, go with the person, and open with the portal's keys only."""

import os
from datetime import timedelta
from typing import Any

import pytest

from myedu.contract.answers import Diary
from myedu.portal.federation import service as federation
from myedu.portal.federation.change_events import ChangeEvent
from myedu.portal.federation.encryption import Keyring
from myedu.portal.federation.events import EventStore, erase_old
from myedu.portal.federation.models import JournalQuery
from myedu.portal.people.models import Place
from tests.connector.sdk.school import PUPIL
from tests.portal.federation.conftest import NOW, WEEK, Stand, Stands
from tests.portal.federation.test_feed import Living, follow

KEYRING = Keyring([os.urandom(32)])
NEWS = ChangeEvent(
    about="mark", kind="mark-new", thing_id="m-1", day=WEEK.first, subject="Алгебра", state=("5",), value="5"
)


async def note(stand: Stand, *news: ChangeEvent, at: Any = NOW, keyring: Keyring = KEYRING) -> int:
    question = JournalQuery(Diary, stand.student, WEEK)
    async with stand.database.transaction() as conn:
        return await EventStore(keyring).record(conn, question, news, at)


async def read(stand: Stand, keyring: Keyring = KEYRING) -> list[Any]:
    async with stand.database.connection() as conn:
        return await EventStore(keyring).of_student(conn, stand.student, 0)


async def test_a_thing_has_its_last_event_and_only_news_moves_it(stand: Stand) -> None:
    changed = ChangeEvent(
        **{name: getattr(NEWS, name) for name in NEWS.__struct_fields__} | {"state": ("4",)}
    )
    late = NOW - timedelta(seconds=1)
    assert [await note(stand, NEWS), await note(stand, NEWS), await note(stand, changed, at=late)] == [
        1,
        0,
        0,
    ]
    (first,) = await read(stand)
    assert await note(stand, changed) == 1  # to another copy the mark is new: the event knows better
    (second,) = await read(stand)
    assert (first.kind, second.kind) == ("mark-new", "mark-changed")
    assert second.seq > first.seq


async def test_without_its_key_an_event_tells_what_not_whom_or_how(stand: Stand) -> None:
    await note(stand, NEWS)
    (event,) = await read(stand, Keyring([os.urandom(32)]))
    assert (event.kind, event.subject, event.value) == ("mark-new", None, None)


async def test_the_same_state_of_another_mark_has_another_sum() -> None:
    sums = {KEYRING.mac(b"5", b"m-1"), KEYRING.mac(b"5", b"m-2"), KEYRING.mac(b"4", b"m-1")}
    assert len(sums) == 3
    assert KEYRING.mac(b"5", b"m-1") in sums
    assert Keyring([os.urandom(32)]).mac(b"5", b"m-1") not in sums


@pytest.mark.parametrize(("age", "left"), [(timedelta(days=59), 1), (timedelta(days=61), 0)])
async def test_events_end_with_their_term(stand: Stand, age: timedelta, left: int) -> None:
    await note(stand, NEWS, at=NOW - age)
    assert await erase_old(stand.database, NOW, 60) == 1 - left
    assert len(await read(stand)) == left


async def test_an_erased_person_takes_events_and_renewals_along(stand_of: Stands) -> None:
    followed = await follow(stand_of, Living())
    stand = followed.stand
    await note(stand, NEWS)
    await followed.rows(
        "INSERT INTO federation.renewals (region, system_id, student_id, method, first_day, last_day, since)"
        " SELECT region, system_id, student_id, method, first_day, last_day, now() FROM federation.copies"
        " WHERE system_id = %(system)s RETURNING 1"
    )
    system_id = stand.student.system_id
    async with stand.database.transaction() as conn:
        await conn.execute("SELECT people.open_region('25', 'incoming\\_%')")
        await conn.execute(
            "INSERT INTO people.incoming_erased (region, system_id, id, public_id)"
            " VALUES ('25', %s, %s, gen_random_uuid())",
            [system_id, PUPIL],
        )
        await federation.erase_persons(conn, Place("25", system_id))
        await conn.execute("DELETE FROM people.incoming_erased WHERE system_id = %s", [system_id])
    assert (await read(stand), await followed.waiting()) == ([], 0)
