"""`GET /v1/docs`: the methods as a page for people, without scripts and external resources."""

import base64
import hashlib
from collections.abc import Iterator
from html import escape
from typing import Literal

import msgspec
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from myedu.connector.sdk.docs_words import METHODS_RU, PAGE, PARAMETERS_RU
from myedu.connector.sdk.request_context import ServerContext, describe
from myedu.contract.answers import SystemDescription
from myedu.contract.examples import example_of
from myedu.contract.methods import COMMON_ERRORS, METHODS, Method, Parameter

Language = Literal["ru", "en"]

_STYLE = """
body{max-width:60rem;margin:0 auto;padding:1.5rem;
font:1rem/1.5 system-ui,sans-serif;color:#1b1f24;background:#fff}
code,pre{font:.9rem/1.4 ui-monospace,monospace}
pre{background:#f3f5f7;padding:1rem;overflow:auto}
table{border-collapse:collapse}td,th{border:1px solid #c9d1d9;padding:.3rem .6rem;text-align:left}
h2{margin-top:2.5rem;border-top:1px solid #c9d1d9;padding-top:1rem;overflow-wrap:anywhere}
.verb{background:#0b5394;color:#fff;padding:.1rem .5rem;border-radius:.2rem}
@media(prefers-color-scheme:dark){body{color:#e6edf3;background:#0d1117}pre{background:#161b22}a{color:#79b8ff}}
"""
_STYLE_SUM = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_HEADERS = {
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_STYLE_SUM}'; base-uri 'none';"
    " form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


async def docs_page(server: ServerContext, request: Request) -> Response:
    """The page in Russian, with `?lang=en` in English.

    Needs no token: it shows the specification, no data.
    """
    language: Language = "en" if request.query_params.get("lang") == "en" else "ru"
    description = await describe(server)
    return HTMLResponse(
        _page(server.base_url, description, language), headers={**_HEADERS, "Content-Language": language}
    )


def _page(base_url: str, description: SystemDescription, language: Language) -> str:
    words, other = PAGE[language], "ru" if language == "en" else "en"
    system = description.system
    links = "".join(
        f'<li><a href="#{method.name}"><code>{method.verb} {escape(method.path)}</code></a></li>'
        for method in METHODS
    )
    methods = "".join(_method(method, description, language) for method in METHODS)
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{words["title"]}{words["suffix"]}</title>'
        f"<style>{_STYLE}</style></head><body>"
        f'<p><a lang="{other}" href="?lang={other}">{words["other"]}</a></p>'
        f"<main><h1>{words['title']}</h1>"
        f"<p>{words['served']} <code>{escape(base_url)}</code>: {escape(system.vendor)},"
        f" {escape(system.product)} {escape(system.version)}. {words['machine']}"
        f'<a href="openapi.json">OpenAPI</a>.</p>'
        f'<nav aria-label="{words["methods"]}"><ul>{links}</ul></nav>{methods}</main></body></html>'
    )


def _method(method: Method, description: SystemDescription, language: Language) -> str:
    return "".join(_parts(method, description, language))


def _parts(method: Method, description: SystemDescription, language: Language) -> Iterator[str]:
    words = PAGE[language]
    yield f'<section><h2 id="{method.name}"><span class="verb">{method.verb}</span>'
    yield f" <code>{escape(method.path)}</code></h2>"
    yield f"<p>{escape(METHODS_RU[method.name] if language == 'ru' else method.sentence)}"
    if not _served(method, description):
        yield f" <strong>{words['not-served']}</strong>"
    yield "</p>"
    if method.parameters:
        yield f"<table><thead><tr><th>{words['parameter']}</th><th>{words['where']}</th>"
        yield f"<th>{words['meaning']}</th></tr></thead><tbody>"
        yield from (_parameter(parameter, language) for parameter in method.parameters)
        yield "</tbody></table>"
    for title, struct in ((words["body"], method.body), (words["answer"], method.answer)):
        if struct is not None:
            yield f"<h3>{title}</h3><p>{words['example']}:</p><pre>{_example(struct)}</pre>"
    codes = ", ".join(f"<code>{code}</code>" for code in (*COMMON_ERRORS, *method.errors))
    yield f"<h3>{words['errors']}</h3><p>{codes}</p></section>"


def _parameter(parameter: Parameter, language: Language) -> str:
    words = PAGE[language]
    sentence = PARAMETERS_RU[parameter.name] if language == "ru" else parameter.sentence
    needed = f"; {words['required']}" if parameter.required else ""
    return (
        f"<tr><td><code>{parameter.name}</code></td><td>{parameter.place}</td>"
        f"<td>{escape(sentence)}{needed}</td></tr>"
    )


def _served(method: Method, description: SystemDescription) -> bool:
    needed = method.capability or method.profile
    return needed is None or needed in (*description.capabilities, *description.profiles)


def _example(struct: type) -> str:
    return escape(msgspec.json.format(msgspec.json.encode(example_of(struct))).decode())
