"""Pages: Jinja2 environments, one a language, and what every page gets beside its own view."""

from collections.abc import Mapping
from typing import Any

import jinja2
import msgspec

from myedu.kit.assets import Assets
from myedu.kit.i18n import Words
from myedu.portal.look import Look

BRAND = "Моё образование"
TITLE_SUFFIX = f" — {BRAND}"
FONTS_FIRST = ("golos-cyrillic-400.woff2",)
"""Preloaded: the letters that the first screen is set in."""


class Link(msgspec.Struct, frozen=True, kw_only=True):
    label: str
    href: str
    note: str = ""
    current: bool = False


class PageView(msgspec.Struct, frozen=True, kw_only=True):
    """What base.html shows around a view. Empty means: not shown."""

    title: str  # the h1's text too
    language: str
    now: str  # ISO 8601, the server's time: scripts correct the device's clock by it
    path: str  # of this page, where the forms lead back to
    viewer: str = ""  # who is signed in; empty: nobody
    csrf: str = ""
    keep: str = ""  # tag of the account, by which the service worker keeps pages apart; empty: keeps none
    look: Look = Look()
    nav: tuple[Link, ...] = ()
    chips: tuple[Link, ...] = ()  # the children to choose among
    zone_note: str = ""
    age: str = ""  # of the data, one line
    status: str = ""  # what has just happened, said aloud too
    offline_note: str = ""  # shown only on a copy that the service worker kept


class ErrorView(msgspec.Struct, frozen=True, kw_only=True):
    """What happened, and the way out."""

    text: str
    action: Link
    number: str = ""  # of the request, for whoever asks for help; the log has it too


class Pages:
    """Renders templates named `<room>/<file>`; the room `portal` holds the base and the macros.

    An environment a language, because then `_` is a global and macros are imported once, not at
    every page; the compiled code is shared between them.
    """

    def __init__(self, assets: Assets, words: Mapping[str, Words], rooms: Mapping[str, str]) -> None:
        """`rooms`: room → package whose folder `templates` it reads."""
        packages = {"portal": "myedu.portal", **rooms}
        loader = jinja2.PrefixLoader(
            {room: jinja2.PackageLoader(package) for room, package in packages.items()}
        )
        compiled = _CompiledTemplates()
        self._environments = {
            language: _environment(loader, compiled, assets, spoken) for language, spoken in words.items()
        }

    def render(self, template: str, page: PageView, view: Any) -> str:
        environment = self._environments[page.language]
        return environment.get_template(template).render(page=page, view=view)


def _environment(
    loader: jinja2.BaseLoader, compiled: jinja2.BytecodeCache, assets: Assets, words: Words
) -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=loader,
        bytecode_cache=compiled,
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    environment.globals.update(
        _=words.gettext,
        brand=BRAND,
        title_suffix=TITLE_SUFFIX,
        style=assets.url("app.css"),
        script=assets.url("app.js"),
        icon=assets.url("icon.svg"),
        worker="/sw.js" if assets.url("sw.js") else None,
        fonts=[url for name in FONTS_FIRST if (url := assets.url(name))],
    )
    return environment


class _CompiledTemplates(jinja2.BytecodeCache):
    """Compiled code in memory, so that the second language doesn't compile again."""

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        if bucket.key in self._code:
            bucket.bytecode_from_string(self._code[bucket.key])

    def dump_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        self._code[bucket.key] = bucket.bytecode_to_string()
