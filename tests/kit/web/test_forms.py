"""The hidden field of a form: valid for this session, and different on every page."""

import base64

import pytest

from myedu.kit.web.forms import WrongForm, check_form, csrf_token

BASE = "https://portal.example"


def check(session: str, given: str | None) -> None:
    check_form(session, given, {}, BASE)


def test_every_page_has_another_value_and_each_is_valid() -> None:
    tokens = {csrf_token("anna") for _ in range(50)}
    assert len(tokens) == 50
    for token in tokens:
        check("anna", token)
    # No part of it is constant, or it could be guessed from the size of the compressed page.
    raw = [base64.urlsafe_b64decode(token) for token in tokens]
    assert all(len({value[place] for value in raw}) > 1 for place in range(len(raw[0])))


@pytest.mark.parametrize("given", [None, "", "x" * 43, "0" * 88, "я" * 88, "====", "A" * 10_000])
def test_a_value_that_is_not_ours_is_refused(given: str | None) -> None:
    with pytest.raises(WrongForm):
        check("anna", given)


def test_another_sessions_value_is_refused() -> None:
    with pytest.raises(WrongForm):
        check("anna", csrf_token("boris"))
    token = csrf_token("anna")
    with pytest.raises(WrongForm):
        check("anna", token[:-4] + ("AAAA" if token[-4:] != "AAAA" else "BBBB"))
