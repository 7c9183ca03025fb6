"""Requests a student's days from a federal journal, over a guarded session opened by the first request."""

from pathlib import Path

from myedu.connector.adapters.fgis.models import EnrolledStudent
from myedu.connector.adapters.program import AdapterError
from myedu.connector.sdk.client import JournalAddress, Pupil
from myedu.connector.sdk.federal_client import FederalClient
from myedu.connector.sdk.http_client import Session
from myedu.connector.sdk.ssrf_guard import guarded_session
from myedu.contract.act import Act
from myedu.contract.answers import PROFILES, Diary
from myedu.contract.windows import Window
from myedu.kit.clock import Clock
from myedu.kit.private_files import NotPrivate, read_key

SECONDS = 8.0  # for a whole answer: the portal waits for this adapter meanwhile
_ACT = Act(relation="system", purpose="diary")  # required by the client, never sent: the profile has no claim


class Source:
    """One federal journal. Close it at the end."""

    def __init__(
        self, url: str, client_id: str, key: Path, clock: Clock, *, token_url: str = "", private: bool = True
    ) -> None:
        """`key`: PEM file. `private`: the journal may be in a private network. Raises AdapterError."""
        try:
            self._key = read_key(key)
        except NotPrivate as error:
            raise AdapterError(f"the key {key}: {error.strerror}") from None
        except (OSError, UnicodeDecodeError):
            raise AdapterError(f"the key {key} can't be read: name a PEM file with --key") from None
        self._address = JournalAddress(
            "fgis", url.rstrip("/"), client_id, profile=PROFILES[0], token_url=token_url or None
        )
        self._clock, self._private = clock, private
        self._session: Session | None = None
        self._client: FederalClient | None = None

    async def diary(self, student_id: str, enrolled: EnrolledStudent, window: Window) -> Diary | None:
        """The days as the federal journal returns them, with derived ids. Raises JournalError."""
        pupil = Pupil(enrolled.esia_oid, enrolled.time_zone)
        reply = await self._opened_client().diary(
            student_id, window, act=_ACT, asker="adapter", pupil=pupil, timeout=SECONDS
        )
        return reply.value

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    def _opened_client(self) -> FederalClient:
        if self._client is None:  # a session belongs to the running event loop
            address = self._address
            self._session = guarded_session(
                address.base_url, address.token_url, allow_private=self._private, connections=32, carry=None
            )
            self._client = FederalClient(self._session, address, self._key, clock=self._clock)
        return self._client
