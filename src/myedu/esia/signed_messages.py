"""The messages that `client_secret` signs: fields joined without separators, UTF-8.

Their order is ESIA's own and differs between the versions. Version 1 signs neither `code` nor `redirect_uri`.
"""


def v1_message(*, scope: str, timestamp: str, client_id: str, state: str) -> bytes:
    """The message of version 1, for every call."""
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
    """The message of version 2: with `code` for the exchange (te version 3), without it for other calls."""
    return f"{client_id}{scope}{scope_org}{timestamp}{state}{redirect_uri}{code}".encode()


def v2_refresh_message(
    *, client_id: str, scope: str, timestamp: str, state: str, refresh_token: str
) -> bytes:
    """Another message for a refresh in te version 3, also in use: with the token, without `redirect_uri`."""
    return f"{client_id}{scope}{timestamp}{state}{refresh_token}".encode()
