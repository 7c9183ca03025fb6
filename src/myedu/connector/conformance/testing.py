"""One line for a vendor's test suite: `assert_conforms(build, students=["42"])`."""

import asyncio
import socket
from collections.abc import Callable, Coroutine, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec

from myedu.connector.conformance.case import Options
from myedu.connector.conformance.keys import Signer, new_key
from myedu.connector.conformance.registry import all_rules
from myedu.connector.conformance.report import Report
from myedu.connector.conformance.reports.terminal import summary
from myedu.connector.conformance.rule import CannotJudge, Language
from myedu.connector.conformance.run import Target, judge
from myedu.kit.clock import Clock, SystemClock
from myedu.kit.serve import serving


class Visitor(msgspec.Struct, frozen=True):
    """What the system must know to accept the judge: its own address, the judge's id and key."""

    base_url: str
    client_id: str
    public_key_pem: str


Build = Callable[[Visitor], Any]
"""Makes the ASGI application to judge; Any, because the judge imports no web framework."""


def assert_conforms(
    build: Build,
    *,
    students: Sequence[str] = (),
    teacher: str | None = None,
    esia_oid: str | None = None,
    exempt: Mapping[str, str] | None = None,
    load_seconds: float = 1.0,
    clock: Clock | None = None,
    language: Language = "ru",
) -> Report:
    """Serve `build(visitor)` on a socket, judge it by every rule, and give the report.

    Raises AssertionError with the text of each broken rule: what was seen, and how to fix it.
    `students`: ids to request; by default some from the export. `exempt`: rule → a sentence why.
    `clock`: the system's own. May be called inside a running event loop and without one.
    """
    options = Options(students=tuple(students), teacher=teacher, esia_oid=esia_oid, load_seconds=load_seconds)
    unknown = sorted(set(exempt or {}) - {rule.id for rule in all_rules()})
    if unknown:
        raise AssertionError(f"exempt names no rule: {', '.join(unknown)}")
    try:
        report = _run_in_thread(_serve_and_judge(build, options, exempt, clock or SystemClock()))
    except CannotJudge as why:
        raise AssertionError(why.words.in_(language)) from None
    if report.exit_status:
        raise AssertionError(f"\n{summary(report, language)}")
    return report


async def _serve_and_judge(
    build: Build, options: Options, exempt: Mapping[str, str] | None, clock: Clock
) -> Report:
    signer, port = Signer(new_key()), _free_port()
    visitor = Visitor(f"http://127.0.0.1:{port}", "conformance", signer.public_pem)
    async with serving(build(visitor), port=port):
        target = Target(base_url=visitor.base_url, client_id=visitor.client_id, key=signer.private_pem)
        return await judge(target, options, clock, exempt=exempt)


def _free_port() -> int:
    """Tokens are bound to the address, so it must be known before the application is made."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _run_in_thread(judging: Coroutine[None, None, Report]) -> Report:
    """A test may run in an event loop already: the judge gets a loop of its own in a thread."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(asyncio.run, judging).result()
