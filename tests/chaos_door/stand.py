"""What strangers besiege: a portal that runs as a program, and readers in a process of their own."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import msgspec
from prometheus_client.parser import text_string_to_metric_families

from benchmarks.families import Visit
from benchmarks.servers import free_port
from myedu.contract.windows import Window
from myedu.demo.programs import Program, Supervisor
from tests.chaos_door.readers import Plan, Seen
from tests.processes import family_of

HEAD_SECONDS, STALLED_SECONDS, PLACES = 3.0, 3.0, 1000
"""Shorter than usual, so that every connection is ended within a siege; fewer, so that they run out."""


class Portal(msgspec.Struct, frozen=True):
    """A portal that runs as a program."""

    port: int
    metrics: str
    log: Path
    pid: int

    async def counted(self, name: str, label: str) -> dict[str, float]:
        """The values of a counter by one of its labels, from /metrics."""
        found: dict[str, float] = {}
        async with aiohttp.ClientSession() as session, session.get(self.metrics) as answer:
            for family in text_string_to_metric_families(await answer.text()):
                for sample in family.samples:
                    if sample.name == name:
                        value = sample.labels[label]
                        found[value] = found.get(value, 0) + sample.value
        return found

    def largest_mib(self) -> float:
        """The memory of the largest of its processes."""
        sizes = [0]
        for process in family_of(self.pid):
            status = Path(f"/proc/{process.pid}/status").read_text().splitlines()
            sizes += [int(line.split()[1]) for line in status if line.startswith("VmHWM:")]
        return max(sizes) / 1024


def start_portal(supervisor: Supervisor, settings: dict[str, str]) -> Portal:
    """One worker, as places are counted in each process."""
    port, metrics = free_port(), free_port()
    url = f"http://127.0.0.1:{port}"
    own = {
        "MYEDU_BASE_URL": url,
        "MYEDU_PORT": str(port),
        "MYEDU_METRICS_PORT": str(metrics),
        "MYEDU_TRUSTED_PROXIES": "127.0.0.88",  # the strangers come from other addresses of this machine
        "MYEDU_HEAD_SECONDS": str(HEAD_SECONDS),
        "MYEDU_STALLED_SECONDS": str(STALLED_SECONDS),
        "MYEDU_CONNECTIONS_AT_ONCE": str(PLACES),
        "MYEDU_CONNECTIONS_PER_ADDRESS": "500",
        "MYEDU_WORKERS": "1",
        "MYEDU_LOG_REQUESTS": "false",
    }
    supervisor.start(
        Program(
            name="portal",
            module="myedu.portal",
            arguments=("serve",),
            settings={**settings, **own},
            ready_url=f"{url}/ready",
        )
    )
    pid = supervisor.running("portal")[1].pid
    return Portal(port, f"http://127.0.0.1:{metrics}/metrics", supervisor.log_of("portal"), pid)


async def largest_file(portal: Portal) -> str:
    """The program's largest script, as the first page names it."""
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{portal.port}/") as page:
        text = await page.text()
    return "/static/" + text.partition('src="/static/')[2].partition('"')[0]


@asynccontextmanager
async def reading(
    portal: Portal, visits: Sequence[Visit], week: Window
) -> AsyncIterator[Callable[[], "asyncio.Future[list[Seen]]"]]:
    """Readers in a process of their own; what the block gets ends them and returns what they saw."""

    def request(path: str, *headers: str) -> str:
        return "\r\n".join([f"GET {path} HTTP/1.1", "Host: portal", *headers, "", ""])

    weeks = [
        request(f"/c/{visit.child}/week/{week.first}", f"Cookie: myedu_session={visit.token}")
        for visit in visits
    ]
    plan = Plan(portal.port, [one for page in weeks for one in (page, request("/"))], readers=8, pause=0.1)
    program = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.chaos_door.readers"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=2**28,
    )
    assert program.stdin is not None
    program.stdin.write(msgspec.json.encode(plan) + b"\n")

    async def ended() -> list[Seen]:
        printed, _ = await program.communicate(b"")
        return msgspec.json.decode(printed, type=list[Seen])

    try:
        yield lambda: asyncio.ensure_future(ended())
    finally:
        if program.returncode is None:
            program.kill()
            await program.wait()


def wrong_lines(log: Path) -> list[str]:
    """Lines of the log that speak of an error."""
    words = (" ERROR ", "Traceback", "Exception")
    return [line for line in log.read_text(errors="replace").splitlines() if any(w in line for w in words)]
