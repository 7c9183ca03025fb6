"""Asks a federal journal for a pupil's days, over a guarded session that is opened at the first question."""

from pathlib import Path

from myedu.connector.adapters.fgis.models import Seat
from myedu.connector.adapters.program import AdapterError
from myedu.connector.sdk.client import JournalAddress, Pupil
from myedu.connector.sdk.federal_client import FederalClient
from myedu.connector.sdk.guard import guarded_session
from myedu.connector.sdk.outgoing import Session
from myedu.contract.act import Act
from myedu.contract.answers import PROFILES, Diary
from myedu.contract.windows import Window
from myedu.kit.clock import Clock

SECONDS = 8.0  # for a whole answer: the portal waits for us in its turn
_ACT = Act(relation="system", purpose="diary")  # the federal shape has no such claim, nothing is sent


class Source:
    """One federal journal. Close it at the end."""

    def __init__(
        self, url: str, client_id: str, key: Path, clock: Clock, *, token_url: str = "", private: bool = True
    ) -> None:
        """`key`: PEM file. `private`: the journal may stand in a private network. Raises AdapterError."""
        try:
            self._key = key.read_text(encoding="ascii")
        except (OSError, UnicodeDecodeError):
            raise AdapterError(f"the key {key} can't be read: name a PEM file with --key") from None
        self._address = JournalAddress(
            "fgis", url.rstrip("/"), client_id, profile=PROFILES[0], token_url=token_url or None
        )
        self._clock, self._private = clock, private
        self._session: Session | None = None
        self._client: FederalClient | None = None

    async def diary(self, student_id: str, seat: Seat, window: Window) -> Diary | None:
        """The days as the federal journal tells them. Raises JournalError."""
        pupil = Pupil(seat.esia_oid, seat.time_zone)
        reply = await self._asking().diary(
            student_id, window, act=_ACT, asker="adapter", pupil=pupil, timeout=SECONDS
        )
        return reply.value

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    def _asking(self) -> FederalClient:
        if self._client is None:  # a session belongs to the loop that runs now
            address = self._address
            self._session = guarded_session(
                address.base_url, address.token_url, allow_private=self._private, connections=32, carry=None
            )
            self._client = FederalClient(self._session, address, self._key, clock=self._clock)
        return self._client
