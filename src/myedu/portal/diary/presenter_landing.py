"""The landing page, and the error page for a child that the viewer can't see."""

from collections.abc import Sequence

from myedu.kit.i18n import Words
from myedu.kit.web.pages import ErrorView, Link
from myedu.portal.access_requests.models import ConnectedRegion
from myedu.portal.access_requests.service import HELP, MISSING, SCHOOLS, region_lines
from myedu.portal.diary import links
from myedu.portal.diary.views import EnterView, HomesView
from myedu.portal.navigation import PUBLIC_REGIONS, HomePage


def enter_title(words: Words) -> str:
    """The title of the landing page."""
    return words.gettext("The school diary of your region, in one place")


def enter_view(
    words: Words,
    *,
    href: str = links.ENTER,
    notice: str = "",
    regions: Sequence[ConnectedRegion] = (),
) -> EnterView:
    """The landing page. `href` starts the sign-in; `notice`: a sentence about what has happened before."""
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
        search=SCHOOLS,
        regions=region_lines(words, regions),
        help=Link(label=_("Why a diary is not found"), href=HELP),
        pilot=Link(label=_("Regions of the pilot"), href=PUBLIC_REGIONS),
    )


def homes_view(words: Words, homes: Sequence[HomePage]) -> HomesView:
    """The page on which somebody with several roles chooses one."""
    return HomesView(homes=tuple(Link(label=words.gettext(home.label), href=home.href) for home in homes))


def child_not_found(words: Words, home: str = "/") -> tuple[str, ErrorView]:
    """Title and view; the same for a child that doesn't exist and for one that the viewer may not see."""
    _ = words.gettext
    view = ErrorView(
        text=_(
            "Perhaps the link is old. A parent sees the children whom ESIA or the school names as theirs; "
            "if yours is missing, ask the school here."
        ),
        action=Link(label=_("To the first page"), href=home),
        more=Link(label=_("Is one of the children missing?"), href=MISSING),
    )
    return _("There is no such pupil here"), view
