"""The views of one journal: its state, its deeds, its exchanges, the questions before deeds."""

from myedu.kit.i18n import Words
from myedu.kit.web.pages import Link
from myedu.portal.exports.models import AppliedPackage
from myedu.portal.federation.models import JournalStats, KeptExchange
from myedu.portal.operators import links
from myedu.portal.operators.journals import EXCHANGES_A_PAGE
from myedu.portal.operators.models import ExchangeFacts, JournalDeed, JournalFacts
from myedu.portal.operators.presenter import grouped, moment, package_row, run_view, watch_view
from myedu.portal.operators.presenter_charts import charts_of
from myedu.portal.operators.presenter_conformance import conformance_view
from myedu.portal.operators.presenter_journals import answers, milliseconds, places, state_of
from myedu.portal.operators.runbooks import Runbook, runbooks
from myedu.portal.operators.troubles import runbook_link, trouble
from myedu.portal.operators.views import StateView
from myedu.portal.operators.views_journal import (
    ButtonView,
    ExchangeRowView,
    ExchangeView,
    JournalView,
    QuestionView,
    RunbooksView,
    RunbookView,
    TroubleView,
)
from myedu.portal.people.models import System
from myedu.portal.region_names import region_name

_NOTHING = "—"


def journal_view(words: Words, facts: JournalFacts, *, watched: bool) -> JournalView:
    """The page of one journal."""
    _ = words.gettext
    address = links.journal(facts.system.id)
    query = "?span=month" if facts.times.span == "month" else ""
    kept = sum(one.kept for one in facts.counts)
    return JournalView(
        watch=watch_view(words, address, watched=watched),
        state=_state(words, facts),
        facts=_facts(words, facts),
        run=run_view(words, facts.line, facts.now),
        run_runbook=_run_runbook(words, facts.line.code),
        deeds=tuple(_deeds(words, facts)),
        buttons=tuple(_buttons(words, facts)),
        spans=(
            Link(label=_("24 hours"), href=f"{address}#history", current=facts.times.span == "day"),
            Link(
                label=_("30 days"), href=f"{address}?span=month#history", current=facts.times.span == "month"
            ),
        ),
        charts=charts_of(words, facts),
        figures=_("Counted by the hour; the newest minute is missing."),
        troubles=tuple(
            TroubleView(
                link=Link(
                    label=f"{one.problem}: {grouped(one.kept)}",
                    href=f"{address}?problem={one.problem}#exchanges",
                    current=one.problem == facts.problem,
                ),
                words=trouble(words, one.problem),
                runbook=runbook_link(words, one.problem),
            )
            for one in facts.counts
        ),
        everything=Link(label=_("All exchanges"), href=f"{address}{query}#exchanges")
        if facts.problem
        else None,
        exchanges_title=_("Exchanges that failed or took long: {count}").format(count=grouped(kept)),
        exchanges=tuple(_exchange_row(words, facts.system, one) for one in facts.exchanges),
        pages=_pages(words, facts, address),
        packages=tuple(package_row(words, one) for one in facts.newest),
        conformance=conformance_view(words, facts.system, facts.conformance),
    )


def exchange_view(words: Words, facts: ExchangeFacts) -> ExchangeView:
    """The page of one exchange."""
    _ = words.gettext
    one = facts.exchange
    return ExchangeView(
        words=trouble(words, one.problem),
        state=StateView(text=one.problem, tone="warn" if one.problem == "slow" else "bad"),
        facts=(
            (_("Time"), moment(words, one.at)),
            (_("Method"), one.method),
            (_("Took"), milliseconds(words, one.seconds)),
        ),
        request=one.request or _("No request was sent: the connection or the token was missing."),
        answer=_answer(words, one),
        headers=tuple(one.headers.items()),
        excerpt=one.excerpt or "",
        place=one.place or "",
        note=_(
            "Labels stand for ids: equal labels are the same pupil, and none tells who it is."
            " Of a diary nothing is kept."
        ),
        runbook=runbook_link(words, one.problem),
        back=Link(label=_("Back to the journal"), href=f"{links.journal(facts.system.id)}#exchanges"),
    )


def pause_question(words: Words, system: System) -> QuestionView:
    """What a pause closes."""
    _ = words.gettext
    return QuestionView(
        texts=(
            _("Families see the last copies, and where there is none, that the journal isn't connected."),
            _("Teachers see no lessons. The export isn't fetched by schedule; pushed packages are taken."),
            _("It takes effect within seconds and lasts until you end it."),
        ),
        action=links.journal_deed(system.id, "pause"),
        button=_("Pause the journal"),
        back=_back(words, system),
    )


def resume_question(words: Words, system: System) -> QuestionView:
    """What the end of a pause opens."""
    _ = words.gettext
    return QuestionView(
        texts=(_("Pages ask the journal again within seconds, and the export is fetched by its schedule."),),
        action=links.journal_deed(system.id, "resume"),
        button=_("End the pause"),
        back=_back(words, system),
    )


def roll_back_question(words: Words, system: System, last: AppliedPackage) -> QuestionView:
    """What a roll-back puts back."""
    _ = words.gettext
    return QuestionView(
        texts=(
            _("The region becomes what it was before this package: {region}.").format(
                region=region_name(words, system.region)
            ),
            _("It can be done once. The package isn't taken again by itself: a newer one is."),
        ),
        action=links.package_deed(system.id, last.export_id, "roll-back"),
        button=_("Roll back"),
        back=Link(label=_("Back to the package"), href=links.package(system.id, last.export_id)),
        lines=(
            (_("Applied"), moment(words, last.applied_at)),
            *(
                (table.changes.table, _changes(words, table.changes.added, table.changes.changed,
                                               table.changes.archived, table.changes.restored))
                for table in last.tables
                if table.changes.any
            ),
        ),
    )  # fmt: skip


