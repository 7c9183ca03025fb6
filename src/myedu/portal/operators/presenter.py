"""Views of the operators' pages: packages, their tables and problems, jobs under way."""

from datetime import datetime
from zoneinfo import ZoneInfo

from myedu.kit.i18n import Words
from myedu.kit.web.pages import Link
from myedu.portal.exports import service as exports
from myedu.portal.exports.models import PackageLine, PackageReport, RowProblem, SystemLine, TableReport
from myedu.portal.jobs.models import STUCK_AFTER
from myedu.portal.operators import links
from myedu.portal.operators.models import DECISIONS, Decision, Overview, PackageFacts
from myedu.portal.operators.service import PROBLEMS_A_PAGE
from myedu.portal.operators.troubles import runbook_link
from myedu.portal.operators.views import (
    ConfirmView,
    PackageRowView,
    PackagesView,
    PackageView,
    ProblemView,
    RunView,
    StateView,
    TableView,
    WatchView,
)
from myedu.portal.region_names import region_name

ZONE = ZoneInfo("Europe/Moscow")  # operators of one country read one clock
_POLL = "every 3s"  # htmx trigger


def packages_view(words: Words, facts: Overview, *, watched: bool) -> PackagesView:
    """The list of systems and packages; `watched`: the page refreshes itself."""
    return PackagesView(
        watch=watch_view(words, links.PACKAGES, watched=watched),
        runs=tuple(run_view(words, system, facts.now) for system in facts.systems),
        packages=tuple(package_row(words, package) for package in facts.packages),
    )


def package_view(words: Words, facts: PackageFacts, *, watched: bool) -> PackageView:
    """One package."""
    report, address = facts.report, links.package(facts.report.system_id, facts.report.export_id)
    under_way = _is_under_way(facts.system)
    return PackageView(
        state=state_view(words, report.state),
        facts=_facts(words, report),
        reason=report.reason or "",
        counts=tuple(f"{count.code}: {grouped(count.rows)}" for count in report.problems),
        watch=watch_view(words, address, watched=watched) if under_way else None,
        run=run_view(words, facts.system, facts.now) if under_way else None,
        tables=tuple(_table(words, line) for line in report.tables),
        problems=tuple(_problem(words, one) for one in facts.problems),
        problems_title=words.gettext("Problems, {rows} in all").format(rows=grouped(facts.problem_rows)),
        download=_download(words, report),
        pages=_pages(words, facts, address),
        decisions=_decisions(words, report, facts.system),
        retry=_retry(report, facts.system),
        roll_back=_roll_back(words, report) if facts.is_last and not under_way else None,
        runbook=runbook_link(words, report.code, "packages") if report.code else None,
        journal=Link(label=words.gettext("To the journal"), href=links.journal(report.system_id)),
    )


def confirm_title(words: Words, decision: Decision) -> str:
    """The question before a decision."""
    _ = words.gettext
    return _("Apply the package?") if decision == "agree" else _("Refuse the package?")


def confirm_view(words: Words, facts: PackageFacts, decision: Decision) -> ConfirmView:
    """What the decision does, before it is made."""
    _ = words.gettext
    report = facts.report
    agree = _("The portal will do all that the table of the package says, also what it was held for.")
    refuse = _(
        "Nothing of the package will be taken. Its files are erased; the vendor reads that it was refused."
    )
    return ConfirmView(
        text=agree if decision == "agree" else refuse,
        action=links.decision(report.system_id, report.export_id, decision),
        button=_decision_label(words, decision),
        back=Link(label=_("Back to the package"), href=links.package(report.system_id, report.export_id)),
    )


def state_view(words: Words, state: str) -> StateView:
    """The state of a package."""
    _ = words.gettext
    known = {
        "received": StateView(text=_("being taken in"), tone="info"),
        "applied": StateView(text=_("applied"), tone="good"),
        "held": StateView(text=_("waits for your decision"), tone="warn"),
        "refused": StateView(text=_("refused"), tone="bad"),
        "rolled-back": StateView(text=_("rolled back"), tone="bad"),
    }
    return known.get(state, StateView(text=state))


