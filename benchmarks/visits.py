"""Browsers that cost little: one connection a visit and server, no cookies' jar, no HTML read."""

import asyncio
import time
from urllib.parse import urlencode, urlsplit

import msgspec

ANSWER_SECONDS = 30  # then a browser's person has left
_READ_BYTES = 1 << 20
_SESSION, _SIGN_IN = "myedu_session", "myedu_sign_in"


class Answer(msgspec.Struct, frozen=True):
    """One request to the portal. `status` 0: none came. `at`: seconds of the run when it was sent."""

    at: float
    step: str
    status: int
    seconds: float
    honest: bool = True  # a 503 has Retry-After and words


class Visit:
    """A person before a screen: sends requests one after the other until a page or a refusal has come."""

    def __init__(self, portal: str, esia: str, answers: list[Answer], began: float) -> None:
        self._portal, self._esia = portal, esia
        self._answers, self._began = answers, began
        self._cookies: dict[str, str] = {}
        self._lines: dict[str, tuple[asyncio.StreamReader, asyncio.StreamWriter]] = {}

    async def read(self, session: str, due: float) -> None:
        """Somebody signed in opens the portal: «/» leads to the children's page."""
        self._cookies[_SESSION] = session
        try:
            await self._to_a_page("first-page", f"{self._portal}/", due)
        finally:
            self._close()

    async def sign_in(self, oid: int, due: float) -> str | None:
        """From «Войти» over ESIA to the first page; the new session, None if it was refused."""
        try:
            status, headers = await self._ask_portal("enter", f"{self._portal}/enter", due)
            if status != 303:
                return None
            status, headers = await self._ask("GET", headers["location"])
            if status != 302 or headers.get("location") != "/login":
                return None
            choice = urlencode({"oid": oid}).encode()  # a cookie names the request
            status, headers = await self._ask("POST", f"{self._esia}/login", choice)
            if status != 302:
                return None
            status, headers = await self._ask_portal("enter-back", headers["location"], time.perf_counter())
            if status != 303:
                return None
            await self._to_a_page("first-page", self._portal + headers["location"], time.perf_counter())
            return self._cookies.get(_SESSION)
        finally:
            self._close()

    async def _to_a_page(self, step: str, url: str, due: float) -> None:
        for _ in range(4):
            status, headers = await self._ask_portal(step, url, due)
            if status != 303:
                return
            url, due = self._portal + headers["location"], time.perf_counter()

    async def _ask_portal(self, step: str, url: str, due: float) -> tuple[int, dict[str, str]]:
        """Noted with the time since it was due: a late generator's delay counts too."""
        try:
            status, headers = await self._ask("GET", url)
        except (OSError, asyncio.IncompleteReadError, TimeoutError, ValueError):
            status, headers = 0, {}
        done = time.perf_counter()
        honest = status != 503 or (
            headers.get("retry-after", "").isdigit() and int(headers.get("content-length", "0")) > 500
        )
        self._answers.append(Answer(due - self._began, step, status, done - due, honest))
        return status, headers

    async def _ask(self, method: str, url: str, body: bytes = b"") -> tuple[int, dict[str, str]]:
        parts = urlsplit(url)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        lines = [f"{method} {path} HTTP/1.1", f"Host: {parts.netloc}", "Accept-Language: ru"]
        if self._cookies:
            lines.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in self._cookies.items()))
        if body:
            lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
        async with asyncio.timeout(ANSWER_SECONDS):
            reader, writer = await self._line(parts.hostname or "", parts.port or 80)
            writer.write("\r\n".join([*lines, "", ""]).encode() + body)
            return await self._answer(reader)

    async def _answer(self, reader: asyncio.StreamReader) -> tuple[int, dict[str, str]]:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers: dict[str, str] = {}
        for line in head[1:-2]:
            name, _, value = line.partition(": ")
            if name.lower() == "set-cookie":
                cookie, _, given = value.partition(";")[0].partition("=")
                self._cookies[cookie] = given
            headers[name.lower()] = value
        await reader.readexactly(int(headers.get("content-length", "0")))
        return int(head[0].split(" ", 2)[1]), headers

    async def _line(self, host: str, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """The connection to a server; opened once, as a browser does."""
        key = f"{host}:{port}"
        if key not in self._lines:
            self._lines[key] = await asyncio.open_connection(host, port, limit=_READ_BYTES)
        return self._lines[key]

    def _close(self) -> None:
        for _, writer in self._lines.values():
            writer.close()
