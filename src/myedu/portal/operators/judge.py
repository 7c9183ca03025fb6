"""`myedu conform` as a process of its own: bounded, and without the portal's secrets but the key.

The judge runs foreign answers through many readers; nothing of it runs in the worker. Its report is the one
that may be published: without ids and texts of answers.
"""

import asyncio
import os
import signal
import sys
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Literal

import msgspec

from myedu.kit.settings import Settings
from myedu.portal.people.models import System
from myedu.portal.settings import JournalAccessSettings

LONGEST_SECONDS = 20 * 60.0
LONGEST_REPORT = 4 * 1024 * 1024
"""Bytes of each of the two files."""
_LOAD_SECONDS = "5"  # of each rule of load: families use the journal meanwhile
_LONGEST_SENTENCE = 400
_PASSED_ON = ("PATH", "PYTHONPATH", "LANG", "LC_ALL", "SSL_CERT_FILE", "SSL_CERT_DIR")

FailureCode = Literal["cannot-judge", "too-slow", "too-long", "broken", "lost", "not-judged"]
"""cannot-judge: the judge says why. too-slow, too-long: its bounds. broken: it ended by itself without a
report. lost: its worker is gone. not-judged: the system doesn't speak the contract."""


class Progress(msgspec.Struct, frozen=True):
    """How far the judge is, as it says itself (--progress-json)."""

    done: int
    rules: int


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """A report in both forms, and what the page shows of it."""

    product: str
    counts: dict[str, int]
    exit_status: int
    report_json: bytes
    report_html: bytes


class NotJudged(Exception):
    """There is no report. `sentence`: the judge's last words, or ours."""

    def __init__(self, code: FailureCode, sentence: str) -> None:
        super().__init__(f"{code}: {sentence}")
        self.code, self.sentence = code, sentence


class _Report(msgspec.Struct):
    system: str
    counts: dict[str, int]
    exit_status: int


OnProgress = Callable[[Progress], Awaitable[None]]


async def judge(
    settings: Settings, system: System, on_progress: OnProgress, *, seconds: float = LONGEST_SECONDS
) -> Judged:
    """Judge a registered system. Raises NotJudged. Cancelled, it ends the judge."""
    if system.profile is not None or system.secret_file is not None:
        raise NotJudged("not-judged", "only systems of the contract with the portal's own key can be judged")
    with tempfile.TemporaryDirectory(prefix="myedu-conformance-") as folder:
        process = await asyncio.create_subprocess_exec(
            *_command(settings, system, Path(folder)),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            env=_environment(folder),
            start_new_session=True,
        )
        try:
            async with asyncio.timeout(seconds):
                last = await _follow(process, on_progress)
                await process.wait()
        except TimeoutError:
            raise NotJudged("too-slow", f"the judge was ended after {seconds / 60:g} minutes") from None
        finally:
            await _end(process)
        return await asyncio.to_thread(_read, Path(folder), process.returncode, last)


def _command(settings: Settings, system: System, folder: Path) -> list[str]:
    access = settings.of(JournalAccessSettings)
    return [
        sys.executable,
        *("-m", "myedu.connector.conformance", system.base_url),
        *("--client-id", system.client_id, "--key", str(Path(access.journal_key).absolute())),
        *("--json", str(folder / "report.json"), "--html", str(folder / "report.html")),
        *("--public", "--progress-json", "--lang", "ru", "--load-seconds", _LOAD_SECONDS),
        *(() if access.allow_private_journals else ("--only-public-addresses",)),
    ]


def _environment(folder: str) -> Mapping[str, str]:
    """Nothing of the portal's settings: no database, no keys."""
    passed = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return {**passed, "TMPDIR": folder}


async def _follow(process: asyncio.subprocess.Process, on_progress: OnProgress) -> str:
    """Read what the judge says until it ends; its last words that are no progress."""
    assert process.stderr is not None
    last = ""
    while True:
        try:
            line = await process.stderr.readline()
        except ValueError:  # a line beyond the stream's bound
            continue
        if not line:
            return last
        try:
            await on_progress(msgspec.json.decode(line, type=Progress))
        except msgspec.MsgspecError:
            last = line.decode(errors="replace").strip() or last


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


def _read(folder: Path, status: int | None, last: str) -> Judged:
    files = [folder / "report.json", folder / "report.html"]
    if not all(file.is_file() for file in files):
        code: FailureCode = "cannot-judge" if status == 2 else "broken"
        raise NotJudged(code, last[:_LONGEST_SENTENCE] or f"the judge ended with {status}")
    if any(file.stat().st_size > LONGEST_REPORT for file in files):
        raise NotJudged("too-long", f"the report is longer than {LONGEST_REPORT} bytes")
    report_json, report_html = (file.read_bytes() for file in files)
    report = msgspec.json.decode(report_json, type=_Report)
    return Judged(
        product=report.system[:200],
        counts=report.counts,
        exit_status=report.exit_status,
        report_json=report_json,
        report_html=report_html,
    )
