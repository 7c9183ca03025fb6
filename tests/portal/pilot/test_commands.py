"""`myedu regions show`, `add`, `set`, `contacts`: what they print, keep, and end with."""

import inspect
import os
import re
import subprocess
import sys
from collections.abc import Callable

import msgspec
import psycopg
import pytest

from myedu.portal.pilot import readiness
from myedu.portal.pilot.terminal_words import trouble_word


class Console(msgspec.Struct, frozen=True):
    """The program over one database."""

    url: str

    def run(self, *words: str, status: int = 0) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "myedu.cli", "regions", *words],
            env={**os.environ, "MYEDU_DATABASE_URL": self.url, "MYEDU_LANG": "en"},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == status, done.stderr
        assert "Traceback" not in done.stderr
        return done.stdout if status == 0 else done.stderr


@pytest.fixture(scope="module")
def console(fresh_database: Callable[..., str]) -> Console:
    return Console(fresh_database("myedu.portal"))


def test_an_eleventh_region_is_added_set_and_shown(console: Console) -> None:
    assert len(console.run("show").splitlines()) == 11
    assert console.run("add", "77", "Город  Москва") == "77: added, Город Москва\n"
    assert "already" in console.run("add", "77", "Москва", status=1)
    assert "is no region" in console.run("show", "99", status=1)
    console.run("set", "77", "--state", "joining", "--joined-on", "2026-12-01", "--authority", "1000400010,2")
    shown = msgspec.json.decode(console.run("show", "77", "--json"))
    assert (shown["name"], shown["state"], shown["joined_on"]) == ("Город Москва", "joining", "2026-12-01")
    assert shown["authority_oids"] == ["1000400010", "2"]
    assert shown["troubles"] == ["no-system"]
    assert msgspec.json.decode(console.run("show", "--json"))[0]["code"] == "77", "what needs action is first"
    assert "in the pilot since: 2026-12-01" in console.run("show", "77")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("set", "25"), "say what to set"),
        (("set", "99", "--state", "paused"), "is no region"),
        (("set", "25", "--joined-on", "tomorrow"), "The day is none"),
        (("set", "25", "--export-days", "0"), "1 to 31 days"),
        (("set", "25", "--authority", "ОГРН"), "digits only"),
        (("set", "25", "--name", " "), "write the region's name"),
        (("add", "2x", "Nowhere"), "its two digits"),
        (("contacts", "25", "--add", "friend", "Иван"), "what the contact is for"),
        (("contacts", "25", "--add", "vendor", "Иван"), "an e-mail or a phone"),
        (("contacts", "99"), "is no region"),
    ],
)
def test_what_is_wrong_is_said(console: Console, words: tuple[str, ...], sentence: str) -> None:
    assert sentence in console.run(*words, status=1)


def test_contacts_are_listed_and_each_deed_is_a_line_of_the_audit(console: Console) -> None:
    assert console.run("contacts", "25") == "25: has no contact\n"
    added = console.run("contacts", "25", "--add", "vendor", "Журнал", "--email", "it@example.org", "--json")
    ((id, role),) = [(one["id"], one["role"]) for one in msgspec.json.decode(added)]
    assert role == "vendor"
    assert "it@example.org" in console.run("contacts", "25")
    assert console.run("contacts", "25", "--remove", str(id)) == "25: has no contact\n"
    with psycopg.connect(console.url) as conn:
        lines = conn.execute(
            "SELECT action, actor_relation FROM audit.lines WHERE region = '25' ORDER BY id"
        ).fetchall()
    assert lines == [("region.contact-add", "operator"), ("region.contact-remove", "operator")]


def test_every_trouble_has_a_word_in_the_terminal() -> None:
    codes = set(re.findall(r'code="([-a-z]+)"', inspect.getsource(readiness)))
    assert len(codes) == 15
    assert all(trouble_word(code) for code in codes)
