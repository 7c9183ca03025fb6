"""The switch between the roles of one person: links to their first pages, which a cookie names."""

from collections.abc import Mapping, Sequence

from myedu.kit.i18n import Words
from myedu.kit.web.pages import Link

COOKIE = "homes"
_BETWEEN = "|"


def homes_cookie(hrefs: Sequence[str]) -> str:
    """The cookie's value for these addresses."""
    return _BETWEEN.join(hrefs)


def role_links(cookie: str | None, known: Mapping[str, str], words: Words, path: str) -> tuple[Link, ...]:
    """A link to each home that the cookie names; empty for fewer than two, and for unknown addresses.

    `known`: address → message id of its label; `path`: the page, whose home is marked as current.
    """
    named = [href for href in known if href in (cookie or "").split(_BETWEEN)]
    if len(named) < 2:
        return ()
    return tuple(
        Link(label=words.gettext(known[href]), href=href, current=path.partition("?")[0] == href)
        for href in named
    )
