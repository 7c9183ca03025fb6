"""The landing page, and the page of a child who is not there."""

from myedu.kit.i18n import Words
from myedu.kit.web.pages import ErrorView, Link
from myedu.portal.diary import links
from myedu.portal.diary.views import EnterView


def enter_title(words: Words) -> str:
    return words.gettext("The school diary of your region, in one place")


def enter_view(words: Words, *, href: str = links.ENTER, notice: str = "") -> EnterView:
    """`href` starts the sign-in; `notice`: why one is here again (signed out, it failed), in words."""
    _ = words.gettext
    return EnterView(
        lead=_("Schedule, homework and marks of a pupil, straight from the school's own journal."),
        points=(
            _("A parent sees all children, also of different schools and regions."),
            _("A pupil sees lessons, tasks and averages."),
            _("Without payment and advertising; the last seen week opens without a connection."),
        ),
        action=Link(label=_("Sign in with Gosuslugi (ESIA)"), href=href),
        notice=notice,
    )


def child_not_found(words: Words, home: str = "/") -> tuple[str, ErrorView]:
    """Title and view for a child who doesn't exist and for one whom the viewer may not see: the same."""
    _ = words.gettext
    view = ErrorView(
        text=_(
            "Perhaps the link is old. A parent sees the children whom ESIA or the school names as theirs; "
            "if yours is missing, write to the class teacher."
        ),
        action=Link(label=_("To the first page"), href=home),
    )
    return _("There is no such pupil here"), view
