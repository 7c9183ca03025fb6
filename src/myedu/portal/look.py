"""The page «Вид»: colours, size and spacing that a person chose, kept in one cookie."""

import msgspec

COOKIE = "look"
THEMES = ("", "light", "dark", "hc-light", "hc-dark", "blue")
""""" follows the device."""
SIZES = (100, 125, 150, 200)
"""Per cent of the text's size."""


class Look(msgspec.Struct, frozen=True):
    theme: str = ""
    size: int = 100
    wide: bool = False  # letters, words and lines further apart


def read_look(cookie: str | None) -> Look:
    """The look of a cookie's value; whatever can't be read is the default, never an error."""
    theme, size, wide = ([*(cookie or "").split("."), "", "", ""])[:3]
    return choose_look(theme, size, wide)


def choose_look(theme: str, size: str, wide: str) -> Look:
    """The look of a form's fields; unknown values are the default."""
    known_sizes = {str(known): known for known in SIZES}
    return Look(
        theme=theme if theme in THEMES else "",
        size=known_sizes.get(size, SIZES[0]),
        wide=wide == "1",
    )


def look_cookie(look: Look) -> str:
    """The cookie's value: `read_look` gives the same look back."""
    return f"{look.theme}.{look.size}.{int(look.wide)}"
