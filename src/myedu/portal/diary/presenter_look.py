"""The page «Вид» and the landing page."""

from collections.abc import Collection

from myedu.kit.i18n import Words
from myedu.portal.diary import links
from myedu.portal.diary.views import ChoiceView, EnterView, LookView
from myedu.portal.look import SIZES, Look
from myedu.portal.pages import Link

LANGUAGES = {"ru": "Русский", "en": "English", "tt": "Татарча", "sah": "Сахалыы"}
"""Every language is called by its own name."""


def look_title(words: Words) -> str:
    return words.gettext("Look and accessibility")


def look_view(
    words: Words, look: Look, *, back: str, languages: Collection[str], saved: bool = False
) -> LookView:
    """`back`: a local path, where the form leads after it is saved."""
    _ = words.gettext
    themes = {
        "": _("As on the device"),
        "light": _("Light"),
        "dark": _("Dark"),
        "hc-light": _("Black on white"),
        "hc-dark": _("White on black"),
        "blue": _("Blue on light blue"),
    }
    return LookView(
        themes=tuple(
            ChoiceView(value=value, label=label, chosen=value == look.theme)
            for value, label in themes.items()
        ),
        sizes=tuple(
            ChoiceView(value=str(size), label=f"{size} %", chosen=size == look.size) for size in SIZES
        ),
        languages=tuple(
            ChoiceView(value=code, label=name, chosen=code == words.language)
            for code, name in LANGUAGES.items()
            if code in languages
        ),
        wide=look.wide,
        back=back,
        saved=_("Saved.") if saved else "",
    )


def enter_title(words: Words) -> str:
    return words.gettext("The school diary of your region, in one place")


def enter_view(words: Words, *, href: str = links.ENTER, notice: str = "") -> EnterView:
    """`href` starts the sign-in; `notice`: why one is here again (signed out, it failed), in words."""
    _ = words.gettext
    return EnterView(
        lead=_("Schedule, homework and marks of a pupil, straight from the school's own journal."),
        points=(
            _("A parent sees all children, also of different schools and regions."),
            _("A pupil sees lessons, tasks and averages."),
            _("Without payment and advertising; the last seen week opens without a connection."),
        ),
        action=Link(label=_("Sign in with Gosuslugi (ESIA)"), href=href),
        notice=notice,
    )
