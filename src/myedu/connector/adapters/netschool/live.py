"""A live server of «Сетевой город»: signing in, one session an account, a week at a time."""

import asyncio
import hashlib
from collections.abc import Mapping
from datetime import date, timedelta
from typing import TypeVar

import aiohttp
import msgspec

from myedu.connector.adapters.netschool import models
from myedu.connector.adapters.netschool.roster import School, Seat
from myedu.connector.adapters.netschool.source import SourceRefuses, SourceSilent
from myedu.connector.adapters.netschool.translate import Rules, rules_of

A = TypeVar("A")

ANSWER_BYTES = 4 * 1024 * 1024  # a week is 25 KB; more is somebody's mistake
# The portal waits for us in its turn, and a session may have to be opened first.
TIMEOUT = aiohttp.ClientTimeout(total=8)

CONNECTIONS = 4  # an account: a browser would open no more, and the servers shut out who does


class Opened(msgspec.Struct, frozen=True):
    """An account that is signed in: the token for the header `at`, and what it may read."""

    at: str
    year_id: str
    students: frozenset[str]
    rules: Rules


class _Expired(Exception):
    """401: the session is over (they last 15–60 minutes); it is opened once more."""


class LiveSource:
    """Speaks `/webapi`. `passwords` are by login; the logins are the roster's. Close it at the end."""

    def __init__(self, base_url: str, passwords: Mapping[str, str]) -> None:
        self._url = f"{base_url.rstrip('/')}/webapi/"
        self._passwords = passwords
        self._accounts: dict[tuple[str, str], Account] = {}

    async def close(self) -> None:
        for account in self._accounts.values():
            await account.close()

    async def week(self, seat: Seat, monday: date) -> models.Week | None:
        return await self._account(seat).week(str(seat.student.journal_id), monday)

    async def rules(self, seat: Seat) -> Rules:
        return await self._account(seat).rules()

    def _account(self, seat: Seat) -> "Account":
        login, school = seat.student.login, seat.school
        if login not in self._passwords:
            raise SourceRefuses(
                f"no password for the account of student {seat.student.id}: add its login to the passwords"
            )
        key = (school.id, login)
        if key not in self._accounts:
            self._accounts[key] = Account(self._url, school, login, self._passwords[login])
        return self._accounts[key]


class Account:
    """One account of the journal. Its cookie NSSESSIONID must not meet another account's."""

    def __init__(self, url: str, school: School, login: str, password: str) -> None:
        self._url, self._school, self._login, self._password = url, school, login, password
        # Messages travel to logs and to the portal: they name the school, never the login.
        self._name = f"the account for school {school.id}"
        # unsafe: a region's server may be reached by a bare address; the jar serves this one server only.
        self._http = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=CONNECTIONS),
            cookie_jar=aiohttp.CookieJar(unsafe=True),
            timeout=TIMEOUT,
            headers={"Referer": url},
        )
        self._opened: Opened | None = None
        self._opening = asyncio.Lock()

    async def close(self) -> None:
        await self._http.close()

    async def rules(self) -> Rules:
        return (await self._session()).rules

    async def week(self, student_id: str, monday: date) -> models.Week | None:
        session = await self._session()
        try:
            return await self._week(session, student_id, monday)
        except _Expired:
            session = await self._session(instead_of=session)
        try:
            return await self._week(session, student_id, monday)
        except _Expired:
            raise SourceRefuses(
                f"the journal closes sessions of {self._name} at once: is the account in use elsewhere?"
            ) from None

    async def _week(self, session: Opened, student_id: str, monday: date) -> models.Week | None:
        if student_id not in session.students:
            return None
        params = {
            "studentId": student_id,
            "weekStart": monday.isoformat(),
            "weekEnd": (monday + timedelta(days=6)).isoformat(),
            "yearId": session.year_id,
            "withLaAssigns": "true",
            "withPastMandatory": "false",
        }
        return await self._get("student/diary", models.Week, at=session.at, params=params)

    async def _session(self, instead_of: Opened | None = None) -> Opened:
        """The open session; one sign-in for all that wait for it."""
        async with self._opening:
            if self._opened is None or self._opened is instead_of:
                self._opened = None
                self._opened = await self._open()
            return self._opened

    async def _open(self) -> Opened:
        salt = await self._post("auth/getdata", models.LoginData, {})
        form = {
            "loginType": "1",
            **self._school.login_form,
            "un": self._login,
            **_salted(self._password, str(salt.salt)),
            "lt": str(salt.lt),
            "ver": str(salt.ver),
        }
        at = (await self._post("login", models.Opened, form)).at
        try:
            init = await self._get("student/diary/init", models.DiaryInit, at=at)
            year = await self._get("years/current", models.Year, at=at)
            types = await self._get("grade/assignment/types", list[models.WorkType], at=at)
        except _Expired:
            raise SourceRefuses(
                f"the journal let {self._name} in and answers 401 to its first question:"
                " an account with several roles has to choose one in the journal itself"
            ) from None
        students = frozenset(str(pupil.student_id) for pupil in init.students)
        return Opened(at, str(year.id), students, rules_of(init, types))

    async def _post(self, path: str, kind: type[A], form: Mapping[str, str]) -> A:
        return await self._ask("POST", path, kind, data=form)

    async def _get(self, path: str, kind: type[A], *, at: str, params: Mapping[str, str] | None = None) -> A:
        return await self._ask("GET", path, kind, headers={"at": at}, params=params)

    async def _ask(
        self,
        method: str,
        path: str,
        kind: type[A],
        *,
        data: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
    ) -> A:
        try:
            async with self._http.request(
                method,
                self._url + path,
                data=data,
                headers=headers,
                params=params,
                allow_redirects=False,  # http → https answers a misleading 409 afterwards
            ) as response:
                _refuse(response.status, path, self._name)
                body = await _bounded(response, path)
        except (TimeoutError, aiohttp.ClientError) as error:
            raise SourceSilent(f"{path}: the journal can't be reached ({type(error).__name__})") from error
        return models.decode(body, kind, path)


def _refuse(status: int, path: str, account: str) -> None:
    """Their statuses in words: what each really means was learned from the libraries that read them."""
    if status == 200:
        return
    if status == 401:
        raise _Expired
    if status == 409:
        raise SourceRefuses(
            f"{path}: 409, the login, the password or the school of {account} is wrong,"
            " or the base URL says http where the server wants https"
        )
    if status == 403:
        raise SourceRefuses(
            f"{path}: 403, the server forbids it: {account} may not read this,"
            " or the address of this machine is not let in"
        )
    if 300 <= status < 400:
        raise SourceRefuses(f"{path}: the server redirects ({status}): write its new address as base URL")
    if status in (429, 503):
        raise SourceSilent(f"{path}: the journal is overloaded ({status}): ask less often")
    raise SourceSilent(f"{path}: the journal failed ({status}): ask again later")


async def _bounded(response: aiohttp.ClientResponse, path: str) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_chunked(64 * 1024):
        body += chunk
        if len(body) > ANSWER_BYTES:
            raise models.WrongShape(f"{path} answers more than {ANSWER_BYTES} bytes")
    return bytes(body)


def _salted(password: str, salt: str) -> dict[str, str]:
    """The journal's own scheme: MD5 over windows-1251, salted, and cut to the password's length."""
    inner = hashlib.md5(password.encode("windows-1251", "replace"), usedforsecurity=False).hexdigest()
    outer = hashlib.md5((salt + inner).encode(), usedforsecurity=False).hexdigest()
    return {"pw": outer[: len(password)], "pw2": outer}
