"""How old a page's data is, or why there is none."""

from typing import Any

from myedu.contract.answers import Diary, Marks
from myedu.kit.web.pages import Link
from myedu.portal.diary import links
from myedu.portal.diary.page_context import PageContext, moment
from myedu.portal.diary.views import BannerView, LateView, SilentView
from myedu.portal.federation.models import (
    BUSY,
    NOT_REGISTERED,
    RESTING,
    SLOW,
    Fresh,
    FreshJson,
    Outcome,
    Stale,
    Unavailable,
)

_LATE = {SLOW, "timeout", "stalled", "overloaded"}
NO_ACCOUNT = "no-account"  # of the federal profile, in which a pupil is known by the ESIA account
_SILENT = {"unreachable", "cut"}


def age_line(context: PageContext, outcome: Outcome[Any] | FreshJson) -> str:
    """«данные на 10:02»; empty if there is no data."""
    if isinstance(outcome, Unavailable):
        return ""
    return context.words.gettext("data as of {time}").format(time=moment(context, outcome.fetched_at))


def banner(context: PageContext, outcome: Outcome[Any], block: str = "#content") -> BannerView | None:
    """The banner above a copy that could not be refreshed, or not yet; None above fresh data.

    `block`: selector of the element that holds the copy.
    """
    if not isinstance(outcome, Stale):
        return None
    if is_late(context, outcome):
        return late_banner(context, outcome, LateView(href=links.waiting(context.path), target=block))
    text = context.words.gettext("No data since {since}: {reason}. This is a copy of {copied}.").format(
        since=moment(context, outcome.failed_at),
        reason=reason(context, outcome.reason),
        copied=moment(context, outcome.fetched_at),
    )
    return BannerView(text=text, retry=_retry(context))


def is_late(context: PageContext, outcome: Outcome[Any]) -> bool:
    """Whether the journal may still answer, as the page has not waited for it."""
    return isinstance(outcome, Stale) and outcome.reason == SLOW and not context.patient


def late_banner(context: PageContext, outcome: Stale[Any], late: LateView) -> BannerView:
    """The banner above a copy while the journal is being asked."""
    text = context.words.gettext("This is a copy of {copied}; the school's journal is being asked.")
    return BannerView(
        text=text.format(copied=moment(context, outcome.fetched_at)),
        retry=Link(label=context.words.gettext("Update"), href=late.href),
        late=late,
    )


def updated(context: PageContext, outcome: Outcome[Any] | FreshJson) -> str:
    """The status of a page that has waited for the journal's answer; empty if it has not come."""
    if not isinstance(outcome, Fresh | FreshJson):
        return ""
    return context.words.gettext("Updated: {time}").format(time=moment(context, outcome.fetched_at))


def silent(context: PageContext, outcome: Outcome[Any]) -> SilentView | None:
    """The view in place of data if there is neither an answer nor a copy; None if there is one."""
    return silence(context, outcome) if isinstance(outcome, Unavailable) else None


def partial(context: PageContext, outcome: Outcome[Diary] | Outcome[Marks]) -> str:
    """That entries of the answer are missing, as they couldn't be read or were too many; or empty."""
    count = 0 if isinstance(outcome, Unavailable) else outcome.value.left_out or 0
    if not count:
        return ""
    return context.words.ngettext(
        "Not everything is shown: {n} entry of the school's journal couldn't be read.",
        "Not everything is shown: {n} entries of the school's journal couldn't be read.",
        count,
    ).format(n=count)


def silence(context: PageContext, outcome: Unavailable) -> SilentView:
    """Why there is no data, what that means, and a link to try again."""
    _ = context.words.gettext
    if outcome.reason == NOT_REGISTERED:
        text = _("The diary will appear here once the school's journal is connected. Ask the class teacher.")
    elif outcome.reason == NO_ACCOUNT:
        text = _("Ask the school to pass on the pupil's «Госуслуги» account, or sign in again.")
    else:
        text = _("Nothing is lost: marks and homework stay in the journal. Try again in a few minutes.")
    title = _("No data: {reason}").format(reason=reason(context, outcome.reason))
    return SilentView(title=title, text=text, retry=_retry(context))


def reason(context: PageContext, code: str) -> str:
    """A reason code of the federation in words, to be put into a sentence."""
    _ = context.words.gettext
    if code in _LATE:
        return _("the school's journal takes too long to answer")
    if code in _SILENT:
        return _("the school's journal can't be reached")
    if code == BUSY:
        return _("too many are asking the school's journal right now")
    if code == RESTING:
        return _("the school's journal is having trouble and gets a short rest")
    if code == NOT_REGISTERED:
        return _("the school's journal isn't connected now")
    if code == NO_ACCOUNT:
        return _(
            "the school's journal knows pupils by «Госуслуги» only, and this pupil's account isn't known"
        )
    return _("the school's journal answered with an error")


def note(context: PageContext, outcome: Outcome[Any]) -> str:
    """The note on a card about a copy or missing data; empty for fresh data."""
    if isinstance(outcome, Fresh):
        return ""
    _ = context.words.gettext
    if isinstance(outcome, Stale):
        text = _("No data since {since}, this is a copy of {copied}")
        return text.format(
            since=moment(context, outcome.failed_at), copied=moment(context, outcome.fetched_at)
        )
    return _("No data: {reason}").format(reason=reason(context, outcome.reason))


def _retry(context: PageContext) -> Link:
    return Link(label=context.words.gettext("Try again"), href=links.waiting(context.path))
