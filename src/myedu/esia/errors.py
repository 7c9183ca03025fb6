"""What can go wrong with ESIA, grouped by what to do next."""

import re

from myedu.esia.refusals import refusal_words

_CODE = re.compile(r"ESIA-(\d{6})")
_TRY_LATER = frozenset({"007007", "007008"})  # internal error, overloaded
_TRY_LATER_NAMES = frozenset({"server_error", "temporarily_unavailable"})


class EsiaError(Exception):
    """The base of the three below."""


class EsiaUnavailable(EsiaError):
    """ESIA doesn't answer, is overloaded or fails: try later."""


class EsiaAnswerWrong(EsiaError):
    """ESIA, or a server in its place, sent an answer that can't be trusted: the operator must look at it."""


class EsiaRefused(EsiaError):
    """ESIA refused. `message`, an English msgid, is for the user if `for_user`, else for the operator."""

    def __init__(self, code: str | None, error: str, description: str) -> None:
        """`code`: six digits («007055») or None. `error`: the name in OAuth2, or the HTTP status."""
        words = refusal_words(code, error)
        super().__init__(f"ESIA refused ({error}): {description or words.message}")
        self.code = code
        self.error = error
        self.description = description
        self.message = words.message
        self.for_user = words.for_user


def refusal(error: str, description: str) -> EsiaError:
    """The exception for an error that ESIA reports in an answer or in its redirect to the client."""
    found = _CODE.search(description)
    code = found[1] if found else None
    if code in _TRY_LATER or (code is None and error in _TRY_LATER_NAMES):
        return EsiaUnavailable(f"ESIA reports {description or error}. Try again in some minutes.")
    return EsiaRefused(code, error, description)
