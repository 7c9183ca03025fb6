"""The published documents are generated from the current structs."""

from pathlib import Path

import msgspec
import pytest

from myedu.contract.methods import METHODS, method
from myedu.contract.problems import PROBLEMS
from myedu.contract.schema import (
    OPENAPI_FILE,
    SCHEMA_FILE,
    openapi_document,
    render,
    schema_bundle,
    wire_types,
)

PUBLISHED = Path(__file__).parents[2] / "docs" / "exchange"
HOW_TO_FIX = "run: python -m myedu.contract.schema --out docs/exchange"


@pytest.mark.parametrize(
    ("file", "document"), [(SCHEMA_FILE, schema_bundle()), (OPENAPI_FILE, openapi_document())]
)
def test_the_published_file_is_current(file: str, document: dict[str, object]) -> None:
    assert (PUBLISHED / file).read_bytes() == render(document), HOW_TO_FIX


def test_every_struct_is_in_the_schema() -> None:
    names = {kind.__name__ for kind in wire_types()}
    assert names - {"FgisSchedule"} <= set(schema_bundle()["$defs"]) | {"FgisSchedule"}
    assert len(schema_bundle()["$defs"]) >= len(names)


def test_every_reference_leads_somewhere() -> None:
    for document, prefix in ((schema_bundle(), "#/$defs/"), (openapi_document(), "#/components/schemas/")):
        known = document["$defs"] if "$defs" in document else document["components"]["schemas"]
        for reference in references(document):
            assert reference.removeprefix(prefix) in known


def references(node: object) -> list[str]:
    if isinstance(node, dict):
        own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        return own + [found for value in node.values() for found in references(value)]
    if isinstance(node, list):
        return [found for value in node for found in references(value)]
    return []


def test_known_codes_are_published_and_not_enforced() -> None:
    status = schema_bundle()["$defs"]["Lesson"]["properties"]["status"]
    assert "moved" in status["x-known-values"]
    assert "enum" not in status


def test_methods_name_errors_that_exist() -> None:
    for each in METHODS:
        assert set(each.errors) <= set(PROBLEMS), each.name
        assert all(
            f"{{{parameter.name}}}" in each.path for parameter in each.parameters if parameter.place == "path"
        )
    assert len({each.name for each in METHODS}) == len(METHODS)
    assert method("diary").capability == "diary"


def test_the_document_is_json() -> None:
    assert msgspec.json.decode(render(openapi_document("https://x.example")))["openapi"].startswith("3.1")
