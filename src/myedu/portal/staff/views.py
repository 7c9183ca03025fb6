"""What the staff's templates are given."""

from myedu.kit.web.pages import Link, View


class LessonRow(View, frozen=True):
    """One lesson. `starts_iso`, `ends_iso`: only of today's, for the script that marks the running one."""

    starts: str
    ends: str
    subject: str
    details: str
    topic: str = ""
    note: str = ""
    off: bool = False
    running: bool = False
    starts_iso: str = ""
    ends_iso: str = ""
    online: str = ""


class SchoolDay(View, frozen=True):
    """The lessons at one school; `sentence` stands in place of lessons."""

    id: str
    school: str
    lessons: tuple[LessonRow, ...] = ()
    sentence: str = ""
    partial: str = ""  # that entries of the answer are missing
    retry: Link | None = None
    age: str = ""


class DayView(View, frozen=True):
    """A day. `again`: back to today, on another day."""

    before: Link
    after: Link
    again: Link | None = None
    schools: tuple[SchoolDay, ...] = ()


class GroupRow(View, frozen=True):
    """A class or another group, and what the viewer is to it."""

    name: str
    note: str


class SchoolGroups(View, frozen=True):
    """The groups of one post."""

    id: str
    title: str
    groups: tuple[GroupRow, ...]


class PostState(View, frozen=True):
    """A post of the viewer: its state, and sentences that say what is missing."""

    id: str
    title: str
    state: str
    tone: str
    sentences: tuple[str, ...] = ()
    link: Link | None = None


class PostsView(View, frozen=True):
    """The viewer's posts."""

    intro: str
    posts: tuple[PostState, ...]


class GroupsView(View, frozen=True):
    """The groups of all posts."""

    schools: tuple[SchoolGroups, ...]
