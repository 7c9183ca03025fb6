"""JSON Schema of every struct and the OpenAPI document, generated from the structs and methods.

`python -m myedu.contract.schema --out docs/exchange` writes both files.
"""

import argparse
from pathlib import Path
from typing import Any

import msgspec

from myedu.contract import CONTRACT_VERSION, fgis, tables
from myedu.contract.examples import example_of
from myedu.contract.methods import COMMON_ERRORS, METHODS, Method, Parameter
from myedu.contract.problems import PROBLEM_MEDIA_TYPE, PROBLEMS, Problem

SCHEMA_FILE = "contract.schema.json"
OPENAPI_FILE = "openapi.json"
_BINARY = "application/octet-stream"
_FORM = "application/x-www-form-urlencoded"


def wire_types() -> list[type[msgspec.Struct]]:
    """The top-level structs of the wire: answers, bodies, rows, manifest, errors."""
    answers = [method.answer for method in METHODS if method.answer]
    bodies = [method.body for method in METHODS if method.body]
    return [*dict.fromkeys(answers + bodies), Problem, fgis.OperationOutcome, *tables.TABLES.values()]


def schema_bundle() -> dict[str, Any]:
    """JSON Schema 2020-12 of all structs, a definition each in `$defs`."""
    _, definitions = msgspec.json.schema_components(wire_types(), ref_template="#/$defs/{name}")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"The exchange contract of «Моё образование», version {CONTRACT_VERSION}",
        "$defs": dict(sorted(definitions.items())),
    }


def openapi_document(base_url: str = "https://journal.example") -> dict[str, Any]:
    """OpenAPI 3.1 of the methods that a journal serves under `base_url`."""
    template = "#/components/schemas/{name}"
    _, definitions = msgspec.json.schema_components(wire_types(), ref_template=template)
    paths: dict[str, dict[str, Any]] = {}
    for method in METHODS:
        paths.setdefault(method.path, {})[method.verb.lower()] = _operation(method, template)
    flow = {"tokenUrl": f"{base_url}/oauth2/token", "scopes": {}}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Exchange of a journal with «Моё образование»",
            "version": CONTRACT_VERSION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": base_url}],
        "security": [{"oauth2": []}],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(definitions.items())),
            "securitySchemes": {"oauth2": {"type": "oauth2", "flows": {"clientCredentials": flow}}},
        },
    }


def _operation(method: Method, template: str) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": method.name,
        "summary": method.sentence,
        "parameters": [_parameter(parameter, template) for parameter in method.parameters],
        "responses": _responses(method, template),
    }
    if needed := method.capability or method.profile:
        operation["x-capability"] = needed
    if method.body is not None:
        operation["requestBody"] = {"required": True, "content": _content(method.body, template)}
    if method.name == "token":
        operation["security"] = []
        operation["requestBody"] = {"required": True, "content": {_FORM: {"schema": _TOKEN_FORM}}}
    return operation


def _parameter(parameter: Parameter, template: str) -> dict[str, Any]:
    (schema,), _ = msgspec.json.schema_components([parameter.kind], ref_template=template)
    return {
        "name": parameter.name,
        "in": parameter.place,
        "required": parameter.required,
        "description": parameter.sentence,
        "schema": schema,
    }


def _responses(method: Method, template: str) -> dict[str, Any]:
    success: dict[str, Any] = {"204": {"description": "Taken"}}
    if method.answer is not None:
        success = {"200": {"description": "The answer", "content": _content(method.answer, template)}}
        if method.verb == "GET":
            success["304"] = {"description": "Unchanged since the ETag in If-None-Match"}
    elif method.verb == "GET":
        body: dict[str, Any] = {"content": {_BINARY: {}}}
        success = {"200": {"description": "The file", **body}, "206": {"description": "A part of it", **body}}
    by_status: dict[int, list[str]] = {}
    for code in (*COMMON_ERRORS, *method.errors):
        by_status.setdefault(PROBLEMS[code][0], []).append(code)
    fault = fgis.OperationOutcome if method.profile else Problem
    media_type = "application/json" if method.profile else PROBLEM_MEDIA_TYPE
    for status, codes in sorted(by_status.items()):
        content = _content(fault, template, media_type)
        success[str(status)] = {"description": ", ".join(codes), "content": content}
    return success


def _content(
    struct: type[msgspec.Struct], template: str, media_type: str = "application/json"
) -> dict[str, Any]:
    (schema,), _ = msgspec.json.schema_components([struct], ref_template=template)
    return {media_type: {"schema": schema, "example": msgspec.to_builtins(example_of(struct))}}


_TOKEN_FORM: dict[str, Any] = {
    "type": "object",
    "required": ["grant_type", "client_assertion_type", "client_assertion"],
    "properties": {
        "grant_type": {"const": "client_credentials"},
        "client_assertion_type": {"const": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
        "client_assertion": {"type": "string", "description": "JWT, RS256, PS256 or ES256, RFC 7523"},
        "client_id": {"type": "string"},
    },
}


def render(document: dict[str, Any]) -> bytes:
    """The bytes of a published file: JSON with indents, always the same for the same structs."""
    return msgspec.json.format(msgspec.json.encode(document), indent=1) + b"\n"


def write_files(folder: Path) -> None:
    """Writes both files into the folder, which is made if it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / SCHEMA_FILE).write_bytes(render(schema_bundle()))
    (folder / OPENAPI_FILE).write_bytes(render(openapi_document()))


def main() -> None:
    """Writes both files into `--out`."""
    parser = argparse.ArgumentParser(prog="python -m myedu.contract.schema", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder for the two files")
    write_files(parser.parse_args().out)


if __name__ == "__main__":
    main()
