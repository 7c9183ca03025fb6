"""The types of fields on the wire, and the base of its structs."""

from datetime import datetime
from typing import Annotated

import msgspec

Id = Annotated[
    str,
    msgspec.Meta(min_length=1, max_length=64, pattern=r"^(?!\.{1,2}$)[!-~]+$(?!\n)", description="opaque id"),
]
"""Opaque, unique within one journal system; never a number, as real ids are larger than 2**53.

Printable ASCII. `.` and `..` would vanish from an address; a bare `$` would allow a trailing line feed.
"""

Instant = Annotated[datetime, msgspec.Meta(tz=True, description="ISO 8601 with offset")]

Text = Annotated[str, msgspec.Meta(max_length=20_000, description="plain text, no markup")]

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=500, description="plain text, one line")]

Line = Annotated[str, msgspec.Meta(max_length=200, description="plain text, one line")]
"""A short text that may be empty: a room, a media type."""

Url = Annotated[
    str, msgspec.Meta(max_length=2_000, pattern=r"^https?://\S+$(?!\n)", description="absolute address")
]
"""Readers write other letters than ASCII as punycode and percent-encoding, and drop what is no address."""

Count = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
"""A number of things, bytes or minutes: no larger than every program reads exactly."""


def code(*known: str) -> msgspec.Meta:
    """The Meta of a dictionary code: known values are published, unknown ones are accepted and passed
    through.
    """
    return msgspec.Meta(min_length=1, max_length=64, extra_json_schema={"x-known-values": list(known)})


class Wire(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A struct of the wire: immutable; fields with their default are left out, unknown fields ignored."""
