"""The exact strings under `client_secret`: fields joined without separators, UTF-8.

The order is ESIA's own and differs between the versions. Version 1 signs neither `code` nor `redirect_uri`.
"""


def v1_message(*, scope: str, timestamp: str, client_id: str, state: str) -> bytes:
    """Version 1, every call."""
    return f"{scope}{timestamp}{client_id}{state}".encode()


def v2_message(
    *,
    client_id: str,
    scope: str,
    scope_org: str,
    timestamp: str,
    state: str,
    redirect_uri: str,
    code: str = "",
) -> bytes:
    """Version 2: authorization and refresh without `code`, exchange (te version 3) with it."""
    return f"{client_id}{scope}{scope_org}{timestamp}{state}{redirect_uri}{code}".encode()


def v2_refresh_message(
    *, client_id: str, scope: str, timestamp: str, state: str, refresh_token: str
) -> bytes:
    """The other refresh of te version 3 that is in use: without `redirect_uri`, with the token."""
    return f"{client_id}{scope}{timestamp}{state}{refresh_token}".encode()
