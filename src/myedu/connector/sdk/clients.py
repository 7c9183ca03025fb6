"""A client for each registered system, for its protocol, over a guarded session of its own."""

from myedu.connector.sdk.answer_process import AnswerProcess
from myedu.connector.sdk.client import ANSWER_BYTES, JournalAddress, JournalClient
from myedu.connector.sdk.federal_client import FederalClient
from myedu.connector.sdk.http_client import Session, TraceInjector
from myedu.connector.sdk.ssrf_guard import guarded_session
from myedu.contract.answers import PROFILES
from myedu.kit.clock import Clock

(_FEDERAL,) = PROFILES
_FEDERAL_BYTES = 512 * 1024
"""Three weeks of the federal format are 130 KB, translated in the worker in 20 ms; this much in 0.1 s."""


class JournalClients:
    """The sessions of all systems. Each has its own, so a dead system can't exhaust others' connections.

    `key`: the portal's private key in PEM. `timeout`: seconds for a whole call. `connections`: at most, to
    one system. `carry` adds the trace to each request. Close it when the program ends.
    """

    def __init__(
        self,
        key: str,
        *,
        clock: Clock,
        allow_private: bool,
        timeout: float = 10.0,
        connections: int = 32,
        carry: TraceInjector | None = None,
    ) -> None:
        self._key, self._clock, self._timeout = key, clock, timeout
        self._allow_private, self._connections = allow_private, connections
        self._carry = carry
        self._sessions: dict[JournalAddress, Session] = {}
        self._long_answers = AnswerProcess()

    def client_for(self, address: JournalAddress) -> JournalClient:
        """A client of a system. A system registered again with another address gets a new session."""
        session = self._sessions.get(address)
        if session is None:
            session = self._sessions[address] = guarded_session(
                address.base_url,
                address.token_url,
                allow_private=self._allow_private,
                connections=self._connections,
                carry=self._carry,
            )
        is_federal = address.profile == _FEDERAL
        kind = FederalClient if is_federal else JournalClient
        return kind(
            session,
            address,
            self._key,
            clock=self._clock,
            timeout=self._timeout,
            answer_bytes=_FEDERAL_BYTES if is_federal else ANSWER_BYTES,
            long_answers=self._long_answers,
        )

    async def aclose(self) -> None:
        """Close all connections; calls in progress raise JournalError."""
        for session in self._sessions.values():
            await session.close()
        self._sessions.clear()
        await self._long_answers.close()
