"""A package's report as lines for a terminal."""

from collections.abc import Iterator, Sequence

from myedu.kit.terminal import language, tr
from myedu.portal.exports.models import AppliedPackage, Report, TableReport
from myedu.portal.exports.report.words import words_en, words_ru


def what_to_do(report: Report) -> Sequence[str]:
    """What has to be done about a package that isn't applied."""
    name = f"{report.system_id} {report.export_id}"
    if report.state == "held":
        return [
            tr(
                "{package} is held: `myedu exports approve {package}` applies it, `reject` refuses it",
                package=name,
            )
        ]
    if report.state == "refused":
        return [tr("{package} is refused: the vendor has to send another package", package=name)]
    return []


def in_words(report: Report) -> str:
    """A report as a few lines for a terminal."""
    lines = [f"{report.system_id} {report.export_id}: {tr(report.state)}"]
    if report.reason:
        lines.append(f"  {report.code}: {report.reason}")
    for table in report.tables:
        lines += _about_table(table)
    lines += [f"  {count} × {code}: {sentence_of(code)}" for code, count in sorted(report.problems.items())]
    return "\n".join(lines)


def sentence_of(code: str) -> str:
    """What a problem is and what to do about it."""
    return words_ru(code) if language() == "ru" else words_en(code)


def _about_table(table: TableReport) -> Iterator[str]:
    one = table.changes
    yield f"  {one.table:14} {table.rows:>8} " + tr(
        "rows, {added} added, {changed} changed, {archived} archived, {restored} restored, {erased} erased,"
        " {rejected} rejected",
        added=one.added, changed=one.changed, archived=one.archived, restored=one.restored, erased=one.erased,
        rejected=table.set_aside,
    )  # fmt: skip
    if one.fields:
        fields = ", ".join(f"{name}: {rows}" for name, rows in sorted(one.fields.items()))
        yield f"  {'':14} {'':>8} {tr('changed in: {fields}', fields=fields)}"


def about_last(region: str, last: AppliedPackage) -> Iterator[str]:
    """Which package a roll-back would put back, and what it had done."""
    yield tr(
        "region {region}: the last package is {export_id} of {system} ({mode}, made {made}), applied"
        " {applied}; it did",
        region=region, export_id=last.export_id, system=last.system_id, mode=last.mode,
        made=f"{last.created_at:%Y-%m-%d %H:%M %Z}", applied=f"{last.applied_at:%Y-%m-%d %H:%M %Z}",
    )  # fmt: skip
    for table in last.tables:
        yield from _about_table(table)
