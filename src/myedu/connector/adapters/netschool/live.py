"""Reads a live server of «Сетевой город»: signs in, with one session for each account, week by week."""

import asyncio
import hashlib
from collections.abc import Mapping
from datetime import date, timedelta
from typing import TypeVar

import aiohttp
import msgspec

from myedu.connector.adapters.netschool import models
from myedu.connector.adapters.netschool.roster import EnrolledStudent, School
from myedu.connector.adapters.netschool.source import SourceRefuses, SourceSilent
from myedu.connector.adapters.netschool.translate import Rules, rules_of

A = TypeVar("A")

ANSWER_BYTES = 4 * 1024 * 1024  # a week takes 25 KB
# The portal waits for this adapter meanwhile, and a session may have to be opened first.
TIMEOUT = aiohttp.ClientTimeout(total=8)

CONNECTIONS = 4  # for each account: a browser opens no more, and the servers block clients that do


class Session(msgspec.Struct, frozen=True):
    """A signed-in account: the token for the header `at`, and what it may read."""

    at: str
    year_id: str
    students: frozenset[str]
    rules: Rules


class _Expired(Exception):
    """401: the session has expired (after 15–60 minutes) and is opened again."""


class LiveSource:
    """Reads `/webapi`. `passwords`: login of the roster → password. Close it at the end."""

    def __init__(self, base_url: str, passwords: Mapping[str, str]) -> None:
        self._url = f"{base_url.rstrip('/')}/webapi/"
        self._passwords = passwords
        self._accounts: dict[tuple[str, str], Account] = {}

    async def close(self) -> None:
        """Close the connections of all accounts."""
        for account in self._accounts.values():
            await account.close()

    async def week(self, enrolled: EnrolledStudent, monday: date) -> models.Week | None:
        """The week that begins on `monday`; None if the account doesn't see the student.

        Raises SourceError, models.WrongShape.
        """
        return await self._account(enrolled).week(str(enrolled.student.journal_id), monday)

    async def rules(self, enrolled: EnrolledStudent) -> Rules:
        """How the student's school marks. Raises SourceError, models.WrongShape."""
        return await self._account(enrolled).rules()

    def _account(self, enrolled: EnrolledStudent) -> "Account":
        login, school = enrolled.student.login, enrolled.school
        if login not in self._passwords:
            raise SourceRefuses(
                f"no password for the account of student {enrolled.student.id}:"
                " add its login to the passwords"
            )
        key = (school.id, login)
        if key not in self._accounts:
            self._accounts[key] = Account(self._url, school, login, self._passwords[login])
        return self._accounts[key]


class Account:
    """One account of the journal, with its own cookie jar: NSSESSIONID of two accounts must not mix."""

    def __init__(self, url: str, school: School, login: str, password: str) -> None:
        self._url, self._school, self._login, self._password = url, school, login, password
        # messages go to logs and to the portal: they name the school, never the login
        self._name = f"the account for school {school.id}"
        # unsafe: a region's server may have a bare IP address; the jar serves only this server
        self._http = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=CONNECTIONS),
            cookie_jar=aiohttp.CookieJar(unsafe=True),
            timeout=TIMEOUT,
            headers={"Referer": url},
        )
        self._current: Session | None = None
        self._opening = asyncio.Lock()

    async def close(self) -> None:
        """Close the connections."""
        await self._http.close()

    async def rules(self) -> Rules:
        """How the account's school marks."""
        return (await self._session()).rules

    async def week(self, student_id: str, monday: date) -> models.Week | None:
        """A week of a student, after signing in again if the session has expired. Raises SourceRefuses."""
        session = await self._session()
        try:
            return await self._week(session, student_id, monday)
        except _Expired:
            session = await self._session(instead_of=session)
        try:
            return await self._week(session, student_id, monday)
        except _Expired:
            raise SourceRefuses(
                f"the journal closes sessions of {self._name} at once: is the account used elsewhere?"
            ) from None

    async def _week(self, session: Session, student_id: str, monday: date) -> models.Week | None:
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

    async def _session(self, instead_of: Session | None = None) -> Session:
        """The current session; concurrent callers share one sign-in.

        `instead_of`: an expired one to replace.
        """
        async with self._opening:
            if self._current is None or self._current is instead_of:
                self._current = None
                self._current = await self._sign_in()
            return self._current

    async def _sign_in(self) -> Session:
        salt = await self._post("auth/getdata", models.LoginData, {})
        form = {
            "loginType": "1",
            **self._school.login_form,
            "un": self._login,
            **_salted(self._password, str(salt.salt)),
            "lt": str(salt.lt),
            "ver": str(salt.ver),
        }
        at = (await self._post("login", models.SignedIn, form)).at
        try:
            init = await self._get("student/diary/init", models.DiaryInit, at=at)
            year = await self._get("years/current", models.Year, at=at)
            types = await self._get("grade/assignment/types", list[models.WorkType], at=at)
        except _Expired:
            raise SourceRefuses(
                f"the journal signs {self._name} in but answers 401 to its first request:"
                " an account with several roles must choose one in the journal itself"
            ) from None
        students = frozenset(str(student.student_id) for student in init.students)
        return Session(at, str(year.id), students, rules_of(init, types))

    async def _post(self, path: str, kind: type[A], form: Mapping[str, str]) -> A:
        return await self._request("POST", path, kind, data=form)

    async def _get(self, path: str, kind: type[A], *, at: str, params: Mapping[str, str] | None = None) -> A:
        return await self._request("GET", path, kind, headers={"at": at}, params=params)

    async def _request(
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
                allow_redirects=False,  # the server answers a redirected request with a misleading 409
            ) as response:
                _check_status(response.status, path, self._name)
                body = await _read_body(response, path)
        except (TimeoutError, aiohttp.ClientError) as error:
            raise SourceSilent(f"{path}: the journal can't be reached ({type(error).__name__})") from error
        return models.decode(body, kind, path)


def _check_status(status: int, path: str, account: str) -> None:
    """Raises SourceError unless 200. What each status means is known from libraries that read the journal."""
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
            " or the address of this machine is blocked"
        )
    if 300 <= status < 400:
        raise SourceRefuses(f"{path}: the server redirects ({status}): write its new address as base URL")
    if status in (429, 503):
        raise SourceSilent(f"{path}: the journal is overloaded ({status}): ask less often")
    raise SourceSilent(f"{path}: the journal failed ({status}): ask again later")


async def _read_body(response: aiohttp.ClientResponse, path: str) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_chunked(64 * 1024):
        body += chunk
        if len(body) > ANSWER_BYTES:
            raise models.WrongShape(f"{path} answers more than {ANSWER_BYTES} bytes")
    return bytes(body)


def _salted(password: str, salt: str) -> dict[str, str]:
    """The journal's own scheme: salted MD5 over windows-1251, truncated to the length of the password."""
    inner = hashlib.md5(password.encode("windows-1251", "replace"), usedforsecurity=False).hexdigest()
    outer = hashlib.md5((salt + inner).encode(), usedforsecurity=False).hexdigest()
    return {"pw": outer[: len(password)], "pw2": outer}
