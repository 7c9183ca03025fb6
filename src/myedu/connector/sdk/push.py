"""The vendor's side of pushing: a written package goes to the portal, and goes on where it was cut."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import anyio
import msgspec
from yarl import URL

from myedu.connector.sdk.credentials import SignedAssertion
from myedu.connector.sdk.errors import JournalSilent, JournalWrong
from myedu.connector.sdk.export import read_manifest
from myedu.connector.sdk.outgoing import Session, exchange
from myedu.connector.sdk.signing import load_private_key
from myedu.connector.sdk.tokens import Tokens
from myedu.connector.sdk.wire import Heard, content_type, error_of
from myedu.contract.package import Manifest, TableFile
from myedu.contract.problems import PROBLEM_MEDIA_TYPE, Problem
from myedu.kit.clock import Clock

PART_BYTES = 32 * 1024 * 1024
"""What one request sends: much for a good line, little enough for a proxy's patience."""
_ANSWER_BYTES = 1024 * 1024
_TRIES = 8
_LONGEST_WAIT = 60.0
_CHUNK = 256 * 1024
_GO_ON = frozenset({"wrong-offset", "busy", "cut"})
"""Answers after which the portal is asked how much is there."""

Told = Callable[[str, int, int], None]
"""Called with file, bytes that are there, bytes that it has."""


class PushRefused(Exception):
    """The portal doesn't take it; the sentence is the portal's own and says what to change."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(f"{code}: {sentence}")
        self.code, self.sentence = code, sentence


class PushState(msgspec.Struct, frozen=True, kw_only=True):
    """What the portal says of a package: uploading, queued, working, applied, unchanged, held, refused; why,
    where it isn't applied."""

    export_id: UUID
    state: str
    code: str | None = None
    reason: str | None = None


