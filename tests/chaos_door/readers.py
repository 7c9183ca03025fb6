"""Healthy readers, in a process of their own so that strangers don't slow their clock.

`python -m tests.chaos_door.readers`: a plan as JSON on stdin; a line with what they saw at the end of stdin.
"""

import asyncio
import contextlib
import sys
import time

import msgspec

FROM = "127.0.0.77"
"""Their address, which no stranger has."""
_LONGEST = 20.0  # seconds that a reader waits for an answer


class Plan(msgspec.Struct):
    """Whole requests, sent in turn by each reader with a pause after every answer."""

    port: int
    requests: list[str]
    readers: int
    pause: float


class Seen(msgspec.Struct):
    """One request: when it was sent (time.time), how long the answer took, its status; 0: there was none."""

    at: float
    ms: float
    status: int


async def read_on(plan: Plan, number: int, seen: list[Seen]) -> None:
    """One reader: half of them keep their connection, half open one for each request."""
    keeps, reader, writer = number % 2 == 0, None, None
    for turn in range(number, sys.maxsize):
        at, began, status = time.time(), time.perf_counter(), 0
        try:
            async with asyncio.timeout(_LONGEST):
                if reader is None or writer is None:
                    reader, writer = await asyncio.open_connection(
                        "127.0.0.1", plan.port, local_addr=(FROM, 0)
                    )
                writer.write(plan.requests[turn % len(plan.requests)].encode())
                status = await _status(reader)
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            status = 0
        seen.append(Seen(at, (time.perf_counter() - began) * 1000, status))
        if writer is not None and (status == 0 or not keeps):
            writer.close()
            reader = writer = None
        await asyncio.sleep(plan.pause)


async def _status(reader: asyncio.StreamReader) -> int:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0])
    await reader.readexactly(length)
    return int(head.split(b" ", 2)[1])


async def main() -> None:
    """Read until stdin ends."""
    plan = msgspec.json.decode(sys.stdin.buffer.readline(), type=Plan)
    seen: list[Seen] = []
    reading = [asyncio.create_task(read_on(plan, number, seen)) for number in range(plan.readers)]
    await asyncio.to_thread(sys.stdin.buffer.read)
    for task in reading:
        task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.gather(*reading)
    print(msgspec.json.encode(seen).decode(), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
