"""Pages in the visitor's language: what base.html shows around a view, and rendering."""

from collections.abc import Mapping
from typing import Any

import msgspec

from myedu.kit.i18n import Words
from myedu.kit.web.appearance import Appearance
from myedu.kit.web.assets import Assets
from myedu.kit.web.templates import CompiledTemplates, template_environment


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """What all pages of one program share. `description`: a message id, for search engines.

    `preloaded_fonts`: logical names of the assets that the first screen is set in.
    """

    brand: str
    description: str
    preloaded_fonts: tuple[str, ...] = ()

    @property
    def title_suffix(self) -> str:
        """What every title ends with, after the text of the h1."""
        return f" — {self.brand}"


class View(msgspec.Struct, frozen=True, kw_only=True):
    """What a template is given: words chosen, numbers formatted. Empty strings and tuples are not shown."""


class ChoiceView(View):
    """One option of a form's field."""

    value: str
    label: str
    chosen: bool


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """A link with its words; `current`: it leads to the page that shows it."""

    label: str
    href: str
    note: str = ""
    current: bool = False


class PageView(msgspec.Struct, frozen=True, kw_only=True):
    """What base.html shows around a view. Empty values are not shown."""

    title: str  # the text of the h1 too
    language: str
    now: str  # ISO 8601, the server's time: scripts correct the device's clock by it
    path: str  # of this page, where its forms lead back to
    viewer: str = ""  # name of the signed-in person; empty for an anonymous visitor
    csrf: str = ""
    keep: str = ""  # tag of the account, by which the service worker keeps pages apart; empty: keep no copy
    appearance: Appearance = Appearance()
    nav: tuple[Link, ...] = ()
    chips: tuple[Link, ...] = ()  # the children to choose among
    zone_note: str = ""
    age: str = ""  # of the data, one line
    status: str = ""  # what has just happened; read aloud too
    offline_note: str = ""  # shown only on a copy that the service worker kept


class ErrorView(msgspec.Struct, frozen=True, kw_only=True):
    """What happened, and the way out. `number`: of the request, as in the log, for support."""

    text: str
    action: Link
    number: str = ""


class Pages:
    """Renders templates named `<prefix>/<file>`.

    One environment per language, because then `_` is a global and macros are imported once, not at every
    page; the compiled templates are shared.
    """

    def __init__(
        self, site: Site, assets: Assets, words: Mapping[str, Words], packages: Mapping[str, str]
    ) -> None:
        """`packages`: prefix → package whose folder `templates` it reads, beside the kit's own (`web/…`)."""
        compiled = CompiledTemplates()
        self._environments = {
            language: template_environment(
                packages,
                compiled=compiled,
                _=translations.gettext,
                **_site_variables(site, assets, translations),
            )
            for language, translations in words.items()
        }

    def render(self, template: str, page: PageView, view: Any) -> str:
        """The HTML of a template, in the page's language."""
        return self._environments[page.language].get_template(template).render(page=page, view=view)


def _site_variables(site: Site, assets: Assets, words: Words) -> dict[str, Any]:
    return {
        "brand": site.brand,
        "title_suffix": site.title_suffix,
        "description": words.gettext(site.description),
        "style": assets.url("app.css"),
        "script": assets.url("app.js"),
        "icon": assets.url("icon.svg"),
        "worker": "/sw.js" if assets.url("sw.js") else None,
        "fonts": [url for name in site.preloaded_fonts if (url := assets.url(name))],
    }
