"""The stand of the SDK's tests, for a journal of plain rows."""

from tests.connector.sdk.conftest import clock, host, portal_key, sent, session, stand_of

__all__ = ["clock", "host", "portal_key", "sent", "session", "stand_of"]
