"""One run of the judge: get a token, choose students, check the rules, sum up."""

import asyncio
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import aiohttp
import msgspec

from myedu.connector.conformance.case import Case, Options
from myedu.connector.conformance.http import Answer, HttpClient, public_socket
from myedu.connector.conformance.keys import Signer
from myedu.connector.conformance.registry import all_rules
from myedu.connector.conformance.report import Outcome, Report, Result
from myedu.connector.conformance.rule import Bilingual, Blocked, Broken, CannotJudge, Rule, Skipped, Verdict
from myedu.connector.conformance.students import find_students
from myedu.contract.answers import Capabilities
from myedu.kit.clock import Clock

_PARALLEL = 4  # rules at a time: the system serves families meanwhile
_SECONDS = 30.0  # for one answer: no family waits longer
OnProgress = Callable[[int, int], None]
"""Called after each rule with the numbers of rules done and of requests sent so far."""


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """The system and the judge's account there. `key`: the private key (PEM) of that account."""

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
    on_progress: OnProgress | None = None,
    only_public: bool = False,
) -> Report:
    """The report on `rules` (all by default). `exempt`: rule id → the sentence that excuses breaking it.

    `only_public`: connect to no address of a private network, whatever a name leads to.

    Raises CannotJudge, BadKeyFile.
    """
    started, judged_at = time.monotonic(), clock.now()
    chosen = all_rules() if rules is None else tuple(rules)
    connector = aiohttp.TCPConnector(limit=0, socket_factory=public_socket if only_public else None)
    with tempfile.TemporaryDirectory(prefix="myedu-conform-") as folder:
        async with aiohttp.ClientSession(
            connector=connector, cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False
        ) as session:
            http = HttpClient(
                session,
                target.base_url.rstrip("/"),
                client_id=target.client_id,
                signer=Signer(target.key),
                clock=clock,
                seconds=_SECONDS,
            )
            case = await _prepare(http, options, clock, Path(folder))
            results = await _Run(case, exempt or {}, on_progress).check(chosen)
    description = _description(case)
    return Report(
        base_url=http.base_url,
        system=" ".join(msgspec.structs.astuple(description.system)) if description else "",
        capabilities=(*description.capabilities, *description.profiles) if description else (),
        judged_at=judged_at,
        seconds=time.monotonic() - started,
        requests=http.requests,
        results=_resolve_blocked(results),
    )


async def _prepare(http: HttpClient, options: Options, clock: Clock, folder: Path) -> Case:
    """Get a token, the description and students: nothing can be judged without them. Raises CannotJudge."""
    try:
        http.use_token(_token_of(await http.grant()))
        case = Case(http, await http.get("/v1/capabilities"), options, clock, folder)
        if description := _description(case):
            http.pace(description.limits.requests_per_second)
        case.students = options.students or await find_students(case)
    except Broken as silence:
        ru, en = silence.words.ru, silence.words.en
        raise CannotJudge(
            f"система не отвечает: {ru}; проверьте адрес", f"no answer: {en}; check the address"
        ) from None
    return case


def _token_of(granted: Answer) -> str:
    """Tolerant: the shape of this answer has a rule of its own. Raises CannotJudge."""
    body = granted.json()
    token = body.get("access_token") if isinstance(body, dict) else None
    if granted.status == 200 and isinstance(token, str) and token.isascii() and token.isprintable():
        return token
    answered = f"{granted.status} {granted.body[:300].decode(errors='replace')}"
    raise CannotJudge(
        f"токен не получен: {answered}; проверьте client_id, ключ, адрес и часы с обеих сторон",
        f"no token: {answered}; check client_id, key, address and the clocks of both sides",
        granted,
        public=Bilingual(
            f"токен не получен: {granted.status}; проверьте client_id, ключ, адрес и часы с обеих сторон",
            f"no token: {granted.status}; check client_id, key, address and the clocks of both sides",
        ),
    )


def _description(case: Case) -> Capabilities | None:
    try:
        return case.capabilities
    except Blocked:
        return None


class _Run:
    """The rules of one run: `_PARALLEL` at a time, those of load one by one at the end."""

    def __init__(self, case: Case, exempt: Mapping[str, str], on_progress: OnProgress | None) -> None:
        self._case, self._exempt, self._on_progress = case, exempt, on_progress
        self._slots = asyncio.Semaphore(_PARALLEL)
        self._done = 0

    async def check(self, rules: Sequence[Rule]) -> list[Result]:
        """The results in the order of `rules`."""
        results = list(await asyncio.gather(*(self._result(rule) for rule in rules if not rule.alone)))
        for rule in rules:
            if rule.alone:
                results.append(await self._result(rule))
        order = {rule.id: number for number, rule in enumerate(rules)}
        return sorted(results, key=lambda result: order[result.rule.id])

    async def _result(self, rule: Rule) -> Result:
        async with self._slots:
            started = time.monotonic()
            outcome, verdict = await self._outcome(rule)
        self._done += 1
        if self._on_progress:
            self._on_progress(self._done, self._case.http.requests)
        excuse = self._exempt.get(rule.id)
        return Result(
            rule=rule,
            outcome="exempt" if excuse and outcome in ("failed", "warned") else outcome,
            words=verdict.words if verdict else None,
            public_words=verdict.public if verdict else None,
            answers=verdict.answers if verdict else (),
            exemption=excuse,
            blocked_by=verdict.by if isinstance(verdict, Blocked) else None,
            seconds=time.monotonic() - started,
        )

    async def _outcome(self, rule: Rule) -> tuple[Outcome, Verdict | None]:
        try:
            if rule.needs is not None and not self._case.declares(rule.needs):
                raise Skipped(f"{rule.needs} не объявлен", f"{rule.needs} is not declared")
            await rule.check(self._case)
        except Broken as broken:
            return _failure(rule), broken
        except Skipped as skipped:
            return "skipped", skipped
        except Blocked as blocked:
            return "blocked", blocked
        except Exception as error:  # the judge's own fault is reported as such, not as the system's
            what = f"{type(error).__name__}: {error}"
            return "error", Verdict(f"ошибка судьи: {what}", f"the judge failed: {what}")
        return "passed", None


def _resolve_blocked(results: Sequence[Result]) -> tuple[Result, ...]:
    """A rule stays blocked only by a rule that is reported as broken; else it is broken itself."""
    reported = {result.rule.id for result in results if result.outcome in ("failed", "warned", "exempt")}

    def resolved(result: Result) -> Result:
        if result.outcome != "blocked" or result.blocked_by in reported:
            return result
        outcome: Outcome = "exempt" if result.exemption else _failure(result.rule)
        return msgspec.structs.replace(result, outcome=outcome, blocked_by=None)

    return tuple(resolved(result) for result in results)


def _failure(rule: Rule) -> Outcome:
    return "failed" if rule.severity == "error" else "warned"
