"""One run of the judge: get in, find out whom to ask about, go through the rules, sum up."""

import asyncio
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import aiohttp
import msgspec

from myedu.connector.conformance.ask import Answer, Asker
from myedu.connector.conformance.case import Case, Options
from myedu.connector.conformance.keys import Signer
from myedu.connector.conformance.registry import all_rules
from myedu.connector.conformance.report import Outcome, Report, Result
from myedu.connector.conformance.rule import Blocked, Broken, CannotJudge, Nothing, Rule, Verdict
from myedu.connector.conformance.subject import find_students
from myedu.contract.answers import Capabilities
from myedu.kit.clock import Clock

_PARALLEL = 4  # rules at a time: a judge is a guest
_SECONDS = 30.0  # for one answer; families have left by then
Told = Callable[[int, int], None]
"""Called after each rule: how many are done, how many requests went."""


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """The system and how to get in. `key`: the private key (PEM) whose public half it has registered."""

    base_url: str
    client_id: str
    key: str


async def judge(
    target: Target,
    options: Options,
    clock: Clock,
    *,
    rules: Sequence[Rule] | None = None,
    exempt: Mapping[str, str] | None = None,
    told: Told | None = None,
) -> Report:
    """Raises CannotJudge, BadKeyFile. `exempt`: rule → the sentence that excuses breaking it."""
    began, judged_at = time.monotonic(), clock.now()
    chosen = all_rules() if rules is None else tuple(rules)
    connector = aiohttp.TCPConnector(limit=0)
    with tempfile.TemporaryDirectory(prefix="myedu-conform-") as folder:
        async with aiohttp.ClientSession(
            connector=connector, cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False
        ) as session:
            asker = Asker(
                session,
                target.base_url.rstrip("/"),
                client_id=target.client_id,
                signer=Signer(target.key),
                clock=clock,
                seconds=_SECONDS,
            )
            case = await _admitted(asker, options, clock, Path(folder))
            results = await _Run(case, exempt or {}, told).go(chosen)
    description = _description(case)
    return Report(
        base_url=asker.base_url,
        system=" ".join(msgspec.structs.astuple(description.system)) if description else "",
        capabilities=(*description.capabilities, *description.profiles) if description else (),
        judged_at=judged_at,
        seconds=time.monotonic() - began,
        requests=asker.requests,
        results=_settled(results),
    )


async def _admitted(asker: Asker, options: Options, clock: Clock, folder: Path) -> Case:
    """A token, the description, a student: without them nothing can be judged."""
    try:
        granted = await asker.grant()
        token = _token_of(granted)
        asker.use_token(token)
        described = await asker.get("/v1/capabilities")
        case = Case(asker, described, options, clock, folder)
        if description := _description(case):
            asker.pace(description.limits.requests_per_second)
        case.students = options.students or await find_students(case)
    except Broken as silence:
        ru, en = silence.words.ru, silence.words.en
        raise CannotJudge(
            f"система не отвечает: {ru}; проверьте адрес", f"no answer: {en}; check the address"
        ) from None
    return case


def _token_of(granted: Answer) -> str:
    """Lenient: the shape of the token's answer has a rule of its own. Raises CannotJudge."""
    body = granted.json()
    token = body.get("access_token") if isinstance(body, dict) else None
    if granted.status == 200 and isinstance(token, str) and token.isascii() and token.isprintable():
        return token
    said = f"{granted.status} {granted.body[:300].decode(errors='replace')}"
    raise CannotJudge(
        f"токен не получен: {said}; проверьте client_id, ключ, адрес и часы с обеих сторон",
        f"no token: {said}; check client_id, key, address and the clocks of both sides",
        granted,
    )


def _description(case: Case) -> Capabilities | None:
    try:
        return case.capabilities
    except Blocked:
        return None


class _Run:
    """The rules of one run: some at a time, those of load alone and last."""

    def __init__(self, case: Case, exempt: Mapping[str, str], told: Told | None) -> None:
        self._case, self._exempt, self._told = case, exempt, told
        self._places = asyncio.Semaphore(_PARALLEL)
        self._done = 0

    async def go(self, rules: Sequence[Rule]) -> list[Result]:
        results = list(await asyncio.gather(*(self._placed(rule) for rule in rules if not rule.alone)))
        for rule in rules:
            if rule.alone:
                results.append(await self._placed(rule))
        order = {rule.id: number for number, rule in enumerate(rules)}
        return sorted(results, key=lambda one: order[one.rule.id])

    async def _placed(self, rule: Rule) -> Result:
        async with self._places:
            began = time.monotonic()
            outcome, verdict = await self._judged(rule)
        self._done += 1
        if self._told:
            self._told(self._done, self._case.ask.requests)
        excuse = self._exempt.get(rule.id)
        return Result(
            rule=rule,
            outcome="exempt" if excuse and outcome in ("failed", "warned") else outcome,
            words=verdict.words if verdict else None,
            answers=verdict.answers if verdict else (),
            exemption=excuse,
            blocked_by=verdict.by if isinstance(verdict, Blocked) else None,
            seconds=time.monotonic() - began,
        )

    async def _judged(self, rule: Rule) -> tuple[Outcome, Verdict | None]:
        try:
            if rule.needs is not None and not self._case.declares(rule.needs):
                raise Nothing(f"{rule.needs} не объявлен", f"{rule.needs} is not declared")
            await rule.check(self._case)
        except Broken as broken:
            return _broken(rule), broken
        except Nothing as nothing:
            return "skipped", nothing
        except Blocked as blocked:
            return "blocked", blocked
        except Exception as error:  # the judge's own fault is told as such, not as the system's
            said = f"{type(error).__name__}: {error}"
            return "error", Verdict(f"ошибка судьи: {said}", f"the judge failed: {said}")
        return "passed", None


def _settled(results: Sequence[Result]) -> tuple[Result, ...]:
    """A rule stays blocked only by one that is told as broken; else the fault is its own."""
    told = {one.rule.id for one in results if one.outcome in ("failed", "warned", "exempt")}

    def settled(one: Result) -> Result:
        if one.outcome != "blocked" or one.blocked_by in told:
            return one
        outcome: Outcome = "exempt" if one.exemption else _broken(one.rule)
        return msgspec.structs.replace(one, outcome=outcome, blocked_by=None)

    return tuple(settled(one) for one in results)


def _broken(rule: Rule) -> Outcome:
    return "failed" if rule.severity == "error" else "warned"