def question_title(words: Words, deed: str) -> str:
    """The title of a question."""
    _ = words.gettext
    return {
        "pause": _("Pause the journal?"),
        "resume": _("End the pause?"),
        "roll-back": _("Roll back the package?"),
        "publish": _("Publish the report?"),
    }[deed]


def runbooks_view() -> RunbooksView:
    """The list of runbooks."""
    return RunbooksView(
        runbooks=tuple(Link(label=one.title, href=links.runbook(one.name)) for one in runbooks().values())
    )


def runbook_view(words: Words, runbook: Runbook) -> RunbookView:
    """One runbook."""
    return RunbookView(
        blocks=runbook.blocks, back=Link(label=words.gettext("All runbooks"), href=links.RUNBOOKS)
    )


def asked_status(words: Words, code: str) -> str:
    """What came of asking a journal now."""
    _ = words.gettext
    if code == "ok":
        return _("The journal may be asked again by every process within seconds.")
    return _("The journal doesn't answer ({code}). {words}").format(code=code, words=trouble(words, code))


def _changes(words: Words, added: int, changed: int, archived: int, restored: int) -> str:
    text = words.gettext("added {added}, changed {changed}, archived {archived}, restored {restored}")
    return text.format(
        added=grouped(added), changed=grouped(changed), archived=grouped(archived), restored=grouped(restored)
    )


def _state(words: Words, facts: JournalFacts) -> StateView:
    if facts.system.paused_at is not None:
        text = words.gettext("paused since {time}").format(time=moment(words, facts.system.paused_at))
        return StateView(text=text, tone="warn")
    return state_of(words, facts.stats or JournalStats(system_id=facts.system.id))


def _facts(words: Words, facts: JournalFacts) -> tuple[tuple[str, str], ...]:
    _ = words.gettext
    system, stats = facts.system, facts.stats or JournalStats(system_id=facts.system.id)
    seconds = ", ".join(
        f"{name} {milliseconds(words, value)}"
        for name, value in zip(("p50", "p95", "p99"), stats.seconds, strict=False)
    )
    return (
        (_("Region"), region_name(words, system.region)),
        (_("Address"), system.base_url),
        (_("Profile"), system.profile or _("the contract")),
        (_("Calls of five minutes"), f"{grouped(stats.calls)}{f', {seconds}' if seconds else ''}"),
        (_("At a time"), places(words, stats)),
        (_("Families saw"), answers(words, stats)),
    )


def _run_runbook(words: Words, code: str | None) -> Link | None:
    """A pull fails by a code of the journal or of the package."""
    if code is None:
        return None
    return runbook_link(words, code, "packages") or runbook_link(words, code)


def _deeds(words: Words, facts: JournalFacts) -> list[Link]:
    _ = words.gettext
    deed: JournalDeed = "resume" if facts.system.paused_at else "pause"
    label = _("End the pause") if facts.system.paused_at else _("Pause the journal")
    found = [Link(label=label, href=links.journal_deed(facts.system.id, deed))]
    if facts.last is not None:
        address = links.package_deed(facts.system.id, facts.last.export_id, "roll-back")
        found.append(Link(label=_("Roll back the last package"), href=address))
    return found


def _buttons(words: Words, facts: JournalFacts) -> list[ButtonView]:
    _ = words.gettext
    found = []
    if facts.system.paused_at is None:
        action = links.journal_deed(facts.system.id, "wake")
        found.append(ButtonView(action=action, label=_("Try the journal now")))
    if facts.system.profile is None:
        failed = facts.line.job_status == "failed"
        label = _("Do the failed import again") if failed else _("Fetch the export now")
        found.append(ButtonView(action=links.journal_deed(facts.system.id, "pull"), label=label))
    return found


def _exchange_row(words: Words, system: System, one: KeptExchange) -> ExchangeRowView:
    return ExchangeRowView(
        link=Link(label=moment(words, one.at), href=links.exchange(system.id, one.id), note=one.method),
        problem=one.problem,
        words=trouble(words, one.problem),
        status=str(one.status) if one.status else _NOTHING,
        seconds=milliseconds(words, one.seconds),
        size=_size(words, one.bytes),
    )


def _answer(words: Words, one: KeptExchange) -> str:
    _ = words.gettext
    if one.status is None:
        return _("No answer came.")
    parts = [str(one.status), one.media_type or "", _size(words, one.bytes) if one.bytes is not None else ""]
    return ", ".join(filter(None, parts))


def _size(words: Words, size: int | None) -> str:
    return _NOTHING if size is None else words.gettext("{number} B").format(number=grouped(size))


def _pages(words: Words, facts: JournalFacts, address: str) -> tuple[Link, ...]:
    total = sum(one.kept for one in facts.counts if facts.problem in (None, one.problem))
    last = -(-total // EXCHANGES_A_PAGE)
    query = f"problem={facts.problem}&" if facts.problem else ""
    _ = words.gettext
    found = []
    if facts.page > 1:
        found.append(
            Link(label=_("Newer exchanges"), href=f"{address}?{query}page={facts.page - 1}#exchanges")
        )
    if facts.page < last:
        found.append(
            Link(label=_("Older exchanges"), href=f"{address}?{query}page={facts.page + 1}#exchanges")
        )
    return tuple(found)


def _back(words: Words, system: System) -> Link:
    return Link(label=words.gettext("Back to the journal"), href=links.journal(system.id))
