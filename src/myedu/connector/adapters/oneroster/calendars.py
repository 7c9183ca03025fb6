"""Whose sessions are whose: a session of OneRoster names no school, only classes name sessions."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

Family = tuple[str, str]
"""Parent and type: the sessions of one are, for instance, the quarters of a year."""


class Session(NamedTuple):
    """A session. `parent` may name one that doesn't exist."""

    id: str
    parent: str | None
    type: str | None
    school_year: str | None
    starts: str | None


class SchoolSession(NamedTuple):
    """A session of a school. `number`: from 1, by date, among its `siblings` of the school."""

    school: str
    session: str
    number: int
    siblings: int


def sessions_of_schools(
    sessions: Iterable[Session], named: Mapping[str, Iterable[str]]
) -> Iterator[SchoolSession]:
    """The sessions of each school. `named`: school → the sessions that its classes name. Parents form trees.

    A school has the sessions that it names and their parents. Of a family of which it names a member it has
    all, unless other schools name other members of that family: then each has its own, so that the terms of
    one school aren't given to its neighbour. A family of which no school names a member belongs to all that
    have the parent.
    """
    known = {session.id: session for session in sessions}
    schools_of: dict[str, set[str]] = defaultdict(set)  # session → schools
    for school, ids in named.items():
        for session_id in _with_parents(ids, known):
            schools_of[session_id].add(school)
    for family in _families(known):
        _share(family, known, schools_of)
    own: dict[str, list[Session]] = defaultdict(list)
    for session_id, schools in schools_of.items():
        for school in schools:
            own[school].append(known[session_id])
    for school in sorted(own):
        yield from _numbered(school, own[school])


def _with_parents(ids: Iterable[str], known: Mapping[str, Session]) -> set[str]:
    found: set[str] = set()
    for session_id in ids:
        next_id: str | None = session_id
        while next_id is not None and next_id in known and next_id not in found:
            found.add(next_id)
            next_id = known[next_id].parent
    return found


def _families(known: Mapping[str, Session]) -> list[list[str]]:
    """The members of each family that has a parent, parents before their children."""
    members: dict[Family, list[str]] = defaultdict(list)
    depth: dict[str, int] = {}
    for session in known.values():
        if session.parent is not None and session.parent in known:
            members[session.parent, session.type or ""].append(session.id)
    for session_id in known:
        depth[session_id] = len(_with_parents([session_id], known))
    return sorted(members.values(), key=lambda family: depth[family[0]])


def _share(family: list[str], known: Mapping[str, Session], schools_of: dict[str, set[str]]) -> None:
    parts: dict[str, set[str]] = defaultdict(set)  # school → members that it names
    for session_id in family:
        for school in schools_of[session_id]:
            parts[school].add(session_id)
    groups = _connected(parts.values())
    if not parts:
        shared = {school: set(family) for school in schools_of[known[family[0]].parent or ""]}
    elif len(groups) == 1:
        shared = {school: set(family) for school in parts}
    else:
        shared = {school: next(group for group in groups if group & part) for school, part in parts.items()}
    for school, ids in shared.items():
        for session_id in ids:
            schools_of[session_id].add(school)


def _connected(parts: Iterable[set[str]]) -> list[set[str]]:
    """Sets with a common element become one."""
    groups: list[set[str]] = []
    for part in parts:
        touching = [group for group in groups if group & part]
        groups = [group for group in groups if not group & part]
        groups.append(part.union(*touching))
    return groups


def _numbered(school: str, sessions: list[Session]) -> Iterator[SchoolSession]:
    peers: dict[tuple[str | None, str | None], list[Session]] = defaultdict(list)
    for session in sessions:
        peers[session.parent or session.school_year, session.type].append(session)
    for group in peers.values():
        group.sort(key=lambda session: (session.starts or "", session.id))
        for number, session in enumerate(group, 1):
            yield SchoolSession(school, session.id, number, len(group))
