"""The view of how every journal answers."""

from myedu.kit.i18n import Words
from myedu.kit.web.pages import Link
from myedu.portal.exports.models import SystemLine
from myedu.portal.federation.models import JournalStats
from myedu.portal.operators import links
from myedu.portal.operators.journals import times_of
from myedu.portal.operators.models import JournalsFacts
from myedu.portal.operators.presenter import grouped, moment, watch_view
from myedu.portal.operators.presenter_charts import outcome_spark
from myedu.portal.operators.views import JournalRowView, JournalsView, StateView

_NO_BREAK = "\N{NO-BREAK SPACE}"  # a number and its unit stay in journal line
_NOTHING = "—"


def journals_view(words: Words, facts: JournalsFacts, *, watched: bool) -> JournalsView:
    """All registered systems; journal without calls so far has dashes."""
    stats = facts.stats
    known = {journal.system_id: journal for journal in stats.journals}
    period = words.gettext("From {since} to {until}, of all processes of this machine.").format(
        since=moment(words, stats.since), until=moment(words, stats.until)
    )
    return JournalsView(
        watch=watch_view(words, links.JOURNALS, watched=watched),
        period=period,
        journals=tuple(
            _row(words, facts, system, known.get(system.id, JournalStats(system_id="")))
            for system in facts.systems
        ),
    )


def _row(words: Words, facts: JournalsFacts, system: SystemLine, journal: JournalStats) -> JournalRowView:
    points = [point for point in facts.points if point.system_id == system.id]
    share, line = outcome_spark(words, times_of("day", facts.now), points)
    return JournalRowView(
        system=Link(label=f"{system.name} ({system.id})", href=links.journal(system.id)),
        day=share,
        spark=line,
        state=state_of(words, journal),
        calls=grouped(journal.calls),
        seconds=tuple(milliseconds(words, seconds) for seconds in journal.seconds) or (_NOTHING,) * 3,
        errors=", ".join(f"{code}: {grouped(count)}" for code, count in sorted(journal.errors.items()))
        or _NOTHING,
        places=places(words, journal),
        answers=answers(words, journal),
    )


def state_of(words: Words, journal: JournalStats) -> StateView:
    """The worst state of all processes."""
    _ = words.gettext
    if journal.breaker.get("open"):
        return StateView(text=_("rests: it failed too often"), tone="bad")
    if journal.breaker.get("half-open"):
        return StateView(text=_("is being tried again"), tone="warn")
    if journal.breaker.get("closed"):
        return StateView(text=_("is asked"), tone="good")
    return StateView(text=_("hasn't been asked yet"))


def places(words: Words, journal: JournalStats) -> str:
    """How many calls are under way, of how many that may be."""
    if not journal.limit:
        return _NOTHING
    return words.gettext("{under_way} of {limit}, {queued} wait").format(
        under_way=grouped(journal.under_way), limit=grouped(journal.limit), queued=grouped(journal.queued)
    )


def answers(words: Words, journal: JournalStats) -> str:
    """What families saw in the last minutes, as shares."""
    everything = sum(journal.answers.values())
    if not everything:
        return _NOTHING
    shares = {
        outcome: words.decimal(100 * journal.answers.get(outcome, 0) / everything, 1)
        for outcome in ("fresh", "stale", "unavailable")
    }
    text = words.gettext("fresh {fresh} %, copies {stale} %, nothing {unavailable} %").format(**shares)
    return text.replace(" %", f"{_NO_BREAK}%")


def milliseconds(words: Words, seconds: float) -> str:
    """A time in milliseconds."""
    text = words.gettext("{number} ms").format(number=grouped(round(seconds * 1000)))
    return text.replace(" ", _NO_BREAK)
