"""The page «Сеансы»: which devices are signed in, since when, and when they were used last."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from myedu.kit.i18n import Words
from myedu.kit.web.pages import Link, View
from myedu.portal.identity.models import OpenSession

SESSIONS = "/sessions"
CLOSED = "closed"
"""A parameter of the address: something was closed just now."""

_ZONE = ZoneInfo("Europe/Moscow")


class SessionView(View, frozen=True):
    """One session. `close`: the button; empty for the session that shows the page."""

    key: str
    device: str
    opened: str
    used: str
    close: str = ""
    close_label: str = ""


class SessionsView(View, frozen=True):
    """All of them."""

    lead: str
    notice: str
    sessions: tuple[SessionView, ...]
    this: str
    action: str
    close_others: str
    back: Link


def sessions_title(words: Words) -> str:
    """The title of the page."""
    return words.gettext("Sessions")


def sessions_view(
    words: Words, sessions: Sequence[OpenSession], now: datetime, *, action: str, has_closed: bool
) -> SessionsView:
    """The page. `action`: where its forms lead; `has_closed`: the viewer has just closed a session."""
    _ = words.gettext
    return SessionsView(
        lead=_(
            "You are signed in on these devices. Close a session that you don't recognise, or that was left "
            "open elsewhere: its next page asks to sign in."
        ),
        notice=_("Closed. Nobody can open your pages there any more.") if has_closed else "",
        sessions=tuple(_session(words, one, now) for one in sessions),
        this=_("This is the session that you use now."),
        action=action,
        close_others=_("Close all other sessions") if len(sessions) > 1 else "",
        back=Link(label=_("To the first page"), href="/"),
    )


def _session(words: Words, session: OpenSession, now: datetime) -> SessionView:
    _ = words.gettext
    device = session.device or _("Unknown device")
    opened = _("Signed in: {time}").format(time=_moment(words, session.created_at, now))
    used = _("Last used: {time}").format(time=_moment(words, session.seen_at, now))
    if session.is_this:
        return SessionView(key=session.key, device=device, opened=opened, used=used)
    return SessionView(
        key=session.key,
        device=device,
        opened=opened,
        used=used,
        close=_("Close"),
        close_label=_("Close the session: {device}, {used}").format(device=device, used=used),
    )


def _moment(words: Words, at: datetime, now: datetime) -> str:
    """«10:02» if it is today in Moscow, else «10:02, 1 сентября»."""
    local = at.astimezone(_ZONE)
    time = words.time(local)
    is_today = local.date() == now.astimezone(_ZONE).date()
    return time if is_today else f"{time}, {words.day_month(local.date())}"
