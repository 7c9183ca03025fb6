"""The one way to make a Jinja2 environment: escaped, strict, compiled once."""

from collections.abc import Mapping
from typing import Any

import jinja2

KIT = {"web": "myedu.kit.web"}
"""Prefix → package of the templates that every program has: `web/skeleton.html`, `web/base.html` …"""


def template_environment(
    packages: Mapping[str, str], *, compiled: jinja2.BytecodeCache | None = None, **variables: Any
) -> jinja2.Environment:
    """An environment whose templates are named `<prefix>/<file>`.

    `packages`: prefix → package with a folder `templates`; `variables`: global in every template. An
    undefined name raises jinja2.UndefinedError instead of rendering as nothing.
    """
    loaders = {prefix: jinja2.PackageLoader(package) for prefix, package in {**KIT, **packages}.items()}
    environment = jinja2.Environment(
        loader=jinja2.PrefixLoader(loaders),
        bytecode_cache=compiled,
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    environment.globals.update(variables)
    return environment


class CompiledTemplates(jinja2.BytecodeCache):
    """Compiled templates in memory, shared by several environments (one per language)."""

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        """Called by Jinja2."""
        if bucket.key in self._code:
            bucket.bytecode_from_string(self._code[bucket.key])

    def dump_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        """Called by Jinja2."""
        self._code[bucket.key] = bucket.bytecode_to_string()
