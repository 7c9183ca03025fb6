"""The reference journal read by the federal profile, as a journal that speaks nothing else."""

import msgspec
import pytest

from myedu.connector.sdk.client import JournalAddress, Pupil, StudentUnknown
from myedu.connector.sdk.federal_client import FederalClient
from myedu.kit.clock import FixedClock
from tests.journal.conftest import ACT, NOW, WEEK, Served

WHO = {"act": ACT, "asker": "someone"}


@pytest.fixture
def federal(served: Served) -> FederalClient:
    address = JournalAddress("journal", served.url, "portal", profile="fgis-2021")
    return FederalClient(served.session, address, served.private_key, clock=FixedClock(NOW))


async def test_its_week_says_what_the_contracts_week_says(
    served: Served, federal: FederalClient, pupil_id: str
):
    ours = (await served.client.diary(pupil_id, WEEK, **WHO)).value
    pupil = Pupil("1000300002", ours.time_zone)
    theirs = (await federal.diary(pupil_id, WEEK, **WHO, pupil=pupil)).value
    assert [_facts(entry) for entry in theirs.lessons] == [_facts(entry) for entry in ours.lessons]
    assert theirs.group.name == ours.group.name
    marks = (await federal.marks(pupil_id, WEEK, **WHO, pupil=pupil)).value
    assert [mark for entry in theirs.lessons for mark in entry.marks] == list(marks.marks)


def _facts(entry):
    """What both shapes of a lesson can say."""
    lesson = entry.lesson
    return {
        "subject": lesson.subject.name,
        "begins": lesson.starts_at,
        "room": lesson.room,
        "topic": lesson.topic,
        "homework": [(task.text, task.none) for task in entry.homework],
        "marks": sorted((mark.value, mark.weight) for mark in entry.marks),
        "attendance": [absence.code for absence in entry.attendance[:1]],
    }


async def test_an_account_that_it_does_not_know(federal: FederalClient):
    with pytest.raises(StudentUnknown):
        await federal.diary("p", WEEK, **WHO, pupil=Pupil("999", "Europe/Moscow"))


async def test_the_copy_is_the_contracts(federal: FederalClient, served: Served, pupil_id: str):
    pupil = Pupil("1000300002", "Europe/Moscow")
    reply = await federal.diary(pupil_id, WEEK, **WHO, pupil=pupil)
    assert msgspec.json.decode(reply.body)["student_id"] == pupil_id
    again = await federal.diary(pupil_id, WEEK, **WHO, pupil=pupil, etag=reply.etag)
    assert again.value is None
