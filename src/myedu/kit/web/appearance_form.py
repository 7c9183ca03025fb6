"""The form of the page «Вид», for web/appearance.html."""

from collections.abc import Collection

from myedu.kit.i18n import Words
from myedu.kit.web.appearance import SIZES, Appearance
from myedu.kit.web.languages import NAMES
from myedu.kit.web.pages import ChoiceView, View


class AppearanceView(View, frozen=True):
    """The choices of the form. `back`: where saving leads; `saved`: a sentence after it."""

    themes: tuple[ChoiceView, ...]
    sizes: tuple[ChoiceView, ...]
    languages: tuple[ChoiceView, ...]
    wide: bool
    back: str
    saved: str = ""


def appearance_title(words: Words) -> str:
    """The page's title."""
    return words.gettext("Look and accessibility")


def appearance_view(
    words: Words, chosen: Appearance, *, back: str, languages: Collection[str], saved: bool = False
) -> AppearanceView:
    """The form for the current choice.

    `back`: a local path, where saving leads; `languages`: codes that can be chosen.
    """
    _ = words.gettext
    themes = {
        "": _("As on the device"),
        "light": _("Light"),
        "dark": _("Dark"),
        "hc-light": _("Black on white"),
        "hc-dark": _("White on black"),
        "blue": _("Blue on light blue"),
    }
    return AppearanceView(
        themes=tuple(
            ChoiceView(value=value, label=label, chosen=value == chosen.theme)
            for value, label in themes.items()
        ),
        sizes=tuple(
            ChoiceView(value=str(size), label=f"{size} %", chosen=size == chosen.size) for size in SIZES
        ),
        languages=tuple(
            ChoiceView(value=code, label=name, chosen=code == words.language)
            for code, name in NAMES.items()
            if code in languages
        ),
        wide=chosen.wide,
        back=back,
        saved=_("Saved.") if saved else "",
    )
