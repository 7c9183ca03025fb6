"""`assert_conforms`: the one line of a vendor's test."""

from typing import Any

import pytest

from myedu.connector.conformance.testing import Visitor, assert_conforms
from myedu.connector.sdk.server import RegisteredClient, connector_app
from myedu.contract.answers import Marks
from myedu.contract.windows import Window
from myedu.kit.clock import SystemClock
from tests.connector.conformance.conftest import TOKEN_KEY
from tests.connector.conformance.good import TodaysSchool
from tests.connector.sdk.school import PUPIL, School


def serving_of(school: School) -> Any:
    def build(visitor: Visitor) -> Any:
        return connector_app(
            school,
            base_url=visitor.base_url,
            clients=[RegisteredClient(visitor.client_id, visitor.public_key_pem)],
            token_key=TOKEN_KEY,
            clock=SystemClock(),
        )

    return build


class Mistaken(TodaysSchool):
    """Returns marks for every id, also for unknown ones."""

    def marks(self, student_id: str, window: Window) -> Marks | None:
        return Marks(
            student_id=student_id,
            first_day=window.first,
            last_day=window.last,
            time_zone="Asia/Vladivostok",
            marks=(),
        )


def test_a_good_system_passes() -> None:
    report = assert_conforms(serving_of(TodaysSchool()), students=[PUPIL], load_seconds=0.2)
    assert report.exit_status == 0


async def test_inside_a_running_loop_too() -> None:
    assert_conforms(serving_of(TodaysSchool()), students=[PUPIL], load_seconds=0.2)


def test_a_bad_system_fails_with_the_words_of_its_rule() -> None:
    with pytest.raises(AssertionError) as caught:
        assert_conforms(serving_of(Mistaken()), students=[PUPIL], load_seconds=0.2)
    assert "methods.nobody" in str(caught.value)
    assert "отвечайте 404 not-found" in str(caught.value)


def test_a_run_that_cannot_start_raises_with_the_reason() -> None:
    with pytest.raises(AssertionError, match="--student ID"):
        assert_conforms(serving_of(TodaysSchool()))


def test_an_exemption_of_an_unknown_rule_is_an_error() -> None:
    with pytest.raises(AssertionError, match=r"exempt names no rule: methods\.nothing"):
        assert_conforms(serving_of(TodaysSchool()), students=[PUPIL], exempt={"methods.nothing": "so it is"})
