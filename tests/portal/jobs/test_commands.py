"""`myedu jobs list | show | retry` over a real queue."""

import json
import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from myedu.kit.clock import SystemClock
from myedu.kit.db import Database
from myedu.portal.__main__ import main
from myedu.portal.jobs.worker import Worker
from myedu.portal.tasks import JobRun, RetryLater
from tests.portal.jobs.toy import PACE, Ask, ToyTask, enqueue, until, working

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """`run("list")` → exit status, standard output, standard error."""
    monkeypatch.setenv("MYEDU_DATABASE_URL", url)

    def command(*arguments: str) -> tuple[int, str, str]:
        try:
            status = main(arguments, program="jobs")
        except SystemExit as end:  # argparse
            status = int(end.code or 0)
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return command


@pytest.fixture
async def jobs(database: Database, url: str, ask: Ask) -> list[int]:
    """Ids of a job that failed for good, of one that is retried in an hour, and of one that waits."""

    async def act(job: JobRun) -> None:
        if job.payload == b'{"way": "fails"}':
            raise ZeroDivisionError("of a private person")
        raise RetryLater(timedelta(hours=1), "busy")

    await enqueue(database, "a", b'{"way": "fails"}')
    await enqueue(database, "b", b"retried")
    task = ToyTask("a", "b", action=act, keeps_failed=True)
    async with working(Worker(database, url, SystemClock(), [task], PACE)):
        states = "SELECT status::text, attempts FROM jobs.pgqueuer ORDER BY id"
        await until(lambda: ask(states), [("failed", 0), ("queued", 1)])
    await enqueue(database, "c")
    return [int(id) for id in ask("SELECT id FROM jobs.pgqueuer ORDER BY id")]


@pytest.mark.usefixtures("database")
def test_an_empty_queue_is_said_to_be_empty(run: Run) -> None:
    assert run("list") == (0, "the queue is empty\n", "")
    assert run("list", "--json") == (0, "[]\n", "")


def test_the_list_is_a_table(run: Run, jobs: list[int]) -> None:
    status, out, err = run("list")
    head, *lines = out.splitlines()
    assert (status, err) == (0, "")
    assert re.split(r"  +", head) == ["id", "task", "subject", "state", "attempts", "created", "runs after"]
    failed, retried, waiting = jobs
    rows = [re.split(r"  +", line) for line in lines]
    assert [row[:5] for row in rows] == [
        [str(failed), "toy", "a", "failed", "0"],
        [str(waiting), "toy", "c", "waiting", "0"],
        [str(retried), "toy", "b", "waiting", "1"],
    ]
    for row in rows:
        for moment in row[5:]:
            assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ", moment)


def test_the_list_as_json(run: Run, jobs: list[int]) -> None:
    status, out, _ = run("list", "--json")
    found = json.loads(out)
    assert status == 0
    assert {line["id"]: (line["task"], line["subject"], line["state"]) for line in found} == dict(
        zip(jobs, [("toy", "a", "failed"), ("toy", "b", "waiting"), ("toy", "c", "waiting")], strict=True)
    )
    keys = {"id", "task", "subject", "state", "attempts", "created_at", "heartbeat", "run_after"}
    assert all(line.keys() == keys for line in found)


def test_a_job_is_shown_with_its_payload_and_steps(run: Run, jobs: list[int]) -> None:
    status, out, _ = run("show", str(jobs[0]))
    assert status == 0
    _, row, payload, *steps = out.splitlines()
    assert row.startswith(f"{jobs[0]}")
    assert payload == 'asked for: {"way": "fails"}'
    assert [re.sub(r"^  \S+ \S+Z  ", "", step) for step in steps] == [
        "queued", "picked", "failed  ZeroDivisionError",
    ]  # fmt: skip
    assert "private person" not in out  # an exception's text may quote data
    assert "asked for: -\n" in run("show", str(jobs[2]))[1]


def test_a_job_as_json(run: Run, jobs: list[int]) -> None:
    status, out, _ = run("show", str(jobs[1]), "--json")
    found = json.loads(out)
    assert status == 0
    assert (found["job"]["id"], found["job"]["attempts"], found["payload"]) == (jobs[1], 1, "retried")
    assert [event["status"] for event in found["events"]] == ["queued", "picked", "queued"]
    assert found["events"][-1]["error"] == "RetryRequested"


def test_a_failed_job_is_queued_again(run: Run, jobs: list[int], ask: Ask) -> None:
    assert run("retry", str(jobs[0])) == (0, f"job {jobs[0]}: queued again\n", "")
    assert ask("SELECT status::text FROM jobs.pgqueuer WHERE id = %s", jobs[0]) == ["queued"]


def test_a_job_that_has_not_failed_is_not_retried(run: Run, jobs: list[int], ask: Ask) -> None:
    before = ask("SELECT status::text, attempts FROM jobs.pgqueuer ORDER BY id")
    for job_id in (*jobs[1:], jobs[2] + 1):
        status, out, err = run("retry", str(job_id))
        assert (status, out) == (1, "")
        assert err == f"job {job_id} has not failed for good: see `myedu jobs list`\n"
    assert ask("SELECT status::text, attempts FROM jobs.pgqueuer ORDER BY id") == before


@pytest.fixture
async def queued_again(jobs: list[int], database: Database) -> list[int]:
    """The same after the work of the failed job was queued once more."""
    await enqueue(database, "a", b'{"way": "fails"}')
    return jobs


def test_a_failed_job_is_not_queued_beside_the_same_work(run: Run, queued_again: list[int]) -> None:
    status, out, err = run("retry", str(queued_again[0]))
    assert (status, out) == (1, "")
    assert "the same work is queued or running as another job" in err


def test_a_job_that_is_not_in_the_queue_is_named(run: Run, jobs: list[int]) -> None:
    status, out, err = run("show", str(jobs[2] + 1))
    assert (status, out) == (1, "")
    assert err == f"no job {jobs[2] + 1} is in the queue: it is done; see `myedu jobs list`\n"


@pytest.mark.parametrize("id", ["first", "0", "9223372036854775808", "1.5", ""])
@pytest.mark.parametrize("command", ["show", "retry"])
def test_a_wrong_id_is_a_wrong_command(run: Run, command: str, id: str) -> None:
    status, out, err = run(command, id)
    assert (status, out) == (2, "")
    assert "is no id of a job: see `myedu jobs list`" in err


def test_no_database_is_said_in_words(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MYEDU_DATABASE_URL", "postgresql://postgres@127.0.0.1:9/nothing")
    monkeypatch.setattr("myedu.kit.db.CONNECT_SECONDS", 1)
    status, _, err = run("list")
    assert status == 1
    assert "correct MYEDU_DATABASE_URL" in err
