"""ESIA's error codes as the sandbox answers them.

The OAuth2 names of 007005, 007014 and 007053 are known from captured traffic; the others are those of RFC
6749 for the same fault.
"""

from enum import Enum


class Code(Enum):
    """(six digits after «ESIA-», the name in OAuth2, ESIA's words)."""

    NO_CERTIFICATE = ("007002", "invalid_client", "The system has no registered certificate.")
    PARAMETER_WRONG = ("007003", "invalid_request", "A parameter is invalid or is there more than once: {0}.")
    DENIED = ("007004", "access_denied", "The resource owner or the service denied the request.")
    NOT_AUTHORISED = (
        "007005",
        "unauthorized_client",
        "The client is not authorized to request an access token using this method.",
    )
    SCOPE_WRONG = ("007006", "invalid_scope", "The requested scope is invalid or unknown: {0}.")
    RESPONSE_TYPE = ("007009", "unsupported_response_type", "This response_type is not supported: {0}.")
    GRANT_WRONG = (
        "007011",
        "invalid_grant",
        "The code or refresh token is invalid, expired, revoked, or for another client or redirect_uri.",
    )
    GRANT_TYPE = ("007012", "unsupported_grant_type", "This grant_type is not supported: {0}.")
    NO_SCOPE = ("007013", "invalid_scope", "There is no scope.")
    PARAMETER_MISSING = ("007014", "invalid_request", "A mandatory parameter is missing: {0}.")
    TIME_WRONG = ("007015", "invalid_request", "The timestamp is wrong; the time here is {0}.")
    NO_GRANTS = ("007019", "access_denied", "OAuthErrorEnum.noGrants")
    REDIRECT_WRONG = ("007023", "invalid_request", "This redirect_uri is not allowed for the client.")
    UNREADABLE = ("007038", "invalid_request", "The parameters cannot be read: {0}.")
    NO_CHALLENGE = ("007039", "invalid_request", "There is no code_challenge.")
    CHALLENGE_WRONG = ("007040", "invalid_grant", "The code_verifier does not match the code_challenge.")
    SECRET_WRONG = ("007053", "access_denied", "OAuthErrorEnum.clientSecretWrong")
    NOT_CONFIRMED = ("007055", "access_denied", "The account is not confirmed.")
    OBJ_TYPE_WRONG = ("007061", "invalid_request", "The obj_type is invalid: {0}.")
    WRONG_USER = ("007062", "access_denied", "A user of this type may not sign in here.")
    NOT_A_MEMBER = ("007194", "access_denied", "The user does not belong to the organisation of the scope.")


class OauthFault(Exception):
    """An error of «ac» or «te». `detail` fills the {0} of the code's words."""

    def __init__(self, code: Code, detail: str = "") -> None:
        self.code, self.error, words = code.value
        self.description = f"ESIA-{self.code}: {words.format(detail)}"
        super().__init__(self.description)


class RestFault(Exception):
    """An error of REST: JSON {code, message}. Of ESIA's codes here only 005029 is known."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


def unauthorized() -> RestFault:
    """No valid access token."""
    return RestFault(401, "", "Unauthorized")


def scope_not_allowed() -> RestFault:
    """The token's scopes don't open this."""
    return RestFault(403, "ESIA-005029", "SecurityErrorEnum.scopeNotAllowed")


def absent() -> RestFault:
    """There is nothing at this address."""
    return RestFault(404, "", "Not found")