class Pusher:
    """Pushes packages of one system to one portal. `key`: the PEM whose public half the portal knows.

    Raises PushRefused, and JournalError's classes for what lies between: silence after several tries, or an
    answer that is no portal's.
    """

    def __init__(
        self,
        session: Session,
        portal_url: str,
        *,
        system_id: str,
        key: str,
        clock: Clock,
        seconds: float = 600.0,
        first_wait: float = 1.0,
        part_bytes: int = PART_BYTES,
    ) -> None:
        self._session, self._clock, self._seconds = session, clock, seconds
        self._first_wait, self._part_bytes = first_wait, part_bytes
        self._exchange = f"{portal_url.rstrip('/')}/exchange"
        token_url = f"{self._exchange}/oauth2/token"
        proof = SignedAssertion(system_id, load_private_key(key), token_url)
        self._tokens = Tokens(session, token_url, proof, clock=clock, seconds=min(seconds, 30.0))

    async def push(self, folder: Path, told: Told | None = None) -> PushState:
        """Send a package's folder, as `write_package` left it; again after any failure, it goes on."""
        manifest = read_manifest(folder)
        if manifest is None:
            raise PushRefused("no-manifest", f"{folder} has no readable manifest: give a package's folder")
        state = await self._patiently(lambda: self._begin(manifest))
        if state.state != "uploading":
            return state
        for file in manifest.tables:
            await self._send(folder / file.file, f"packages/{manifest.export_id}/{file.file}", file, told)
        return await self._patiently(
            lambda: self._json("POST", f"packages/{manifest.export_id}/complete", 202)
        )

    async def report(self, export_id: UUID) -> dict[str, Any]:
        """The portal's report, as JSON; PushRefused(not-found) while the package waits for its turn."""
        heard = await self._ask("GET", f"packages/{export_id}/report")
        if heard.status != 200:
            raise self._refusal(heard)
        report: dict[str, Any] = msgspec.json.decode(heard.body)
        return report

    async def _begin(self, manifest: Manifest) -> PushState:
        body = msgspec.json.encode(manifest)
        return await self._json(
            "POST", "packages", 201, data=body, headers={"Content-Type": "application/json"}
        )

    async def _send(self, path: Path, address: str, file: TableFile, told: Told | None) -> None:
        """Parts until the portal has all; after a cut it is asked how much is there."""
        tries, have, known = 0, 0, False
        while True:
            try:
                if not known:
                    have, known = await self._received(address), True
                    if have == file.bytes > 0:
                        return
                have = await self._part(path, address, file, have)
                tries = 0
            except (JournalSilent, _Ask) as error:
                tries, known = tries + 1, False
                if tries == _TRIES:
                    raise JournalSilent(
                        "cut", f"{file.file} can't be sent: {error}; start again, it goes on"
                    ) from error
                await asyncio.sleep(self._wait(tries))
                continue
            if told is not None:
                told(file.file, have, file.bytes)
            if have >= file.bytes:
                return

    async def _part(self, path: Path, address: str, file: TableFile, first: int) -> int:
        """Send the next part; how much is there then."""
        end = min(first + self._part_bytes, file.bytes)
        headers = {"Content-Length": str(end - first), "Content-Type": "application/octet-stream"}
        if end > first:
            headers["Content-Range"] = f"bytes {first}-{end - 1}/{file.bytes}"
        heard = await self._ask("PUT", address, data=lambda: _bytes_of(path, first, end), headers=headers)
        if heard.status == 200:
            return int(heard.headers.get("Upload-Offset", end))
        refusal = self._refusal(heard)
        raise _Ask(str(refusal)) if refusal.code in _GO_ON else refusal

    async def _received(self, address: str) -> int:
        heard = await self._ask("HEAD", address)
        if heard.status != 200 or not heard.headers.get("Upload-Offset", "").isdigit():
            raise error_of(heard, self._clock.now())
        return int(heard.headers["Upload-Offset"])

    async def _json(self, verb: str, address: str, created: int, **options: Any) -> PushState:
        heard = await self._ask(verb, address, **options)
        if heard.status not in (200, created):
            raise self._refusal(heard)
        try:
            return msgspec.json.decode(heard.body, type=PushState)
        except msgspec.MsgspecError:
            raise JournalWrong("wrong-shape", "the answer is no portal's: see its address") from None

    async def _patiently(self, once: Callable[[], Any]) -> PushState:
        for attempt in range(1, _TRIES):
            try:
                state: PushState = await once()
                return state
            except JournalSilent as error:
                await asyncio.sleep(max(self._wait(attempt), error.retry_after or 0.0))
        last: PushState = await once()
        return last

    async def _ask(self, verb: str, address: str, *, data: Any = None, headers: Any = None) -> Heard:
        """One request with a token; a 401 gets one new. `data`: bytes, or a function that makes them."""
        for is_last in (False, True):
            token = await self._tokens.get()
            heard = await exchange(
                self._session,
                verb,
                URL(f"{self._exchange}/v1/{address}", encoded=True),
                seconds=self._seconds,
                longest=_ANSWER_BYTES,
                data=data() if callable(data) else data,
                headers={"Authorization": f"Bearer {token}", **(headers or {})},
            )
            if heard.status != 401 or is_last:
                break
            self._tokens.forget(token)
        if heard.status >= 500 or heard.status == 429:
            raise error_of(heard, self._clock.now())
        return heard

    def _refusal(self, heard: Heard) -> PushRefused:
        """Raises JournalError where the answer is no problem of the portal's."""
        if content_type(heard.headers)[0] == PROBLEM_MEDIA_TYPE:
            try:
                fault = msgspec.json.decode(heard.body, type=Problem)
            except msgspec.MsgspecError:
                pass
            else:
                return PushRefused(fault.code, fault.detail or fault.title)
        raise error_of(heard, self._clock.now())

    def _wait(self, attempt: int) -> float:
        return min(self._first_wait * 2.0 ** (attempt - 1), _LONGEST_WAIT)


class _Ask(Exception):
    """The portal has another amount than we thought."""


async def _bytes_of(path: Path, first: int, end: int) -> AsyncIterator[bytes]:
    async with await anyio.open_file(path, "rb") as file:
        await file.seek(first)
        left = end - first
        while left > 0 and (chunk := await file.read(min(_CHUNK, left))):
            left -= len(chunk)
            yield chunk
