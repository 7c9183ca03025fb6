"""Long answers are parsed in another process, with the same result; nothing of one is left for the next."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable
from typing import Any

import msgspec
import pytest

from myedu.connector.sdk.answer_parser import parse_body
from myedu.connector.sdk.answer_process import AnswerProcess
from myedu.connector.sdk.errors import JournalWrong
from myedu.contract.answers import Diary, FinalMarks, Marks
from tests.connector.sdk.test_odd_elements import HEAD, days, lesson, mark, task


@pytest.fixture
async def process() -> AsyncIterator[AnswerProcess]:
    process = AnswerProcess()
    yield process
    await process.close()


def many_marks(count: int, **changes: Any) -> bytes:
    marks = [mark(n, day=days(n), **changes) for n in range(count)]
    return msgspec.json.encode(HEAD | {"marks": [*marks, mark(id=5)]})


def some_lessons() -> bytes:
    entries = [{"lesson": lesson(n), "homework": [task(n, text="<b>№ 5</b>")]} for n in range(40)]
    return msgspec.json.encode(HEAD | {"lessons": [*entries, {"lesson": None}]})


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (many_marks(10), Marks),
        (many_marks(9_000, comment="&nbsp;<i>да</i>"), Marks),
        (some_lessons(), Diary),
        (b"{}", Diary),
        (b"[" * 200_000, Diary),
        (b"", Marks),
        (b"\xff", FinalMarks),
        (many_marks(10), Diary),
    ],
)
async def test_it_says_what_parsing_here_says(process: AnswerProcess, body: bytes, kind: Any) -> None:
    assert await outcome_of(process.parse(body, kind)) == await outcome_of(
        asyncio.to_thread(parse_body, body, kind)
    )


async def outcome_of(parsing: Awaitable[Any]) -> Any:
    try:
        return await parsing
    except JournalWrong as error:
        return error.reason, error.sentence


async def test_answers_take_turns(process: AnswerProcess) -> None:
    counts = [3_000, 5, 40, 1]
    answers = await asyncio.gather(*(process.parse(many_marks(count), Marks) for count in counts))
    assert [len(answer.value.marks) for answer in answers] == [499, 5, 40, 1]  # of 500 one is odd


async def test_the_loop_goes_on_meanwhile(process: AnswerProcess) -> None:
    body, turns = many_marks(20_000, comment="&nbsp;<i>да</i>"), 0
    parsing = asyncio.create_task(process.parse(body, Marks))
    while not parsing.done():
        await asyncio.sleep(0.001)
        turns += 1
    assert len(parsing.result().value.marks) == 500
    assert turns > 20, "parsing here would have been one turn"


async def stopped(process: AnswerProcess) -> int:
    """Stop the process before it can have read its first answer; its number."""
    while process._process is None:  # noqa: ASYNC110 - nothing tells that a process has begun
        await asyncio.sleep(0)
    os.kill(process._process.pid, signal.SIGSTOP)
    return process._process.pid


async def test_an_answer_that_is_given_up_leaves_nothing(process: AnswerProcess) -> None:
    first = asyncio.create_task(process.parse(many_marks(20_000), Marks))
    await stopped(process)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    assert len((await process.parse(many_marks(7), Marks)).value.marks) == 7


async def test_a_process_that_is_killed_costs_its_answer(process: AnswerProcess) -> None:
    reading = asyncio.create_task(process.parse(many_marks(20_000), Marks))
    os.kill(await stopped(process), signal.SIGKILL)
    with pytest.raises(JournalWrong, match="too-large"):
        await reading
    assert len((await process.parse(many_marks(7), Marks)).value.marks) == 7


async def test_it_ends_with_the_program() -> None:
    process = AnswerProcess()
    await process.parse(many_marks(1), Marks)
    started = process._process
    assert started is not None
    await process.close()
    assert started.returncode is not None
    with pytest.raises(ProcessLookupError):
        os.kill(started.pid, 0)
