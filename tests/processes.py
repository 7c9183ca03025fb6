"""Processes of this machine by /proc, for tests that look whether a program leaves any behind."""

from pathlib import Path

import msgspec


class Process(msgspec.Struct, frozen=True):
    """`started` tells a number that was given again from the process that had it before."""

    pid: int
    parent: int
    started: int
    state: str


def process(pid: int) -> Process | None:
    """The process of this number; None where there is none."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    # The name in parentheses may hold anything, spaces among it.
    fields = stat.rpartition(")")[2].split()
    return Process(pid, parent=int(fields[1]), started=int(fields[19]), state=fields[0])


def family_of(pid: int) -> set[Process]:
    """The process with all that it has started, and what these have started."""
    alive = [found for entry in Path("/proc").glob("[0-9]*") if (found := process(int(entry.name)))]
    family = {found for found in alive if found.pid == pid}
    pids = {pid}
    while grown := {found for found in alive if found.parent in pids} - family:
        family |= grown
        pids |= {found.pid for found in grown}
    return family


def still_run(family: set[Process]) -> list[str]:
    """Command lines of those that live on; a zombie has ended."""
    found = []
    for member in family:
        now = process(member.pid)
        if now is not None and now.started == member.started and now.state != "Z":
            try:
                command = Path(f"/proc/{member.pid}/cmdline").read_bytes().replace(b"\0", b" ")
            except (FileNotFoundError, ProcessLookupError):
                continue  # it has ended between the two looks
            found.append(f"{member.pid} {command.decode(errors='replace')}")
    return found
