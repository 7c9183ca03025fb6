"""ESIA's error codes in words: an English msgid each, for the user or for the operator."""

import msgspec


class RefusalWords(msgspec.Struct, frozen=True):
    """`message` is an English msgid of the catalogues.

    `for_user`: the user can act on it, else the operator.
    """

    message: str
    for_user: bool


def _user(message: str) -> RefusalWords:
    return RefusalWords(message, for_user=True)


def _operator(message: str) -> RefusalWords:
    return RefusalWords(message, for_user=False)


UNKNOWN_REFUSAL = _operator("ESIA refused the sign-in. Tell the operator the code and the time.")

_SIGNATURE = _operator(
    "ESIA does not accept the portal's signature. Check the key, the certificate and its hash."
)
_REQUEST = _operator("ESIA does not understand the portal's request. Check the version and the settings.")
_SCOPES = _operator("ESIA does not grant these data to the portal. Compare the scopes with the application.")
_REGISTRATION = _operator("The portal's mnemonic is not registered in ESIA for this. Check the registration.")
_AGAIN = _user("The sign-in took too long or was used already. Start it again.")

REFUSALS: dict[str, RefusalWords] = {
    "005029": _SCOPES,
    "007002": _SIGNATURE,
    "007003": _REQUEST,
    "007004": _user("You declined the sign-in at ESIA. Start again when you wish to go on."),
    "007005": _REGISTRATION,
    "007006": _SCOPES,
    "007009": _REQUEST,
    "007011": _AGAIN,
    "007012": _REQUEST,
    "007013": _SCOPES,
    "007014": _REQUEST,
    "007015": _operator("ESIA's clock and the portal's differ. Check the time on the portal's machines."),
    "007019": _SCOPES,
    "007023": _operator("ESIA does not know the portal's return address. Register its domain."),
    "007038": _REQUEST,
    "007039": _operator("ESIA wants PKCE from the portal. Turn on version 2."),
    "007040": _AGAIN,
    "007046": _user("ESIA could not send you a one-time code. Check your phone number in your ESIA account."),
    "007053": _SIGNATURE,
    "007055": _user("Your ESIA account is not confirmed. Confirm it and sign in again."),
    "007060": _SCOPES,
    "007061": _REQUEST,
    "007062": _user("This kind of ESIA account cannot be used here. Sign in with another one."),
    "007194": _user("You do not belong to this organisation in ESIA. Choose another one."),
    "008010": _SIGNATURE,
}


_BY_NAME: dict[str, RefusalWords] = {
    "access_denied": REFUSALS["007004"],
    "invalid_client": _SIGNATURE,
    "invalid_grant": _AGAIN,
    "invalid_request": _REQUEST,
    "invalid_scope": _SCOPES,
    "unauthorized_client": _REGISTRATION,
    "unsupported_grant_type": _REQUEST,
    "unsupported_response_type": _REQUEST,
    "401": _AGAIN,  # the access token lives for an hour
}
"""OAuth2's names, and an HTTP status, for a refusal without a code."""


def refusal_words(code: str | None, error: str) -> RefusalWords:
    """The words for a code of six digits or an error without a code, else UNKNOWN_REFUSAL."""
    if code in REFUSALS:
        return REFUSALS[code]
    if code is None and error in _BY_NAME:
        return _BY_NAME[error]
    if code is not None and code.startswith("0367"):
        return _SCOPES  # consents, digital profile
    return UNKNOWN_REFUSAL
