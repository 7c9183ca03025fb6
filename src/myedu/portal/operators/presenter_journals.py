"""How every journal answers now, in words."""

from myedu.kit.i18n import Words
from myedu.portal.federation.stats import JournalStats
from myedu.portal.operators import links
from myedu.portal.operators.models import JournalsFacts
from myedu.portal.operators.presenter import grouped, moment, watch_view
from myedu.portal.operators.views import JournalRowView, JournalsView, StateView

_NO_BREAK = "\N{NO-BREAK SPACE}"  # a number and its unit stay in one line
_NOTHING = "—"


def journals_view(words: Words, facts: JournalsFacts, *, watched: bool) -> JournalsView:
    figures = facts.figures
    known = {one.system_id: one for one in figures.journals}
    period = words.gettext("From {since} to {until}, of all processes of this machine.").format(
        since=moment(words, figures.since), until=moment(words, figures.until)
    )
    return JournalsView(
        watch=watch_view(words, links.JOURNALS, watched=watched),
        period=period,
        journals=tuple(
            _row(words, f"{system.name} ({system.id})", known.get(system.id, JournalStats(system_id="")))
            for system in facts.systems
        ),
    )


def _row(words: Words, system: str, one: JournalStats) -> JournalRowView:
    return JournalRowView(
        system=system,
        state=_state(words, one),
        calls=grouped(one.calls),
        seconds=tuple(_milliseconds(words, seconds) for seconds in one.seconds) or (_NOTHING,) * 3,
        errors=", ".join(f"{code}: {grouped(count)}" for code, count in sorted(one.errors.items()))
        or _NOTHING,
        places=_places(words, one),
        answers=_answers(words, one),
    )


def _state(words: Words, one: JournalStats) -> StateView:
    """The worst that a process has found."""
    _ = words.gettext
    if one.breaker.get("open"):
        return StateView(text=_("rests: it failed too often"), tone="bad")
    if one.breaker.get("half-open"):
        return StateView(text=_("is being tried again"), tone="warn")
    if one.breaker.get("closed"):
        return StateView(text=_("is asked"), tone="good")
    return StateView(text=_("hasn't been asked yet"))


def _places(words: Words, one: JournalStats) -> str:
    if not one.limit:
        return _NOTHING
    return words.gettext("{under_way} of {limit}, {queued} wait").format(
        under_way=grouped(one.under_way), limit=grouped(one.limit), queued=grouped(one.queued)
    )


def _answers(words: Words, one: JournalStats) -> str:
    everything = sum(one.answers.values())
    if not everything:
        return _NOTHING
    shares = {
        outcome: words.decimal(100 * one.answers.get(outcome, 0) / everything, 1)
        for outcome in ("fresh", "stale", "unavailable")
    }
    text = words.gettext("fresh {fresh} %, copies {stale} %, nothing {unavailable} %").format(**shares)
    return text.replace(" %", f"{_NO_BREAK}%")


def _milliseconds(words: Words, seconds: float) -> str:
    text = words.gettext("{number} ms").format(number=grouped(round(seconds * 1000)))
    return text.replace(" ", _NO_BREAK)
