"""`myedu conform URL …`: judge a journal system over HTTP and write the report."""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from myedu.connector.conformance.case import Options
from myedu.connector.conformance.keys import BadKeyFile
from myedu.connector.conformance.registry import all_rules
from myedu.connector.conformance.report import Report
from myedu.connector.conformance.reports.json_junit import as_json, as_junit
from myedu.connector.conformance.reports.page import as_page
from myedu.connector.conformance.reports.terminal import summary
from myedu.connector.conformance.rule import CannotJudge, Rule
from myedu.connector.conformance.run import OnProgress, Target, judge
from myedu.connector.terminal_ru import RUSSIAN
from myedu.kit.clock import SystemClock
from myedu.kit.private_files import NotPrivate, read_key
from myedu.kit.progress import Progress
from myedu.kit.terminal import LANGUAGES, Parser, language, tr, use_catalogue

_CANNOT_JUDGE = 2  # exit status; 0 and 1 come from the report


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status 0: every rule is kept; 1: a rule is broken; 2: it could not be judged, see stderr."""
    use_catalogue(RUSSIAN)
    options = _parser().parse_args(arguments)
    try:
        rules, exempt = _chosen_rules(options.rule), _exemptions(options.exempt)
        _check_writable(options.json, options.junit, options.html)
        report = asyncio.run(_judge(options, rules, exempt))
        _write(report, options)
    except CannotJudge as why:
        words = (options.public and why.public) or why.words
        print(words.in_(options.lang), file=sys.stderr)
        return _CANNOT_JUDGE
    except (_UsageError, BadKeyFile, OSError) as error:
        print(f"myedu conform: {error}", file=sys.stderr)
        return _CANNOT_JUDGE
    print(summary(report, options.lang))
    return report.exit_status


class _UsageError(Exception):
    """A wrong argument; the message says what to write."""


def _parser() -> argparse.ArgumentParser:
    about = tr("Judge a journal system over HTTP and write the report.")
    parser = Parser(prog="myedu conform", description=about)
    add = parser.add_argument
    add("url", help=tr("the system's address as it was registered, e.g. https://journal.example"))
    add("--client-id", required=True, help=tr("the id under which the system knows the judge"))
    add("--key", required=True, type=Path, help=tr("PEM file with the private key of that client"))
    add(
        "--student",
        action="append",
        default=[],
        help=tr("a student's id; may be repeated (default: from the export)"),
    )
    add("--teacher", help=tr("a teacher's id (default: from the export)"))
    add("--esia-oid", help=tr("a student's ESIA oid, for the federal profile (default: from the export)"))
    add("--rule", action="append", default=[], help=tr("only this rule or group; may be repeated"))
    add(
        "--exempt",
        action="append",
        default=[],
        metavar="RULE=REASON",
        help=tr("excuse a broken rule, with a sentence why"),
    )
    add(
        "--load-seconds",
        type=float,
        default=10.0,
        help=tr("seconds that each load rule takes (default 10)"),
    )
    add("--json", type=Path, help=tr("write the report as JSON"))
    add("--junit", type=Path, help=tr("write the report as JUnit XML, for a build server"))
    add("--html", type=Path, help=tr("write the report as one page, ready to publish"))
    add("--public", action="store_true", help=tr("hide ids and texts of answers in the files"))
    add("--only-public-addresses", action="store_true", help=tr("connect to no private network"))
    add("--progress-json", action="store_true", help=tr("say how far it is as lines of JSON, for a program"))
    add(
        "--lang",
        choices=LANGUAGES,
        default=language(),
        help=tr("language of the report (default: the terminal's)"),
    )
    return parser


async def _judge(options: argparse.Namespace, rules: Sequence[Rule], exempt: dict[str, str]) -> Report:
    if not _is_address(options.url):
        raise _UsageError(tr("{url} is not an address: write https://…", url=options.url))
    target = Target(base_url=options.url, client_id=options.client_id, key=_read_key(options.key))
    case_options = Options(
        students=tuple(options.student),
        teacher=options.teacher,
        esia_oid=options.esia_oid,
        load_seconds=options.load_seconds,
    )
    progress = Progress(len(rules), unit=tr("requests"))
    report = await judge(
        target,
        case_options,
        SystemClock(),
        rules=rules,
        exempt=exempt,
        on_progress=_line_of_json(len(rules)) if options.progress_json else progress.show,
        only_public=options.only_public_addresses,
    )
    if not options.progress_json:
        progress.finish(len(rules), report.requests)
    return report


def _line_of_json(rules: int) -> OnProgress:
    def say(done: int, requests: int) -> None:
        line = {"done": done, "rules": rules, "requests": requests}
        print(msgspec.json.encode(line).decode(), file=sys.stderr, flush=True)

    return say


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port beyond 65535, half an IPv6
        return False


def _read_key(path: Path) -> str:
    try:
        return read_key(path)
    except NotPrivate as error:
        raise _UsageError(f"--key {path}: {error.strerror}") from None
    except OSError as error:
        raise _UsageError(
            tr(
                "--key {file} can't be read: {reason}; name the private key's file",
                file=path,
                reason=error.strerror,
            )
        ) from None
    except UnicodeDecodeError:
        raise _UsageError(
            tr("--key {file} is not a PEM file: `myedu connector key` makes a pair", file=path)
        ) from None


def _chosen_rules(names: Sequence[str]) -> tuple[Rule, ...]:
    """The rules named by id or group; all if none is named."""
    rules = all_rules()
    if unknown := [name for name in names if not any(name in (rule.id, rule.group) for rule in rules)]:
        raise _UsageError(
            tr("there is no rule {rules}: docs/exchange/ru/rules lists them", rules=", ".join(unknown))
        )
    return tuple(rule for rule in rules if not names or rule.id in names or rule.group in names)


def _exemptions(texts: Sequence[str]) -> dict[str, str]:
    known, found = {rule.id for rule in all_rules()}, {}
    for text in texts:
        rule_id, _, reason = text.partition("=")
        if rule_id not in known:
            raise _UsageError(
                tr("there is no rule {rules}: docs/exchange/ru/rules lists them", rules=rule_id)
            )
        if len(reason.split()) < 2:
            raise _UsageError(
                tr(
                    "--exempt {rule} needs a sentence: write --exempt '{rule}=why it is broken for now'",
                    rule=rule_id,
                )
            )
        found[rule_id] = reason.strip()
    return found


def _check_writable(*files: Path | None) -> None:
    """Checked first: a run takes a minute, and its report would be lost."""
    for file in files:
        if file and (file.is_dir() or not file.absolute().parent.is_dir()):
            raise _UsageError(tr("{file} can't be written: name a file in an existing folder", file=file))


def _write(report: Report, options: argparse.Namespace) -> None:
    if options.json:
        options.json.write_bytes(as_json(report, public=options.public))
    if options.junit:
        options.junit.write_bytes(as_junit(report, options.lang))
    if options.html:
        options.html.write_bytes(as_page(report, options.lang, public=options.public))


if __name__ == "__main__":
    sys.exit(main())
