"""How a classroom is called on a page."""

from myedu.kit.i18n import Words


def room_name(words: Words, name: str | None) -> str:
    """«каб. 214»; names such as «Спортзал» as they are; empty for None."""
    if not name:
        return ""
    return words.gettext("room {number}").format(number=name) if name[0].isdigit() else name
