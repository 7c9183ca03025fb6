"""A load generator that costs little: keep-alive connections, each asking again once it is answered.

Runs as a process of its own (`python -m benchmarks.load`): a plan as JSON on stdin, results on stdout.
"""

import asyncio
import itertools
import sys
import time
from collections.abc import Iterator

import msgspec
import uvloop


class Target(msgspec.Struct):
    """Requests to one server, sent in turn; each is the whole text of a GET."""

    name: str
    port: int
    requests: list[str]


class Plan(msgspec.Struct):
    targets: list[Target]  # measured one after the other, in every round
    rounds: int
    seconds: float  # of one measurement
    connections: int


class Round(msgspec.Struct):
    """One measurement; milliseconds."""

    name: str
    rps: float
    p50_ms: float
    p99_ms: float
    bytes_each: float


class _Connection(asyncio.Protocol):
    """Sends a request, reads its answer, notes the time, sends the next."""

    def __init__(self, requests: Iterator[bytes], until: float) -> None:
        self._requests, self._until = requests, until
        self._buffer, self._missing = b"", -1  # bytes of the body still to come; -1: in the head
        self.milliseconds: list[float] = []
        self.received = 0
        self.finished: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._send()

    def data_received(self, data: bytes) -> None:
        self.received += len(data)
        if self._missing < 0:
            self._buffer += data
            head, found, body = self._buffer.partition(b"\r\n\r\n")
            if not found:
                return
            if not head.startswith(b"HTTP/1.1 200"):
                raise RuntimeError(f"not 200: {head[:300]!r}")
            length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
            self._buffer, self._missing = b"", int(length) - len(body)
        else:
            self._missing -= len(data)
        if self._missing == 0:
            self._missing = -1
            self._answered()

    def connection_lost(self, reason: Exception | None) -> None:
        if not self.finished.done():
            self.finished.set_exception(reason or ConnectionError("the server closed the connection"))

    def _send(self) -> None:
        self._sent = time.perf_counter()
        self._transport.write(next(self._requests))

    def _answered(self) -> None:
        now = time.perf_counter()
        self.milliseconds.append((now - self._sent) * 1000)
        if now < self._until:
            self._send()
        else:
            self.finished.set_result(None)
            self._transport.close()


async def measure(target: Target, seconds: float, connections: int) -> Round:
    """Load one target for some seconds."""
    requests = itertools.cycle([request.encode() for request in target.requests])
    loop, begun = asyncio.get_running_loop(), time.perf_counter()
    opened = [
        (
            await loop.create_connection(
                lambda: _Connection(requests, begun + seconds), "127.0.0.1", target.port
            )
        )[1]
        for _ in range(connections)
    ]
    await asyncio.gather(*(connection.finished for connection in opened))
    lasted = time.perf_counter() - begun
    times = sorted(time for connection in opened for time in connection.milliseconds)
    return Round(
        name=target.name,
        rps=len(times) / lasted,
        p50_ms=times[len(times) // 2],
        p99_ms=times[len(times) * 99 // 100],
        bytes_each=sum(connection.received for connection in opened) / len(times),
    )


async def run(plan: Plan) -> list[Round]:
    """All rounds; the targets alternate, so that a slow minute of the machine meets them all."""
    for target in plan.targets:
        await measure(target, plan.seconds / 2, plan.connections)  # warm up
    return [
        await measure(target, plan.seconds, plan.connections)
        for _ in range(plan.rounds)
        for target in plan.targets
    ]


if __name__ == "__main__":
    plan = msgspec.json.decode(sys.stdin.buffer.read(), type=Plan)
    sys.stdout.buffer.write(msgspec.json.encode(uvloop.run(run(plan))))
