"""The appearance of pages («Вид»): colours, text size and spacing that a visitor chose, kept in a cookie."""

import msgspec

COOKIE = "look"
THEMES = ("", "light", "dark", "hc-light", "hc-dark", "blue")
""""" follows the device."""
SIZES = (100, 125, 150, 200)
"""Of the text, in per cent."""


class Appearance(msgspec.Struct, frozen=True):
    """A visitor's choice. `size`: of the text, in per cent; `wide`: more space between letters and lines."""

    theme: str = ""
    size: int = 100
    wide: bool = False


def read_appearance(cookie: str | None) -> Appearance:
    """The appearance of a cookie's value; the default for parts that can't be read. Never raises."""
    theme, size, wide = ([*(cookie or "").split("."), "", "", ""])[:3]
    return choose_appearance(theme, size, wide)


def choose_appearance(theme: str, size: str, wide: str) -> Appearance:
    """The appearance of a form's fields; the default for unknown values."""
    known_sizes = {str(known): known for known in SIZES}
    return Appearance(
        theme=theme if theme in THEMES else "",
        size=known_sizes.get(size, SIZES[0]),
        wide=wide == "1",
    )


def appearance_cookie(appearance: Appearance) -> str:
    """The cookie's value; `read_appearance` reads it back."""
    return f"{appearance.theme}.{appearance.size}.{int(appearance.wide)}"
