"""What the portal sends to a journal about a video lesson: the bodies of the two PUT methods."""

from typing import Annotated

import msgspec

from myedu.contract.wire import Id, Instant, Name, Url, Wire


class Meeting(Wire, frozen=True, kw_only=True):
    """`PUT /v1/lessons/{id}/meeting`: where the lesson is held. `url` null removes the link."""

    url: Url | None
    title: Name | None = None


class Attendee(Wire, frozen=True, kw_only=True):
    """A participant; `seconds` is the time in the meeting, all visits together."""

    person_id: Id
    joined_at: Instant
    seconds: Annotated[int, msgspec.Meta(ge=0)]


class Presence(Wire, frozen=True, kw_only=True):
    """`PUT /v1/lessons/{id}/presence`: who was in the meeting; each time the whole list."""

    attendees: tuple[Attendee, ...]
