"""One line of a vendor's test: `assert_conforms(build, students=["42"])`."""

import asyncio
import socket
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

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

T = TypeVar("T")


class Visitor(msgspec.Struct, frozen=True):
    """What the system must know to let the judge in: its own address and the judge's public key."""

    base_url: str
    client_id: str
    public_key_pem: str


Build = Callable[[Visitor], Any]
"""Makes the ASGI application that will be judged."""


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

    Raises AssertionError with the words of each broken rule: what was seen, and how to mend it.
    `students`: ids to ask about; without them some of the export's. `exempt`: rule → a sentence why.
    `clock`: the one that the system goes by. May be called where a loop runs and where none does.
    """
    options = Options(students=tuple(students), teacher=teacher, esia_oid=esia_oid, load_seconds=load_seconds)
    unknown = sorted(set(exempt or {}) - {rule.id for rule in all_rules()})
    if unknown:
        raise AssertionError(f"exempt names no rule: {', '.join(unknown)}")
    try:
        report = _outside_of_any_loop(
            lambda: _served_and_judged(build, options, exempt, clock or SystemClock())
        )
    except CannotJudge as why:
        raise AssertionError(why.words.in_(language)) from None
    if report.exit_status:
        raise AssertionError(f"\n{summary(report, language)}")
    return report


async def _served_and_judged(
    build: Build, options: Options, exempt: Mapping[str, str] | None, clock: Clock
) -> Report:
    signer, port = Signer(new_key()), _free_port()
    visitor = Visitor(f"http://127.0.0.1:{port}", "conformance", signer.public_pem)
    async with serving(build(visitor), port=port):
        target = Target(base_url=visitor.base_url, client_id=visitor.client_id, key=signer.private_pem)
        return await judge(target, options, clock, exempt=exempt)


def _free_port() -> int:
    """The address must be known before the application is made."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _outside_of_any_loop(make: Callable[[], Any]) -> Report:
    """A test may be async itself: the judge then runs in a thread with a loop of its own."""
    found: list[Report] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            found.append(asyncio.run(make()))
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if failed:
        raise failed[0]
    return found[0]
