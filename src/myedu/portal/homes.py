"""Several roles of one person: their homes are found once, and every page leads to each by one tap.

A cookie names the homes, so that no page asks the database for them. It opens nothing: a page checks rights.
"""

from collections.abc import Sequence
from datetime import timedelta

from litestar import Response

from myedu.kit.web.responses import set_cookie
from myedu.kit.web.roles import COOKIE, homes_cookie
from myedu.portal.context import AppContext
from myedu.portal.navigation import HomePage


async def homes_of(context: AppContext, token: str) -> list[HomePage]:
    """The homes of a session's viewer, in the order of the rooms."""
    found = [await find_home(context, token) for find_home in context.homes]
    return [home for home in found if home is not None]


def remember_homes(
    answer: Response[bytes], context: AppContext, homes: Sequence[HomePage], lifetime: timedelta
) -> None:
    """Let every page of this browser link to these homes; who has one only needs no links."""
    if len(homes) > 1:
        set_cookie(answer, context, COOKIE, homes_cookie([home.href for home in homes]), lifetime=lifetime)
    else:
        answer.delete_cookie(COOKIE, path="/")
