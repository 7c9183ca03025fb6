"""A client for each registered system, in the words that it speaks, over a guarded session of its own."""

from myedu.connector.sdk.client import JournalAddress, JournalClient
from myedu.connector.sdk.federal_client import FederalClient
from myedu.connector.sdk.guard import guarded_session
from myedu.connector.sdk.outgoing import Carry, Session
from myedu.contract.answers import PROFILES
from myedu.kit.clock import Clock

(_FEDERAL,) = PROFILES


class JournalClients:
    """One system's connections are never another's: a dead one can't use up what the living need.

    `key`: the portal's private key in PEM. `timeout`: seconds of a whole call. `connections`: of one system,
    at most. `carry` takes the trace along. Close it at the program's end.
    """

    def __init__(
        self,
        key: str,
        *,
        clock: Clock,
        allow_private: bool,
        timeout: float = 10.0,
        connections: int = 32,
        carry: Carry | None = None,
    ) -> None:
        self._key, self._clock, self._timeout = key, clock, timeout
        self._allow_private, self._connections = allow_private, connections
        self._carry = carry
        self._sessions: dict[JournalAddress, Session] = {}

    def client_for(self, address: JournalAddress) -> JournalClient:
        """The client of a system; a system registered anew with another address gets another session."""
        session = self._sessions.get(address)
        if session is None:
            session = self._sessions[address] = guarded_session(
                address.base_url,
                address.token_url,
                allow_private=self._allow_private,
                connections=self._connections,
                carry=self._carry,
            )
        kind = FederalClient if address.profile == _FEDERAL else JournalClient
        return kind(session, address, self._key, clock=self._clock, timeout=self._timeout)

    async def aclose(self) -> None:
        """Close all connections; a call under way ends in JournalError."""
        for session in self._sessions.values():
            await session.close()
        self._sessions.clear()
