"""Connects a vendor from `myedu connector new` to a green report, and counts the lines that it takes.

Steps: the project of `myedu connector new`; a prepared database of another schema in place of the sample's;
journal.py filled in for it; `myedu connector serve`; `myedu conform` over HTTP.
"""

import argparse
import difflib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.connect import database

HERE = Path(__file__).parent
STUDENTS, TEACHER, OID = ("h-00000002", "h-00000003"), "h-00000064", "1000002"
_START_TIMEOUT = 60.0  # seconds


def main(arguments: list[str]) -> int:
    """The exit status: 0 if every rule passes. The last line printed is the result as JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks connect", description=__doc__)
    parser.add_argument("--report", type=Path, help="also write the judge's HTML report")
    report: Path | None = parser.parse_args(arguments).report
    with tempfile.TemporaryDirectory(prefix="myedu-connect-") as folder:
        project = fill_in(Path(folder))
        lines = lines_to_write(project)
        print(f"{lines} lines of journal.py differ from the template")
        with Served(project) as address:
            started = time.perf_counter()
            document, status = judge(project, address, report)
            seconds = time.perf_counter() - started
    outcomes = [result["outcome"] for result in document["results"]]
    summary = {
        "name": "connect",
        "lines_to_write": lines,
        "rules": len(outcomes),
        "passed": outcomes.count("passed"),
        "skipped": outcomes.count("skipped"),
        "judge_s": round(seconds, 1),
    }
    print(msgspec.json.encode(summary).decode())
    return status


def fill_in(folder: Path) -> Path:
    """Make the template's project with a vendor's database and functions, and return its folder."""
    _myedu(folder, "connector", "new", "taiga")
    project = folder / "taiga"
    shutil.copy(project / "journal.py", project / "template.txt")
    shutil.copy(HERE / "journal.py", project / "journal.py")
    database.make(project / "journal.sqlite", datetime.now(UTC).astimezone(database.ZONE).date())
    _myedu(project, "connector", "key", "keys/judge")
    return project


def lines_to_write(project: Path) -> int:
    """Lines of journal.py that the template doesn't have, without blank lines and comments."""
    before, after = (_code(project / name) for name in ("template.txt", "journal.py"))
    return sum(line.startswith("+ ") for line in difflib.ndiff(before, after))


def _code(path: Path) -> list[str]:
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line and not line.startswith("#")]


class Served:
    """Runs `myedu connector serve` as a process within the block; gives its address."""

    def __init__(self, project: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        self._address, self._project = f"http://127.0.0.1:{port}", project
        self._command = _command(
            "connector", "serve", "--clients", "judge=keys/judge.public.pem", "--port", port
        )

    def __enter__(self) -> str:
        self._log = (self._project / "serve.log").open("wb")
        self._process = subprocess.Popen(self._command, cwd=self._project, stderr=self._log, stdout=self._log)
        deadline = time.monotonic() + _START_TIMEOUT
        while not (self._listens() and list(self._project.glob("exports/*/manifest.json"))):
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.__exit__()
                raise SystemExit((self._project / "serve.log").read_text(encoding="utf-8"))
            time.sleep(0.1)
        return self._address

    def __exit__(self, *_: object) -> None:
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(20)
        self._log.close()

    def _listens(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self._address}/v1/docs", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False


def judge(project: Path, address: str, page: Path | None) -> tuple[dict[str, Any], int]:
    """The judge's JSON report and exit status."""
    report = project / "report.json"
    options = [f"--student={student}" for student in STUDENTS]
    options += ["--teacher", TEACHER, "--esia-oid", OID]
    options += ["--client-id", "judge", "--key", "keys/judge.pem", "--json", str(report)]
    if page is not None:
        options += ["--html", str(page.resolve())]
    status = subprocess.run(_command("conform", address, *options), cwd=project).returncode
    if not report.exists():
        raise SystemExit("the judge wrote no report: see above")
    return msgspec.json.decode(report.read_bytes()), status


def _myedu(folder: Path, *arguments: str) -> None:
    subprocess.run(_command(*arguments), cwd=folder, check=True)


def _command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "myedu.cli", *map(str, arguments)]
