"""Pushes a written package to the portal, and resumes an interrupted push."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from yarl import URL

from myedu.connector.sdk.credentials import SignedAssertion
from myedu.connector.sdk.errors import JournalSilent, JournalWrong
from myedu.connector.sdk.export import read_manifest
from myedu.connector.sdk.file_chunks import file_chunks
from myedu.connector.sdk.http_client import Session, exchange
from myedu.connector.sdk.responses import RawResponse, content_type, error_of
from myedu.connector.sdk.signing import load_private_key
from myedu.connector.sdk.token_cache import TokenCache
from myedu.contract.package import Manifest, TableFile
from myedu.contract.problems import PROBLEM_MEDIA_TYPE, Problem
from myedu.kit.clock import Clock

PART_BYTES = 32 * 1024 * 1024
"""Bytes of one request: many for a fast connection, few enough for a proxy's timeout."""
_ANSWER_BYTES = 1024 * 1024
_TRIES = 8
_LONGEST_WAIT = 60.0  # seconds between two tries
_RESUMABLE = frozenset({"wrong-offset", "busy", "cut"})
"""Refusals after which the portal is asked for its offset, and sending goes on from there."""

OnProgress = Callable[[str, int, int], None]
"""Called with the file's name, the bytes received so far, and its size."""
Headers = Mapping[str, str]
Body = bytes | Callable[[], AsyncIterator[bytes]]
"""A body, or a function that opens it again for each try."""


class PushRefused(Exception):
    """The portal refuses the package. `sentence` is the portal's own and says what to change."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(f"{code}: {sentence}")
        self.code, self.sentence = code, sentence


class PushState(msgspec.Struct, frozen=True, kw_only=True):
    """The state of a package in the portal; `code` and `reason` say why it isn't applied."""

    export_id: UUID
    state: str  # uploading, queued, working, applied, unchanged, held, refused
    code: str | None = None
    reason: str | None = None


class Pusher:
    """Pushes packages of one system to one portal. Raises PushRefused, and JournalError for network failures.

    `key`: the private key in PEM whose public half the portal has. `seconds`: for one request. `first_wait`:
    seconds before the second try, doubled for each further one. `part_bytes`: of one request.
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
        credentials = SignedAssertion(system_id, load_private_key(key), token_url)
        self._tokens = TokenCache(session, token_url, credentials, clock=clock, seconds=min(seconds, 30.0))

    async def push(self, folder: Path, on_progress: OnProgress | None = None) -> PushState:
        """Send a package's folder, as `write_package` left it. After a failure, call it again to resume."""
        manifest = read_manifest(folder)
        if manifest is None:
            raise PushRefused(
                "no-manifest", f"{folder} has no readable manifest: give the folder of a package"
            )
        state = await self._with_retries(lambda: self._begin(manifest))
        if state.state != "uploading":
            return state
        for file in manifest.tables:
            await self._send(
                folder / file.file, f"packages/{manifest.export_id}/{file.file}", file, on_progress
            )
        return await self._with_retries(
            lambda: self._state("POST", f"packages/{manifest.export_id}/complete", 202)
        )

    async def report(self, export_id: UUID) -> dict[str, Any]:
        """The portal's report as JSON. Raises PushRefused(not-found) while the package is queued."""
        response = await self._request("GET", f"packages/{export_id}/report")
        if response.status != 200:
            raise self._refusal(response)
        return msgspec.json.decode(response.body, type=dict[str, Any])

    async def _begin(self, manifest: Manifest) -> PushState:
        body = msgspec.json.encode(manifest)
        return await self._state(
            "POST", "packages", 201, data=body, headers={"Content-Type": "application/json"}
        )

    async def _send(self, path: Path, address: str, file: TableFile, on_progress: OnProgress | None) -> None:
        """Send parts until the portal has the whole file; after a failure ask for its offset first."""
        tries, offset, is_known = 0, 0, False
        while True:
            try:
                if not is_known:
                    offset, is_known = await self._offset(address), True
                    if offset == file.bytes > 0:
                        return
                offset = await self._send_part(path, address, file, offset)
                tries = 0
            except (JournalSilent, _OffsetLost) as error:
                tries, is_known = tries + 1, False
                if tries == _TRIES:
                    raise JournalSilent(
                        "cut", f"{file.file} can't be sent: {error}; run again to resume"
                    ) from error
                await asyncio.sleep(self._wait(tries))
                continue
            if on_progress is not None:
                on_progress(file.file, offset, file.bytes)
            if offset >= file.bytes:
                return

    async def _send_part(self, path: Path, address: str, file: TableFile, first: int) -> int:
        """Send the part from `first`; the portal's offset afterwards."""
        end = min(first + self._part_bytes, file.bytes)
        headers = {"Content-Length": str(end - first), "Content-Type": "application/octet-stream"}
        if end > first:
            headers["Content-Range"] = f"bytes {first}-{end - 1}/{file.bytes}"
        response = await self._request(
            "PUT", address, data=lambda: file_chunks(path, first, end), headers=headers
        )
        if response.status == 200:
            return int(response.headers.get("Upload-Offset", end))
        refusal = self._refusal(response)
        raise _OffsetLost(str(refusal)) if refusal.code in _RESUMABLE else refusal

    async def _offset(self, address: str) -> int:
        response = await self._request("HEAD", address)
        if response.status != 200 or not response.headers.get("Upload-Offset", "").isdigit():
            raise error_of(response, self._clock.now())
        return int(response.headers["Upload-Offset"])

    async def _state(
        self, verb: str, address: str, created: int, data: Body | None = None, headers: Headers | None = None
    ) -> PushState:
        response = await self._request(verb, address, data=data, headers=headers)
        if response.status not in (200, created):
            raise self._refusal(response)
        try:
            return msgspec.json.decode(response.body, type=PushState)
        except msgspec.MsgspecError:
            raise JournalWrong("wrong-shape", "the answer isn't from a portal: check the address") from None

    async def _with_retries(self, once: Callable[[], Awaitable[PushState]]) -> PushState:
        for attempt in range(1, _TRIES):
            try:
                return await once()
            except JournalSilent as error:
                await asyncio.sleep(max(self._wait(attempt), error.retry_after or 0.0))
        return await once()

    async def _request(
        self, verb: str, address: str, *, data: Body | None = None, headers: Headers | None = None
    ) -> RawResponse:
        """One request with a token, repeated with a new one after a 401."""
        for is_last in (False, True):
            token = await self._tokens.get()
            response = await exchange(
                self._session,
                verb,
                URL(f"{self._exchange}/v1/{address}", encoded=True),
                seconds=self._seconds,
                longest=_ANSWER_BYTES,
                data=data() if callable(data) else data,
                headers={"Authorization": f"Bearer {token}", **(headers or {})},
            )
            if response.status != 401 or is_last:
                break
            self._tokens.forget(token)
        if response.status >= 500 or response.status == 429:
            raise error_of(response, self._clock.now())
        return response

    def _refusal(self, response: RawResponse) -> PushRefused:
        """The portal's problem. Raises JournalError if the answer has none."""
        if content_type(response.headers)[0] == PROBLEM_MEDIA_TYPE:
            try:
                fault = msgspec.json.decode(response.body, type=Problem)
            except msgspec.MsgspecError:
                pass
            else:
                return PushRefused(fault.code, fault.detail or fault.title)
        raise error_of(response, self._clock.now())

    def _wait(self, attempt: int) -> float:
        return min(self._first_wait * 2.0 ** (attempt - 1), _LONGEST_WAIT)


class _OffsetLost(Exception):
    """The portal's offset isn't known any more and must be requested."""
