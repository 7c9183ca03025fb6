"""The one way to make a Jinja2 environment, used by every program with pages."""

from pathlib import Path

import jinja2
import pytest

import myedu
from myedu.kit.web.templates import CompiledTemplates, template_environment

SOURCES = Path(myedu.__file__).parent
PAGE = (
    '{% extends "web/skeleton.html" %}'
    "{% block title %}{{ word }}{% endblock %}{% block body %}<p>{{ word }}</p>{% endblock %}"
)


def test_only_the_kit_makes_environments() -> None:
    users = {path.relative_to(SOURCES) for path in SOURCES.rglob("*.py") if "jinja2" in path.read_text()}
    assert users == {Path("kit/web/templates.py")}


def test_values_are_escaped_and_undefined_names_raise() -> None:
    environment = template_environment({}, brand="A & B")
    assert environment.from_string("{{ brand }}").render() == "A &amp; B"
    with pytest.raises(jinja2.UndefinedError):
        environment.from_string("{{ brend }}").render()


def test_a_package_brings_templates_under_its_prefix_beside_the_kits() -> None:
    environment = template_environment({"journal": "myedu.journal"})
    assert {"journal/start.html", "web/skeleton.html"} <= set(environment.list_templates())


def test_environments_share_compiled_templates_but_not_variables() -> None:
    compiled = CompiledTemplates()
    for word in ("one", "two"):
        environment = template_environment({}, compiled=compiled, word=word)
        page = environment.from_string(PAGE).render()
        assert f"<title>{word}</title>" in page
        assert f"<p>{word}</p>" in page
