"""The way to a journal that speaks only the federal shape of 2021: `GET /Schedule/{esia_oid}`."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar, Unpack
from uuid import UUID

import msgspec

from myedu.connector.sdk.channel import quoted
from myedu.connector.sdk.client import ForWhom, How, JournalClient, Reply
from myedu.connector.sdk.errors import JournalRefuses, JournalWrong
from myedu.connector.sdk.federal_diary import diary_of
from myedu.connector.sdk.federal_outcome import MEDIA_TYPES, is_expired, outcome_error, outcome_of
from myedu.connector.sdk.reading import read_body
from myedu.connector.sdk.wire import Heard, decode_json, error_of, etag_of
from myedu.contract.answers import PROFILES, Capabilities, Diary, Limits, Marks, SystemInfo
from myedu.contract.fgis import FgisSchedule, OperationOutcome
from myedu.contract.package import TableFile
from myedu.contract.windows import Window

T = TypeVar("T")

WINDOW_DAYS = 21
"""The document's own default, three weeks: every system serves as much, nothing says that one serves more."""
_DECODER: msgspec.json.Decoder[FgisSchedule | OperationOutcome] = msgspec.json.Decoder(
    FgisSchedule | OperationOutcome
)


class FederalClient(JournalClient):
    """JournalClient's methods as far as one Schedule serves them; the others raise `not-served`.

    Calls need `pupil`: the profile knows a pupil by the account of ESIA. The `act` claim isn't of this shape
    and isn't sent.
    """

    async def capabilities(self, **how: Unpack[How]) -> Reply[Capabilities]:
        """What the profile gives everywhere: the journal isn't asked, it has no method for that."""
        own = Capabilities(
            system=SystemInfo(vendor="—", product=PROFILES[0], version="2021"),
            capabilities=("diary", "attendance"),
            profiles=PROFILES,
            limits=Limits(window_days=WINDOW_DAYS),
            server_time=self._clock.now(),
        )
        return Reply(own, b"", None)

    async def diary(self, student_id: str, window: Window, **how: Unpack[ForWhom]) -> Reply[Diary]:
        return await self._schedule(student_id, window, how, Diary, lambda diary: diary)

    async def marks(self, student_id: str, window: Window, **how: Unpack[ForWhom]) -> Reply[Marks]:
        return await self._schedule(student_id, window, how, Marks, marks_of)

    async def export_file(
        self, export_id: UUID, file: TableFile, target: Path, *, seconds: float = 600.0
    ) -> None:
        raise _not_served()

    async def _schedule(
        self, student_id: str, window: Window, how: ForWhom, kind: type[T], shaped: Callable[[Diary], T]
    ) -> Reply[T]:
        pupil, etag = how.get("pupil"), how.get("etag")
        if pupil is None or not pupil.esia_oid:
            raise JournalRefuses(
                "no-account",
                "this journal knows pupils by their account of ESIA, and none is known for this one",
            )
        heard = await self._channel.ask(
            f"/Schedule/{quoted(pupil.esia_oid)}",
            {"start": window.first.isoformat(), "end": window.last.isoformat()},
            act=None,
            etag=etag,
            seconds=how.get("timeout"),
            is_expired=is_expired,
        )
        tag = etag_of(heard)
        if heard.status == 304 and etag is not None:
            return Reply(None, b"", tag or etag)
        diary = diary_of(
            self._read_schedule(heard),
            student_id=student_id,
            esia_oid=pupil.esia_oid,
            window=window,
            time_zone=pupil.time_zone,
        )
        # through the contract's own reader: its bounds, its cleaning, its checks
        value, body = read_body(msgspec.json.encode(shaped(diary)), kind)
        return Reply(value, body, tag)

    def _read_schedule(self, heard: Heard) -> FgisSchedule:
        if heard.status != 200:
            outcome = outcome_of(heard)
            now = self._clock.now()
            raise outcome_error(outcome, heard, now) if outcome else error_of(heard, now)
        said = decode_json(heard, _DECODER, MEDIA_TYPES)
        if isinstance(said, OperationOutcome):
            raise outcome_error(said, heard, self._clock.now())
        schedule: FgisSchedule = said
        return schedule

    async def _read(
        self,
        path: str,
        kind: type[T],
        query: Mapping[str, str],
        how: How,
        check: Callable[[T], None] | None = None,
    ) -> Reply[T]:
        """Every method that isn't above comes here."""
        raise _not_served()


def marks_of(diary: Diary) -> Marks:
    """The marks of a diary's lessons."""
    return Marks(
        student_id=diary.student_id,
        first_day=diary.first_day,
        last_day=diary.last_day,
        time_zone=diary.time_zone,
        organization=diary.organization,
        group=diary.group,
        marks=tuple(mark for one in diary.lessons for mark in one.marks) + diary.marks,
    )


def _not_served() -> JournalWrong:
    return JournalWrong("not-served", "a journal of the federal profile serves Schedule and nothing else")
