"""The page «Вид»: its cookie and its form."""

import pytest

from myedu.kit.i18n import load_words
from myedu.kit.web.appearance import Appearance, appearance_cookie, choose_appearance, read_appearance
from myedu.kit.web.appearance_form import appearance_view

WORDS = load_words("myedu.kit.web")
RU = WORDS["ru"]


@pytest.mark.parametrize(
    "appearance", [Appearance(), Appearance("hc-dark", 200, wide=True), Appearance("blue", 125)]
)
def test_an_appearance_survives_its_cookie(appearance):
    assert read_appearance(appearance_cookie(appearance)) == appearance


@pytest.mark.parametrize("cookie", [None, "", ".", "neon.100.0", "dark", "dark.999.1.1.1", "<script>.200.1"])
def test_a_broken_cookie_is_no_error(cookie):
    appearance = read_appearance(cookie)
    assert appearance.theme in ("", "dark")
    assert appearance.size in (100, 200)


def test_the_form_shows_the_choice_and_only_available_languages():
    view = appearance_view(RU, choose_appearance("hc-dark", "150", "1"), back="/children", languages=WORDS)
    assert [choice.label for choice in view.themes if choice.chosen] == ["Белым по чёрному"]
    assert [choice.label for choice in view.sizes if choice.chosen] == ["150 %"]
    assert [choice.value for choice in view.languages] == ["ru", "en", "tt", "sah"]
    assert view.wide
