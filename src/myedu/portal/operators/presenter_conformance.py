"""Conformance reports in words: on the journal's page for operators, and published for everyone."""

import msgspec

from myedu.kit.i18n import Words
from myedu.kit.web.pages import Link
from myedu.portal.operators import links
from myedu.portal.operators.models import ConformanceFacts, ConformanceRun, PublishedReport
from myedu.portal.operators.presenter import grouped, moment
from myedu.portal.operators.views import StateView
from myedu.portal.operators.views_journal import (
    ButtonView,
    ConformanceRowView,
    ConformanceView,
    QuestionView,
    RuleView,
    ShownReportView,
)
from myedu.portal.people.models import System
from myedu.portal.region_names import region_name

_BY_TROUBLE = ("failed", "error", "blocked", "warned", "exempt", "skipped", "passed")
_TONES = {"failed": "bad", "error": "bad", "blocked": "warn", "warned": "warn", "passed": "good"}


def conformance_view(words: Words, system: System, facts: ConformanceFacts) -> ConformanceView:
    """The section of a journal's page."""
    _ = words.gettext
    newest = facts.runs[0] if facts.runs else None
    is_open = newest is not None and newest.ended_at is None
    has_report = any(run.state == "judged" for run in facts.runs)
    can_ask = not is_open and system.profile is None and system.secret_file is None
    return ConformanceView(
        progress=_progress(words, newest) if newest is not None and is_open else "",
        share=_share(newest) if newest is not None and is_open else None,
        rows=tuple(_row(words, system.id, run) for run in facts.runs if run.ended_at is not None),
        ask=ButtonView(
            action=links.conformance(system.id), label=_("Judge the journal now: up to 20 minutes")
        )
        if can_ask
        else None,
        note=""
        if can_ask or is_open
        else _("Only a journal of the contract with the portal's own key can be judged."),
        published=_("published since {time}").format(time=moment(words, facts.published_at))
        if facts.published_at
        else "",
        public=Link(label=_("What everyone reads"), href=links.published(system.id))
        if facts.published_at
        else None,
        publish=Link(label=_("Publish the report"), href=links.publish(system.id))
        if has_report and not facts.published_at
        else None,
        withdraw=ButtonView(action=links.withdraw(system.id), label=_("Withdraw the report"))
        if facts.published_at
        else None,
    )


def publish_question(words: Words, system: System) -> QuestionView:
    """What publishing means, before it is done."""
    _ = words.gettext
    return QuestionView(
        texts=(
            _("Has the region agreed? Everyone will read the newest report, and each later one."),
            _("It has no ids and no texts of answers: which rules the journal keeps and which it breaks."),
        ),
        action=links.publish(system.id),
        button=_("The region has agreed: publish"),
        back=Link(label=_("Back to the journal"), href=f"{links.journal(system.id)}#conformance"),
    )


def shown_report(words: Words, system: System, published: PublishedReport) -> ShownReportView:
    """A published report. The judge speaks Russian and English."""
    _ = words.gettext
    report = msgspec.json.decode(published.report_json, type=_Report)
    results = sorted(report.results, key=lambda one: _BY_TROUBLE.index(one.outcome))
    return ShownReportView(
        verdict=_verdict(words, report.exit_status),
        facts=(
            (_("Region"), region_name(words, published.region)),
            (_("System"), report.system or system.name),
            (_("Judged"), moment(words, published.judged_at)),
            (_("Rules"), _counts(words, report.counts)),
        ),
        rules=tuple(
            RuleView(
                id=one.rule,
                title=_in(words, one.title),
                outcome=StateView(text=_outcome(words, one.outcome), tone=_TONES.get(one.outcome, "")),
                words=_in(words, one.words) if one.words and one.outcome != "passed" else "",
            )
            for one in results
        ),
    )


class _Texts(msgspec.Struct):
    ru: str
    en: str


class _Result(msgspec.Struct):
    rule: str
    outcome: str
    title: _Texts
    words: _Texts | None


class _Report(msgspec.Struct):
    system: str
    exit_status: int
    counts: dict[str, int]
    results: list[_Result]


def _in(words: Words, texts: _Texts) -> str:
    return texts.en if words.language == "en" else texts.ru


def _row(words: Words, system_id: str, run: ConformanceRun) -> ConformanceRowView:
    _ = words.gettext
    assert run.ended_at is not None
    files: tuple[Link, ...] = ()
    if run.state == "judged":
        files = tuple(
            Link(label=name.upper(), href=links.report_file(system_id, run.id, name))
            for name in ("html", "json")
        )
    return ConformanceRowView(
        time=moment(words, run.ended_at),
        verdict=_verdict(words, run.exit_status)
        if run.state == "judged"
        else StateView(text=_failure(words, run.code), tone="bad"),
        words=f"{run.product}; {_counts(words, run.counts or {})}"
        if run.state == "judged"
        else run.sentence or "",
        files=files,
    )


def _verdict(words: Words, exit_status: int | None) -> StateView:
    _ = words.gettext
    if exit_status == 0:
        return StateView(text=_("The journal keeps the contract."), tone="good")
    if exit_status == 1:
        return StateView(text=_("The journal breaks the contract."), tone="bad")
    return StateView(text=_("Not everything could be judged."), tone="warn")


def _failure(words: Words, code: str | None) -> str:
    _ = words.gettext
    return {
        "cannot-judge": _("The journal could not be judged."),
        "too-slow": _("The judge took too long and was ended."),
        "too-long": _("The report is too long to be kept."),
        "lost": _("The worker that judged it is gone."),
        "not-judged": _("This journal doesn't speak the contract."),
    }.get(code or "") or _("The judge itself failed.")


def _outcome(words: Words, outcome: str) -> str:
    _ = words.gettext
    return {
        "passed": _("kept"),
        "failed": _("broken"),
        "warned": _("remark"),
        "skipped": _("not applicable"),
        "blocked": _("waits for another rule"),
        "exempt": _("exempt"),
        "error": _("the judge failed"),
    }.get(outcome, outcome)


def _counts(words: Words, counts: dict[str, int]) -> str:
    known = sorted(counts.items(), key=lambda pair: _BY_TROUBLE.index(pair[0]))
    return ", ".join(f"{_outcome(words, outcome)}: {grouped(number)}" for outcome, number in known if number)


def _progress(words: Words, run: ConformanceRun) -> str:
    _ = words.gettext
    if run.state == "waiting":
        return _("The judge waits for a worker since {time}.").format(time=moment(words, run.asked_at))
    if not run.rules:
        return _("The judge begins.")
    return _("Rules judged: {done} of {rules}").format(done=grouped(run.done or 0), rules=grouped(run.rules))


def _share(run: ConformanceRun) -> int | None:
    return min(100 * (run.done or 0) // run.rules, 100) if run.rules else None