def run_view(words: Words, system: SystemLine, now: datetime) -> RunView:
    """A system with its schedule, its last import and the job under way."""
    _ = words.gettext
    schedule = _("no schedule")
    if system.local_time is not None:
        schedule = _("every day at {time}, {zone}").format(
            time=words.time(system.local_time), zone=system.time_zone
        )
    return RunView(
        system=f"{system.name} ({system.id})",
        region=region_name(words, system.region),
        schedule=schedule,
        run=_last_run(words, system),
        state=_job_state(words, system, now),
        progress=_progress(words, system),
        share=_share(system),
    )


def _job_state(words: Words, system: SystemLine, now: datetime) -> StateView:
    _ = words.gettext
    if system.job_status == "failed":
        return StateView(text=_("failed for good: see the log, then `myedu portal retry`"), tone="bad")
    if system.job_status == "picked" and system.heartbeat is not None:
        if now - system.heartbeat > STUCK_AFTER:
            since = moment(words, system.heartbeat)
            stuck = _("stuck: no sign of life since {time}; another worker takes it over").format(time=since)
            return StateView(text=stuck, tone="warn")
        return StateView(text=_("under way"), tone="info")
    if system.job_status == "queued" and system.attempts and system.execute_after is not None:
        again = _("tried again at {time}").format(time=moment(words, system.execute_after))
        return StateView(text=again, tone="warn")
    if system.job_status == "queued":
        return StateView(text=_("waits in the queue"), tone="info")
    return StateView(text=_("at rest"))


def _last_run(words: Words, system: SystemLine) -> str:
    if system.began_at is None or system.ended_at is None:
        return ""
    if system.code is not None:
        return f"{moment(words, system.ended_at)}: {system.code} — {system.sentence}"
    return words.gettext("{time}: done").format(time=moment(words, system.ended_at))


def _progress(words: Words, system: SystemLine) -> str:
    if system.stage is None or system.rows is None:
        return ""
    done = grouped(system.rows)
    stage = _stage(words, system.stage)
    if system.total:
        return words.gettext("{stage}: {rows} of {total}").format(
            stage=stage, rows=done, total=grouped(system.total)
        )
    return f"{stage}: {done}"


def _stage(words: Words, stage: str) -> str:
    _ = words.gettext
    return {
        "fetch": _("fetching"),
        "verify": _("verifying"),
        "read": _("reading"),
        "match": _("matching"),
        "compare": _("comparing"),
        "apply": _("applying"),
    }.get(stage, stage)


