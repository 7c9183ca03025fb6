"""What the Litestar handlers of any program with pages are given."""

from collections.abc import Mapping

import msgspec

from myedu.kit.clock import Clock
from myedu.kit.db import Database
from myedu.kit.i18n import Words
from myedu.kit.telemetry import Telemetry
from myedu.kit.web.assets import Assets
from myedu.kit.web.pages import Pages


class WebContext(msgspec.Struct, frozen=True, kw_only=True):
    """What a program makes its responses with.

    `base_url`: the address by which browsers reach the program, without a trailing slash. `words`: language →
    its words. `api_prefixes`: paths that programs call. `home_labels`: the first pages among which a person
    with several roles switches, address → message id.
    """

    clock: Clock
    pages: Pages
    assets: Assets
    words: Mapping[str, Words]
    telemetry: Telemetry
    base_url: str
    api_prefixes: tuple[str, ...] = ()
    home_labels: Mapping[str, str] = {}

    @property
    def is_secure(self) -> bool:
        """Whether browsers use https, so that cookies are never sent over http."""
        return self.base_url.startswith("https://")


class HandlerContext(WebContext, frozen=True, kw_only=True):
    """The same with the database, which is opened when the program starts: `app.state.context`.

    `migrations`: names of those that the program can't run without; it is not ready before they are applied.
    """

    database: Database
    migrations: tuple[str, ...] = ()
