"""What the room `verification` gives to others."""

from collections.abc import Sequence

import msgspec

from myedu.portal.identity.models import HeadViewer
from myedu.portal.people.models import SchoolKey, Viewer
from myedu.portal.verification.staff_models import (
    MatchResult,
    MissingPost,
    OwnPost,
    OwnState,
    RegionStaff,
    SchoolStaff,
    SchoolWithoutPost,
    StaffState,
)

__all__ = [
    "HeadSchools",
    "MatchResult",
    "MissingPost",
    "OwnPost",
    "OwnState",
    "RegionStaff",
    "School",
    "SchoolNotConfirmed",
    "SchoolStaff",
    "SchoolWithoutPost",
    "StaffState",
]


class SchoolNotConfirmed(Exception):
    """A head, whose organisation no school is confirmed for: lead to `/school`, where they confirm it."""


class School(msgspec.Struct, frozen=True):
    """A school that its head has confirmed. `name`: the short one if there is one; `esia_oid`: at ESIA."""

    region: str
    system_id: str
    organization_id: str
    name: str
    esia_oid: str
    time_zone: str

    @property
    def key(self) -> SchoolKey:
        """Its key in an export."""
        return SchoolKey(self.region, self.system_id, self.organization_id)


class HeadSchools(msgspec.Struct, frozen=True):
    """A head, and the confirmed schools of the organisation that they act for: at least one.

    Usually one; more where two systems of a region export the same school.
    """

    head: HeadViewer
    schools: Sequence[School]

    @property
    def viewer(self) -> Viewer:
        """The head as a viewer."""
        return self.head.viewer
