"""Facts of the staff's pages."""

from collections.abc import Sequence
from datetime import date, datetime

import msgspec

from myedu.contract.answers import TeacherSchedule
from myedu.portal.federation.models import Fresh, Unavailable
from myedu.portal.people.models import StaffGroup, Viewer
from myedu.portal.verification.models import OwnState


class NoStaffHere(Exception):
    """No school and ESIA agree that the viewer works there: answer as if nothing were there."""


class Post(msgspec.Struct, frozen=True):
    """A post of the viewer with its groups, at least one."""

    groups: Sequence[StaffGroup]

    @property
    def one(self) -> StaffGroup:
        """Any of its groups: for what all of them share, such as the school."""
        return self.groups[0]

    @property
    def teaches(self) -> bool:
        """Whether the post has lessons."""
        return any(group.subject_ids for group in self.groups)


class PostDay(msgspec.Struct, frozen=True):
    """The lessons of a post on a day; None: the post has no lessons."""

    post: Post
    schedule: Fresh[TeacherSchedule] | Unavailable | None


class DayFacts(msgspec.Struct, frozen=True):
    """A day of all posts. `today`: by the clock of the first post's school."""

    viewer: Viewer
    now: datetime
    today: date
    day: date
    posts: Sequence[PostDay]


class PostsFacts(msgspec.Struct, frozen=True):
    """What the viewer may know of their own posts, verified or not."""

    viewer: Viewer
    state: OwnState


class GroupsFacts(msgspec.Struct, frozen=True):
    """The groups of all posts."""

    viewer: Viewer
    now: datetime
    posts: Sequence[Post]
