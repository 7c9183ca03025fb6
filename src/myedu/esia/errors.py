"""What can go wrong with ESIA, grouped by what to do next."""

import re

from myedu.esia.refusals import refusal_words

_CODE = re.compile(r"ESIA-(\d{6})")
_TRY_LATER = frozenset({"007007", "007008"})  # internal error, overloaded


class EsiaError(Exception):
    """Any of the three below."""


class EsiaUnavailable(EsiaError):
    """ESIA is silent, overloaded or broken: try later."""


class EsiaAnswerWrong(EsiaError):
    """ESIA, or somebody in its place, answered what may not be believed: call a person."""


class EsiaRefused(EsiaError):
    """ESIA said no. `message` is for the user where `for_user`, else for the operator; an English msgid."""

    def __init__(self, code: str | None, error: str, description: str) -> None:
        """`code`: six digits («007055») or None; `error`: OAuth2's name or the HTTP status."""
        words = refusal_words(code, error)
        super().__init__(f"ESIA refused ({error}): {description or words.message}")
        self.code = code
        self.error = error
        self.description = description
        self.message = words.message
        self.for_user = words.for_user


def refusal(error: str, description: str) -> EsiaError:
    """The right exception for an error that ESIA reports in an answer or in its redirect back to us."""
    found = _CODE.search(description)
    code = found[1] if found else None
    if code in _TRY_LATER:
        return EsiaUnavailable(f"ESIA reports {description or error}. Try again in some minutes.")
    return EsiaRefused(code, error, description)
