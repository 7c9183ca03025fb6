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

    `preloaded_fonts`: logical names of the assets of fonts that the first screen uses. `sessions`: address of
    the page where a signed-in person sees their sessions; empty: there is none.
    """

    brand: str
    description: str
    preloaded_fonts: tuple[str, ...] = ()
    sessions: str = ""

    @property
    def title_suffix(self) -> str:
        """What every title ends with, after the text of the h1."""
        return f" — {self.brand}"


class View(msgspec.Struct, frozen=True, kw_only=True):
    """What a template is given: all words chosen, all numbers formatted. Empty values are not shown."""


class ChoiceView(View, frozen=True):
    """One option of a form's field."""

    value: str
    label: str
    chosen: bool


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """A link. `note`: quieter words behind the label; `current`: it leads to the page that shows it."""

    label: str
    href: str
    note: str = ""
    current: bool = False


class PageView(msgspec.Struct, frozen=True, kw_only=True):
    """What base.html shows around a view. Empty values are not shown."""

    title: str  # also the text of the h1
    language: str
    now: str  # the server's time, ISO 8601, by which scripts correct the device's clock
    path: str  # of this page, where «Вид» and forms lead back to
    viewer: str = ""  # name of the signed-in person; empty for an anonymous visitor
    csrf: str = ""
    keep: str = ""  # tag of the account whose copies the service worker keeps; empty: no copy is kept
    appearance: Appearance = Appearance()
    nav: tuple[Link, ...] = ()
    roles: tuple[Link, ...] = ()  # the homes of a person with several roles
    chips: tuple[Link, ...] = ()  # the children to choose among
    zone_note: str = ""
    age: str = ""  # of the data, one line
    status: str = ""  # what has just happened; screen readers read it aloud
    offline_note: str = ""  # shown only on a copy that the service worker kept


class ErrorView(msgspec.Struct, frozen=True, kw_only=True):
    """What happened, and what to do. `number`: the request's id, as in the log, for support."""

    text: str
    action: Link
    more: Link | None = None  # where it is explained
    number: str = ""


class Pages:
    """Renders templates named `<prefix>/<file>`.

    There is an environment per language: so `_` is a global, and macros are imported once instead of at every
    page. The compiled templates are shared.
    """

    def __init__(
        self, site: Site, assets: Assets, words: Mapping[str, Words], packages: Mapping[str, str]
    ) -> None:
        """`words`: language → its words; `packages`: prefix → package with a folder `templates`."""
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
        """The HTML of a template in the page's language. Raises KeyError for an unknown one."""
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
        "sessions": site.sessions,
        "fonts": [url for name in site.preloaded_fonts if (url := assets.url(name))],
    }
