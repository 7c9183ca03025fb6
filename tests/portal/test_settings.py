"""Every setting has a sentence and is in the documentation; a wrong one is named."""

import msgspec
import pytest

from myedu.kit.settings import Settings, SettingsError, describe_settings
from myedu.portal.app import settings_kinds
from myedu.portal.identity.settings import IdentitySettings
from tests.settings_page import TARGET, page

ENOUGH = {
    "MYEDU_DATABASE_URL": "postgresql://localhost/myedu",
    "MYEDU_BASE_URL": "https://edu.example",
    "MYEDU_ESIA_URL": "https://esia.example",
    "MYEDU_ESIA_CLIENT_ID": "MYEDU",
    "MYEDU_ESIA_KEY": "portal.key.pem",
    "MYEDU_ESIA_CERTIFICATE": "portal.cert.pem",
    "MYEDU_ESIA_TOKEN_KEYS": "esia-2025.pem, esia-2026.pem",
    "MYEDU_JOURNAL_KEY": "journal.key.pem",
    "MYEDU_COPY_KEYS": "copies-2026.key, copies-2025.key",
}


def test_the_page_of_settings_is_current() -> None:
    """If it fails: `python -m tests.settings_page`."""
    assert TARGET.read_text() == page()


def test_every_setting_has_a_sentence() -> None:
    rows = [row for kind in settings_kinds() for row in describe_settings(kind)]
    assert [name for name, _, sentence in rows if not sentence.endswith(".")] == []


def test_no_two_rooms_share_a_setting() -> None:
    names = [field.name for kind in settings_kinds() for field in msgspec.structs.fields(kind)]
    assert len(names) == len(set(names))


def test_the_required_settings_are_enough() -> None:
    settings = Settings.read(settings_kinds(), ENOUGH)
    assert settings.of(IdentitySettings).esia_token_keys == ("esia-2025.pem", "esia-2026.pem")
    fields = [field for kind in settings_kinds() for field in msgspec.structs.fields(kind)]
    assert set(ENOUGH) == {f"MYEDU_{field.name.upper()}" for field in fields if field.required}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MYEDU_BASE_URL", "https://edu.example/"),
        ("MYEDU_BASE_URL", "edu.example"),
        ("MYEDU_ESIA_VERSION", "v9"),
        ("MYEDU_SESSION_DAYS", "0"),
        ("MYEDU_ESIA_TOKEN_KEYS", ","),
        ("MYEDU_DEADLINE_SECONDS", "soon"),
    ],
)
def test_a_wrong_setting_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"{name} is {value!r}"):
        Settings.read(settings_kinds(), {**ENOUGH, name: value})
