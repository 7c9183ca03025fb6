"""Проверка: судья задаёт вашему журналу вопросы по HTTP и судит ответы по всем правилам обмена."""

from pathlib import Path

from myedu.connector.conformance.testing import assert_conforms
from myedu.connector.simple.testing import served

import sample
from journal import DATABASE, Journal

STUDENT = "1"  # кто-нибудь с уроками, заданиями и отметками в последние недели


def test_the_rules_are_kept(tmp_path: Path) -> None:
    """Все правила обмена соблюдены."""
    if not DATABASE.exists():
        sample.main(DATABASE)
    assert_conforms(served(Journal(), tmp_path), students=[STUDENT])
