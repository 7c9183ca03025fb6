"""What the templates of the head's pages about the staff are given."""

from myedu.kit.web.pages import Link, View


class PostView(View, frozen=True):
    """A post: whose it is, its state, what stands against it and what can be done."""

    id: str
    name: str
    state: str
    tone: str
    what: str
    """The role, the position and the subjects."""
    school: str = ""
    reasons: tuple[str, ...] = ()
    deeds: tuple[Link, ...] = ()


class StaffView(View, frozen=True):
    """The posts of a head's schools. `filters`: by state, with their numbers."""

    schools: str
    search: str
    begins: str
    filters: tuple[Link, ...]
    posts: tuple[PostView, ...] = ()
    nothing: str = ""
    all: Link | None = None
    download: Link | None = None
    pages: tuple[Link, ...] = ()
    state: str = ""


class SideView(View, frozen=True):
    """One fact as the export has it and as ESIA has it."""

    label: str
    export: str
    esia: str
    differs: bool = False


class QuestionView(View, frozen=True):
    """The question before a deed. `hidden`: fields of the form; `choices`: one reason is chosen of them."""

    action: str
    text: str
    button: str
    back: Link
    sides: tuple[SideView, ...] = ()
    reasons: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    hidden: tuple[tuple[str, str], ...] = ()
    choices: tuple[tuple[str, str], ...] = ()
    choices_title: str = ""
