"""OpenAPI documents of programs that publish none, made of their routes and the forms of their templates."""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).resolve().parents[2] / "src" / "myedu"
_PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")
_FIELD = re.compile(r'<(?:input|select|button|textarea)\b[^>]*\bname="([a-z_]+)"')
_WITH_BODY = frozenset(("POST", "PUT", "PATCH"))


def form_fields(*folders: str) -> tuple[str, ...]:
    """The names of all fields in the templates below these folders of src/myedu."""
    pages = (page.read_text() for folder in folders for page in (SOURCE / folder).rglob("*.html"))
    return tuple(sorted({name for page in pages for name in _FIELD.findall(page)}))


def document(
    routes: Iterable[tuple[str, str]],
    *,
    known: Mapping[str, str] | None = None,
    fields: Sequence[str] = (),
    constants: Mapping[str, str] | None = None,
    query: Sequence[str] = (),
    bodies: Mapping[str, tuple[str, Mapping[str, Any]]] | None = None,
) -> dict[str, Any]:
    """A document of routes, each a method and a path with parameters in braces.

    `known`: values of path parameters that lead somewhere. `fields`: of any form; `constants`: those that
    always have this value. `query`: parameters of any address. `bodies`: path → media type and schema of a
    body that is no form.
    """
    paths: dict[str, dict[str, Any]] = {}
    form = {**{name: {"type": "string"} for name in fields}}
    form |= {name: {"const": value} for name, value in (constants or {}).items()}
    schema = {"type": "object", "properties": form, "required": [*(constants or {})]}
    for method, path in routes:
        operation: dict[str, Any] = {
            "parameters": [
                *(_path_parameter(name, known or {}) for name in _PARAMETER.findall(path)),
                *({"name": name, "in": "query", "schema": {"type": "string"}} for name in query),
            ],
            "responses": {"default": {"description": "anything but a 5xx"}},
        }
        if method in _WITH_BODY:
            kinds = dict.fromkeys(("application/x-www-form-urlencoded", "multipart/form-data"), schema)
            if bodies and path in bodies:
                kinds = dict([bodies[path]])
            content = {kind: {"schema": described} for kind, described in kinds.items()}
            operation["requestBody"] = {"required": True, "content": content}
        paths.setdefault(_PARAMETER.sub(r"{\1}", path), {})[method.lower()] = operation
    return {"openapi": "3.1.0", "info": {"title": "routes", "version": "1"}, "paths": paths}


def _path_parameter(name: str, known: Mapping[str, str]) -> dict[str, Any]:
    kinds: list[dict[str, Any]] = [{"type": "string", "minLength": 1}]
    if name in known:
        kinds.insert(0, {"const": known[name]})
    return {"name": name, "in": "path", "required": True, "schema": {"anyOf": kinds}}
