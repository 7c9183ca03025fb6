"""A page of what a journal answered. If it can't be made, the copies go and the journal is asked again.

An answer is checked when it is read, so this is for copies of another release and for faults of our own. What
can't be shown the second time either is shown as an answer with an error; the other children's cards stay.
"""

import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from litestar import Response
from litestar.exceptions import HTTPException
from msgspec.structs import replace

from myedu.portal.diary.models import DiaryFacts, FamilyFacts, MarksFacts, WeekFacts
from myedu.portal.federation.models import Unavailable

F = TypeVar("F", bound=DiaryFacts | WeekFacts | FamilyFacts | MarksFacts)
Show = Callable[[F], Response[bytes]]
"""Makes the page of the facts, or raises."""

_log = logging.getLogger(__name__)
WRONG = "wrong-shape"
"""The reason of an answer that breaks the contract: for the family it is the same."""


async def shown(
    read: Callable[[], Awaitable[F]], show: Show[F], discard: Callable[[F], Awaitable[None]]
) -> Response[bytes]:
    """The page; `discard` throws away the copies that the facts were read from."""
    facts = await read()
    try:
        return show(facts)
    except HTTPException:
        raise  # of the request, not of the answer
    except Exception as error:
        _report(error, "the copies are discarded and the journal is asked again")
    await discard(facts)
    facts = await read()
    try:
        return show(facts)
    except Exception as error:
        _report(error, "it is shown as an answer with an error")
    await discard(facts)
    return show(_without_answers(facts, show))


def _report(error: Exception, what_now: str) -> None:
    _log.error("a page can't be made of an answer: %s", what_now, exc_info=error)


def _without_answers(facts: F, show: Show[F]) -> F:
    """The facts without the answers of which no page can be made."""
    now = facts.family.now
    wrong = Unavailable(WRONG, now)
    if isinstance(facts, FamilyFacts):
        alone = [replace(facts, cards=(card,)) for card in facts.cards]
        cards = (
            one.cards[0] if _can_show(show, one) else replace(one.cards[0], diary=wrong) for one in alone
        )
        return replace(facts, cards=tuple(cards))
    if isinstance(facts, MarksFacts):
        return replace(facts, marks=wrong)
    return replace(facts, diary=wrong)


def _can_show(show: Show[F], facts: F) -> bool:
    try:
        show(facts)
    except Exception:
        return False  # reported already
    return True
