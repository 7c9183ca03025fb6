"""Facts of the head's pages about the staff."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from myedu.portal.verification.models import HeadSchools
from myedu.portal.verification.staff_models import HeadCount, StaffFilter, StaffPost


class StaffFacts(msgspec.Struct, frozen=True, kw_only=True):
    """The posts of a head's schools. `has_more`: after this page."""

    schools: HeadSchools
    now: datetime
    counts: HeadCount
    chosen: StaffFilter
    posts: Sequence[StaffPost]
    has_more: bool


class PostFacts(msgspec.Struct, frozen=True, kw_only=True):
    """One post, about which the head is asked."""

    schools: HeadSchools
    post: StaffPost


class ExactFacts(msgspec.Struct, frozen=True, kw_only=True):
    """The question before all posts are confirmed in which the export and ESIA agree."""

    schools: HeadSchools
    count: int
    names: Sequence[str]
