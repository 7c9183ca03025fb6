"""A process beside the portal's worker that cleans and parses long answers, so that no other reader waits.

Pure Python holds the interpreter's lock: in a thread a long answer would still make all other families wait.
The process takes one answer at a time, at a tenth of the CPU that an equal would get; it is started by the
first long answer and ends with the worker. What it gives back is within the contract's bounds, so that the
worker reads it again in milliseconds.
"""

import asyncio
import contextlib
import gc
import os
import struct
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import msgspec

from myedu.connector.sdk.answer_parser import Parsed, parse_body
from myedu.connector.sdk.errors import JournalError, JournalWrong
from myedu.contract.methods import METHODS

T = TypeVar("T")

PLAIN_BYTES = 256 * 1024
"""An answer up to this length is read in the worker if nothing in it has to be cleaned: 7 ms of CPU."""
CLEANED_BYTES = 64 * 1024
"""And up to this length if something has to be: as much."""
_NICE = 10  # a tenth of the CPU that an equal would get

_HEAD = struct.Struct("!II")  # lengths of the two parts of a message
_LIMIT = 1024 * 1024  # bytes of a pipe's buffer
_KINDS = {method.answer.__name__: method.answer for method in METHODS if method.answer is not None}


class _Report(msgspec.Struct, frozen=True):
    """What comes before the answer's JSON. `reason`, `sentence`: of the JournalWrong that it raised."""

    left_out: int = 0
    odd: dict[str, int] = {}
    reason: str = ""
    sentence: str = ""


class AnswerProcess:
    """Starts the process when it is first needed and again after it has died. Close it with the program."""

    def __init__(self) -> None:
        self._process: Process | None = None
        self._turn = asyncio.Lock()

    async def parse(self, body: bytes, kind: type[T]) -> Parsed[T]:
        """`parse_body`, elsewhere. Raises JournalError.

        A call that is cancelled while its answer is being parsed ends the process, and the next one starts
        another: nothing is left of an answer that takes too long.
        """
        async with self._turn:
            try:
                report, clean = await self._exchange(kind.__name__.encode(), body)
            except (OSError, EOFError, asyncio.IncompleteReadError):
                await self.close()
                raise JournalWrong("too-large", "the answer could not be read and was discarded") from None
            except BaseException:
                await self.close()
                raise
        if report.reason:
            raise JournalWrong(report.reason, report.sentence)
        # decoded strictly: it was cleaned by the same release
        return Parsed(msgspec.json.decode(clean, type=kind), clean, report.left_out, report.odd)

    async def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def _exchange(self, kind: bytes, body: bytes) -> tuple[_Report, bytes]:
        if self._process is None or self._process.returncode is not None:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                __name__,
                stdin=PIPE,
                stdout=PIPE,
                limit=_LIMIT,
                start_new_session=True,  # Linux shares the CPU by session first
            )
        writer, reader = self._process.stdin, self._process.stdout
        assert writer is not None
        assert reader is not None
        writer.write(_HEAD.pack(len(kind), len(body)) + kind)
        writer.write(body)
        await writer.drain()
        first, second = _HEAD.unpack(await reader.readexactly(_HEAD.size))
        report = msgspec.json.decode(await reader.readexactly(first), type=_Report)
        return report, await reader.readexactly(second)


def main() -> None:
    """Parse what comes on stdin until it ends."""
    _yield_to_others()
    gc.disable()  # what an answer is made of has no cycles
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    while head := requests.read(_HEAD.size):
        first, second = _HEAD.unpack(head)
        kind, body = requests.read(first), requests.read(second)
        report, clean = _parsed(body, _KINDS[kind.decode()])
        _send(answers, msgspec.json.encode(report), clean)


def _yield_to_others() -> None:
    """The worker's readers come first: on a core of both, it would lose its turns else."""
    os.nice(_NICE)
    with contextlib.suppress(OSError):  # not Linux, or not allowed
        Path("/proc/self/autogroup").write_text(str(_NICE))  # the session's, which hides that within it


def _parsed(body: bytes, kind: type[Any]) -> tuple[_Report, bytes]:
    try:
        parsed = parse_body(body, kind)
    except JournalError as error:
        return _Report(reason=error.reason, sentence=error.sentence), b""
    return _Report(parsed.left_out, dict(parsed.odd)), parsed.body


def _send(answers: BinaryIO, report: bytes, clean: bytes) -> None:
    answers.write(_HEAD.pack(len(report), len(clean)) + report + clean)
    answers.flush()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt, BrokenPipeError):
        main()