def _share(system: SystemLine) -> int | None:
    if not system.total or system.rows is None:
        return None
    return min(100 * system.rows // system.total, 100)


def _is_under_way(system: SystemLine) -> bool:
    return system.job_status in ("queued", "picked")


def watch_view(words: Words, address: str, *, watched: bool) -> WatchView:
    """How a page refreshes itself. Pausing is an address of its own, so that it works without scripts too."""
    _ = words.gettext
    paused = f"{address}?pause=1"
    toggle = Link(label=_("Pause"), href=paused) if watched else Link(label=_("Go on"), href=address)
    return WatchView(
        address=address,
        every=_POLL if watched else "",
        toggle=toggle,
        again=Link(label=_("Refresh"), href=address if watched else paused),
    )


def _with_region(name: str, region: str) -> str:
    """A system's name with that of its region, unless it has that in it."""
    return name if region in name else f"{name} ({region})"


def package_row(words: Words, package: PackageLine) -> PackageRowView:
    """A package in a list."""
    received = moment(words, package.received_at)
    mode = words.gettext("full") if package.mode == "full" else words.gettext("changes only")
    return PackageRowView(
        system=_with_region(package.name, region_name(words, package.region)),
        link=Link(label=f"{received}, {mode}", href=links.package(package.system_id, package.export_id)),
        state=state_view(words, package.state),
        received=received,
        rows=grouped(sum(line.rows for line in package.tables)),
        problems=grouped(package.problem_rows),
    )


def _facts(words: Words, report: PackageReport) -> tuple[tuple[str, str], ...]:
    _ = words.gettext
    mode = _("full") if report.mode == "full" else _("changes only")
    facts = [
        (_("System"), f"{report.system_id} ({region_name(words, report.region)})"),
        (_("Package"), str(report.export_id)),
        (_("Kind"), mode),
        (_("Made"), moment(words, report.created_at)),
        (_("Received"), moment(words, report.received_at)),
    ]
    if report.applied_at is not None:
        facts.append((_("Applied"), moment(words, report.applied_at)))
    return tuple(facts)


def _table(words: Words, line: TableReport) -> TableView:
    changes = line.changes
    fields = sorted(changes.fields.items(), key=lambda pair: (-pair[1], pair[0]))
    others = words.gettext("another SNILS or birth date: {rows}").format(rows=grouped(changes.identity))
    return TableView(
        name=_table_name(words, changes.table),
        rows=grouped(line.rows),
        added=grouped(changes.added),
        changed=grouped(changes.changed),
        archived=grouped(changes.archived),
        restored=grouped(changes.restored),
        erased=grouped(changes.erased),
        set_aside=grouped(line.set_aside),
        fields=", ".join(f"{name}: {grouped(rows)}" for name, rows in fields),
        identity=others if changes.identity else "",
    )


def _table_name(words: Words, table: str) -> str:
    _ = words.gettext
    return {
        "organizations": _("Organisations"),
        "periods": _("Periods"),
        "groups": _("Classes and groups"),
        "subjects": _("Subjects"),
        "persons": _("Persons"),
        "enrollments": _("Enrolments"),
        "guardianships": _("Guardianships"),
        "staff": _("Staff"),
        "teaching": _("Teaching"),
    }.get(table, table)


def _problem(words: Words, one: RowProblem) -> ProblemView:
    _ = words.gettext
    severities = {
        "error": StateView(text=_("row set aside"), tone="bad"),
        "field": StateView(text=_("value dropped"), tone="warn"),
        "warning": StateView(text=_("taken as it is"), tone="info"),
    }
    sentence = exports.words_en(one.code) if words.language == "en" else exports.words_ru(one.code)
    return ProblemView(
        place=f"{one.table}:{one.line}",
        field=one.field or "",
        words=f"{one.code} — {sentence}",
        detail=one.detail or "",
        severity=severities[one.severity],
    )


def _download(words: Words, report: PackageReport) -> Link | None:
    if not report.problems:
        return None
    return Link(
        label=words.gettext("All problems as a file (CSV)"),
        href=links.problems(report.system_id, report.export_id),
    )


def _pages(words: Words, facts: PackageFacts, address: str) -> tuple[Link, ...]:
    last = -(-facts.problem_rows // PROBLEMS_A_PAGE)
    _ = words.gettext
    found = []
    if facts.page > 1:
        found.append(Link(label=_("Earlier problems"), href=f"{address}?page={facts.page - 1}"))
    if facts.page < last:
        found.append(Link(label=_("Further problems"), href=f"{address}?page={facts.page + 1}"))
    return tuple(found)


def _decisions(words: Words, report: PackageReport, system: SystemLine) -> tuple[Link, ...]:
    if report.state != "held" or _is_under_way(system):
        return ()
    return tuple(
        Link(
            label=_decision_label(words, decision),
            href=links.decision(report.system_id, report.export_id, decision),
            current=decision == "agree",
        )
        for decision in DECISIONS
    )


def _retry(report: PackageReport, system: SystemLine) -> str:
    failed = report.code == "failed" or (report.state == "received" and system.job_status == "failed")
    return links.package_deed(report.system_id, report.export_id, "retry") if failed else ""


def _roll_back(words: Words, report: PackageReport) -> Link:
    address = links.package_deed(report.system_id, report.export_id, "roll-back")
    return Link(label=words.gettext("Roll back the last package"), href=address)


def _decision_label(words: Words, decision: Decision) -> str:
    return words.gettext("Apply") if decision == "agree" else words.gettext("Refuse")


def moment(words: Words, at: datetime) -> str:
    """Date and time in Moscow."""
    local = at.astimezone(ZONE)
    return f"{words.date_numeric(local.date())} {words.time(local)}"


def package_title(words: Words, system_id: str) -> str:
    """The title of a package's page."""
    return words.gettext("Package of {system}").format(system=system_id)


def grouped(number: int) -> str:
    """A number with its thousands apart: 12 345."""
    return f"{number:,}".replace(",", "\u00a0")
