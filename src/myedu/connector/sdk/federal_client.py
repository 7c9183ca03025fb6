"""The client of a journal that serves only the federal format of 2021: `GET /Schedule/{esia_oid}`."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar, Unpack
from uuid import UUID

import msgspec

from myedu.connector.sdk.answer_bounds import with_left_out
from myedu.connector.sdk.answer_parser import Parsed, decoded_lenient
from myedu.connector.sdk.authorized_session import quote_segment
from myedu.connector.sdk.client import (
    CallOptions,
    JournalClient,
    PersonalCallOptions,
    Reply,
    log_what_is_odd,
)
from myedu.connector.sdk.diary import marks_of
from myedu.connector.sdk.errors import JournalRefuses, JournalWrong
from myedu.connector.sdk.federal_diary import diary_of
from myedu.connector.sdk.federal_outcome import MEDIA_TYPES, is_expired, outcome_error, outcome_of
from myedu.connector.sdk.responses import RawResponse, decode_json, error_of, etag_of
from myedu.contract.answers import PROFILES, Capabilities, Diary, Limits, Marks, SystemInfo
from myedu.contract.fgis import FgisSchedule, OperationOutcome
from myedu.contract.package import TableFile
from myedu.contract.windows import Window

T = TypeVar("T")

WINDOW_DAYS = 21
"""The default window of the document, three weeks: every system serves it, and may serve no more."""
_DECODER: msgspec.json.Decoder[FgisSchedule | OperationOutcome] = msgspec.json.Decoder(
    FgisSchedule | OperationOutcome
)


class FederalClient(JournalClient):
    """A JournalClient whose methods are answered by one Schedule; the others raise JournalWrong(not-served).

    Calls need `pupil`: the profile identifies a student by the ESIA account. The `act` claim isn't part of
    the profile and isn't sent.
    """

    async def capabilities(self, **options: Unpack[CallOptions]) -> Reply[Capabilities]:
        """What every system of the profile serves. No request is sent: the profile has no such method."""
        own = Capabilities(
            system=SystemInfo(vendor="—", product=PROFILES[0], version="2021"),
            capabilities=("diary", "attendance"),
            profiles=PROFILES,
            limits=Limits(window_days=WINDOW_DAYS),
            server_time=self._clock.now(),
        )
        return Reply(own, b"", None)

    async def diary(
        self, student_id: str, window: Window, **options: Unpack[PersonalCallOptions]
    ) -> Reply[Diary]:
        """The diary of the window. Raises StudentUnknown, JournalRefuses(no-account)."""
        return await self._schedule(student_id, window, options, Diary, lambda diary: diary)

    async def marks(
        self, student_id: str, window: Window, **options: Unpack[PersonalCallOptions]
    ) -> Reply[Marks]:
        """The marks of the window's lessons. Raises StudentUnknown, JournalRefuses(no-account)."""
        return await self._schedule(student_id, window, options, Marks, marks_of)

    async def export_file(
        self, export_id: UUID, file: TableFile, target: Path, *, seconds: float = 600.0
    ) -> None:
        """Raises JournalWrong(not-served): the profile has no exports."""
        raise _not_served()

    async def _schedule(
        self,
        student_id: str,
        window: Window,
        options: PersonalCallOptions,
        kind: type[T],
        convert: Callable[[Diary], T],
    ) -> Reply[T]:
        pupil, etag = options.get("pupil"), options.get("etag")
        if pupil is None or not pupil.esia_oid:
            raise JournalRefuses(
                "no-account",
                "this journal identifies students by their ESIA account, and this student has none",
            )
        response = await self._http.get(
            f"/Schedule/{quote_segment(pupil.esia_oid)}",
            {"start": window.first.isoformat(), "end": window.last.isoformat()},
            act=None,
            etag=etag,
            seconds=options.get("timeout"),
            is_expired=is_expired,
        )
        tag = etag_of(response)
        if response.status == 304 and etag is not None:
            return Reply(None, b"", tag or etag)
        schedule, left_out = self._read_schedule(response)
        diary = diary_of(
            schedule,
            student_id=student_id,
            esia_oid=pupil.esia_oid,
            window=window,
            time_zone=pupil.time_zone,
        )
        # parsed again as an answer of the contract: bounds, sanitizing, checks
        body = msgspec.json.encode(convert(with_left_out(diary, left_out)))
        parsed = await self._parse(body, kind, options)
        log_what_is_odd(parsed, self.address.system_id, kind)
        return Reply(parsed.value, parsed.body, tag)

    def _read_schedule(self, response: RawResponse) -> tuple[FgisSchedule, int]:
        """The schedule without its odd lessons, and how many these are."""
        if response.status != 200:
            outcome = outcome_of(response)
            now = self._clock.now()
            raise outcome_error(outcome, response, now) if outcome else error_of(response, now)
        try:
            answer = decode_json(response, _DECODER, MEDIA_TYPES)
        except JournalWrong as error:
            if error.reason != "wrong-shape":
                raise
            return self._read_odd_schedule(response, error)
        if isinstance(answer, OperationOutcome):
            raise outcome_error(answer, response, self._clock.now())
        return answer, 0

    def _read_odd_schedule(self, response: RawResponse, strict: JournalWrong) -> tuple[FgisSchedule, int]:
        try:
            schedule, findings = decoded_lenient(response.body, FgisSchedule)
        except (msgspec.MsgspecError, RecursionError, UnicodeError):
            raise strict from None
        if not any(group.lesson for school in schedule.school for group in school.classes):
            raise strict  # nothing is left: the fault isn't one lesson's
        odd = Parsed(schedule, b"", findings.left_out, dict(findings.places))
        log_what_is_odd(odd, self.address.system_id, FgisSchedule)
        return schedule, findings.left_out

    async def _read(
        self,
        path: str,
        kind: type[T],
        query: Mapping[str, str],
        options: CallOptions,
        check: Callable[[T], None] | None = None,
    ) -> Reply[T]:
        """Called by every method that isn't overridden above."""
        raise _not_served()


def _not_served() -> JournalWrong:
    return JournalWrong("not-served", "a journal of the federal profile serves only Schedule")
