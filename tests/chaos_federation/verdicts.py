"""A mother opens her child's pages while the journal is broken and after its repair: what was wrong."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import html5lib
import msgspec

from tests.chaos_federation.hostile import SUBJECT
from tests.chaos_federation.stand import PUPIL_NAME, Case, Portal, Stand, lines_of
from tests.portal.browser import Browser

_PATIENCE = 20.0  # seconds until a repaired journal's page must be fresh, or a call be counted
_OURS = frozenset({"slow", "resting"})
"""Reasons that a page may give whatever the fault: it didn't wait for the end, or no call is made."""


class Verdict(msgspec.Struct):
    """The result of a case. `state`: the JSON's state and reason; `counted`: failed calls by reason."""

    case: Case
    state: str = ""
    counted: str = ""
    pages: int = 0
    slowest: float = 0.0  # seconds, of a page
    recovered: float = 0.0  # seconds after the journal was repaired
    misses: list[str] = []


async def visit(stand: Stand, case: Case) -> Verdict:
    """Everything of a case except its counts, which `check_counts` reads when all calls have ended."""
    verdict = Verdict(case, misses=[])
    try:
        async with (
            stand.mother_of(case, stand.open) as anywhere,
            stand.mother_of(case, stand.portal_of(case)) as mother,
        ):
            if case.copied:
                await _first_visit(stand, case, anywhere)
            stand.journals.break_system(case.system, case.fault.behavior)
            await stand.lead(case, case.fault.place)
            for day in _days(case):
                await _open_pages(stand, case, mother, day, verdict)
            stand.journals.repair(case.system)
            await stand.lead(case, "journal")
            await _see_it_recover(stand, case, anywhere, verdict)
    except AssertionError as error:  # of a page that is not a good page
        verdict.misses.append(" ".join(str(error).split())[:500])
    return verdict


def _days(case: Case) -> Iterator[date]:
    today = datetime.now(UTC).date()
    return (today - timedelta(weeks=n) for n in range(case.fault.weeks))


def _week(stand: Stand, case: Case, day: date) -> str:
    return f"/c/{stand.children[case.system]}/week/{day}"


async def _first_visit(stand: Stand, case: Case, mother: Browser) -> None:
    """Before the journal is broken: leaves a copy, an hour old."""
    for day in _days(case):
        assert await _fresh_within(_PATIENCE, stand, case, mother, day), "the journal is good and isn't fresh"
    await stand.age_copies(case)


async def _fresh_within(seconds: float, stand: Stand, case: Case, mother: Browser, day: date) -> bool:
    """Fetch the JSON again and again: on a busy machine a good answer may be late too."""
    until = time.monotonic() + seconds
    while (await _json(stand, case, mother, day))[1]["state"] != "fresh":
        if time.monotonic() > until:
            return False
        await asyncio.sleep(0.1)
    return True


async def _json(stand: Stand, case: Case, mother: Browser, day: date) -> tuple[int, dict[str, Any]]:
    async with mother.session.get(f"{mother.site}/api{_week(stand, case, day)}") as answer:
        body = await answer.read()
        return answer.status, msgspec.json.decode(body)["diary"] if answer.status == 200 else {"state": ""}


async def _open_pages(stand: Stand, case: Case, mother: Browser, day: date, verdict: Verdict) -> None:
    address = _week(stand, case, day)
    if case.fault.reason is None:
        await _fresh_within(_PATIENCE, stand, case, mother, day)
    for path in (address, f"{address}?wait=1"):
        async with _timed(verdict):
            page = await mother.get(path)
        if page.status != 200:
            verdict.misses.append(f"{path.partition('?')[2] or 'the week'} answers {page.status}")
        verdict.misses += _wrong_words(case, _text(page.html), page.html)
    if case.fault.kind == "value":
        await _open_other_pages(stand, case, mother, verdict)
    async with _timed(verdict):
        status, diary = await _json(stand, case, mother, day)
    if status != 200:
        verdict.misses.append(f"the JSON answers {status}")
        return
    verdict.state = " ".join(filter(None, (diary["state"], diary.get("reason"))))
    verdict.misses += _wrong_json(case, diary)


async def _open_other_pages(stand: Stand, case: Case, mother: Browser, verdict: Verdict) -> None:
    """Every page that shows an answer; Browser checks each as a page."""
    child = f"/c/{stand.children[case.system]}"
    for path in (
        "/children",
        *(f"{child}/{page}" for page in ("today", "homework", "marks", "subjects/art")),
    ):
        async with _timed(verdict):
            page = await mother.get(f"{path}?wait=1")
        if page.status != 200:
            verdict.misses.append(f"{path.rpartition('/')[2]} answers {page.status}")


