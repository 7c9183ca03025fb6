"""The page of a list that an address asks for."""

_LAST = 100_000  # millions of rows; larger numbers are not from our links


def page_number(text: str | None) -> int:
    """The number of the parameter's value, from 1; 1 for anything that is no page."""
    if not text or not text.isascii() or not text.isdigit() or len(text) > len(str(_LAST)):
        return 1
    return int(text) if 0 < int(text) <= _LAST else 1