@asynccontextmanager
async def _timed(verdict: Verdict) -> AsyncIterator[None]:
    began = time.monotonic()
    yield
    verdict.pages += 1
    verdict.slowest = max(verdict.slowest, time.monotonic() - began)


def _wrong_words(case: Case, text: str, html: str) -> Iterator[str]:
    for words in case.fault.never_sees:
        if words in html:
            yield f"the page says «{words}»"
    if case.fault.flaps:
        return
    if case.fault.reason is None and (case.fault.sees or SUBJECT) not in text:
        yield "the week isn't there though the answer was good"
    if case.fault.reason is not None and not _explains(case, text):
        yield "the page doesn't say what is wrong"
    if case.copied and case.fault.reason is not None and SUBJECT not in text:
        yield "the copy isn't shown"


def _shows_late_banner(case: Case, text: str) -> bool:
    """Whether the page shows its copy without waiting for a late answer."""
    return case.copied and "журнал школы ещё отвечает" in text


def _explains(case: Case, text: str) -> bool:
    if not case.copied:
        return "Нет данных: " in text
    return ("Нет данных с " in text and "Показана копия от " in text) or _shows_late_banner(case, text)


def _wrong_json(case: Case, diary: dict[str, Any]) -> Iterator[str]:
    state, reason = diary["state"], diary.get("reason")
    if case.fault.flaps:
        return
    if case.fault.reason is None:
        if state != "fresh":
            yield f"the JSON is {state} ({reason}) though the answer was good"
        return
    if state != ("stale" if case.copied else "unavailable"):
        yield f"the JSON is {state}"
    if reason not in _OURS | {case.fault.reason}:
        yield f"the JSON's reason is {reason}"


async def _see_it_recover(stand: Stand, case: Case, mother: Browser, verdict: Verdict) -> None:
    """Nothing of the fault may remain: no poisoned connection, no breaker that never closes."""
    began = time.monotonic()
    if not await _fresh_within(_PATIENCE, stand, case, mother, datetime.now(UTC).date()):
        verdict.misses.append("repaired, and no fresh page follows")
    verdict.recovered = time.monotonic() - began


async def check_counts(stand: Stand, verdicts: Sequence[Verdict]) -> None:
    """Check that every fault is counted under its own reason, and under no other."""
    until = time.monotonic() + _PATIENCE
    while True:
        found = {portal.url: await _failed_calls(portal) for portal in (stand.open, stand.guarded)}
        wrong = {}
        for verdict in verdicts:
            names = found[stand.portal_of(verdict.case).url].get(verdict.case.system, {})
            verdict.counted = ", ".join(f"{name} {round(count)}" for name, count in sorted(names.items()))
            reason = verdict.case.fault.reason
            if set(names) != ({reason} if reason else set()):
                wrong[verdict.case.system] = f"counted as {sorted(names)} and not as {reason or 'good'}"
        if not wrong or time.monotonic() > until:
            break
        await asyncio.sleep(0.5)
    for verdict in verdicts:
        if verdict.case.system in wrong:
            verdict.misses.append(wrong[verdict.case.system])


async def _failed_calls(portal: Portal) -> dict[str, dict[str, float]]:
    """Failed calls by system and reason."""
    found: dict[str, dict[str, float]] = {}
    for (system, _, result), count in (await portal.calls()).items():
        if result != "good":
            names = found.setdefault(system, {})
            names[result] = names.get(result, 0) + count
    return found


async def check_audit(stand: Stand, verdicts: Sequence[Verdict]) -> None:
    """Check that the audit has the faults that belong there, and no others."""
    for reason in sorted(
        {verdict.case.fault.reason or "" for verdict in verdicts if verdict.case.fault.audited}
    ):
        audited = await stand.audited(f"journal.{reason}")
        for verdict in verdicts:
            if (verdict.case.system in audited) != verdict.case.fault.audited:
                verdict.misses.append(f"in the audit as journal.{reason}: {verdict.case.system in audited}")


def wrong_lines(portal: Portal) -> list[str]:
    """Lines of the log with an exception, or with a child."""
    found = []
    for line in lines_of(portal.log):
        whole = msgspec.json.encode(line).decode()
        if line["level"] not in ("INFO", "WARNING") or "error" in line or "Traceback" in whole:
            found.append(whole)
        elif PUPIL_NAME in whole or "pupil-" in whole:
            found.append(f"names a child: {whole}")
    return found


async def wrong_statuses(portal: Portal) -> list[str]:
    """Requests that were answered by another status than 200, from /metrics."""
    found = await portal.statuses()
    return [f"{method} {route}: {status}" for route, method, status in found if status != "200"]


def _text(html: str) -> str:
    """The page's text without its markup."""
    root = html5lib.parse(html, namespaceHTMLElements=False)
    return " ".join("".join(root.itertext()).split())
