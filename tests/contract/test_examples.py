"""Every struct on the wire has an example that is encoded and decoded without loss."""

from typing import Any

import msgspec
import pytest

from myedu.contract.act import ActClaims
from myedu.contract.answers import Marks, Schedule
from myedu.contract.examples import EXAMPLES, example_of
from myedu.contract.schema import wire_types
from myedu.contract.school import Mark
from myedu.contract.tables import Person


def test_every_struct_of_the_wire_has_one_example() -> None:
    assert {type(example) for example in EXAMPLES} == {*wire_types(), ActClaims}
    assert len({type(example) for example in EXAMPLES}) == len(EXAMPLES)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: type(example).__name__)
def test_an_example_survives_encoding(example: Any) -> None:
    body = msgspec.json.encode(example)
    assert msgspec.json.decode(body, type=type(example)) == example


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: type(example).__name__)
def test_fields_of_a_later_version_are_ignored(example: Any) -> None:
    body = msgspec.json.encode(example)[:-1] + b',"added_in_1_1":{"x":[1]}}'
    assert msgspec.json.decode(body, type=type(example)) == example


def test_an_unknown_code_passes_through() -> None:
    known = msgspec.json.encode(example_of(Marks).marks[0])
    body = known.replace(b'"value":"5"', b'"value":"A*","scale":"uk"').replace(b'"control"', b'"quiz"')
    mark = msgspec.json.decode(body, type=Mark)
    assert (mark.value, mark.scale, mark.work.kind) == ("A*", "uk", "quiz")


@pytest.mark.parametrize("bad", [b'"9007199254740993"', b'"a/b"', b'"' + b"x" * 64 + b'"'])
def test_what_is_an_id(bad: bytes) -> None:
    assert decode_person(bad).id


@pytest.mark.parametrize(
    "bad",
    [
        b"9007199254740993",
        b'""',
        b'" "',
        b'"a b"',
        b'"a\\n"',
        '"ы"'.encode(),
        b'"' + b"x" * 65 + b'"',
        b'".."',
    ],
)
def test_what_is_no_id(bad: bytes) -> None:
    with pytest.raises(msgspec.ValidationError):
        decode_person(bad)


def test_an_instant_needs_its_offset() -> None:
    with pytest.raises(msgspec.ValidationError):
        decode_person(b'"p"', updated_at=b"2026-09-01T08:00:00")


def test_the_list_that_an_answer_is_about_is_always_there() -> None:
    empty = msgspec.structs.replace(example_of(Schedule), lessons=())
    body = msgspec.json.encode(empty)
    assert b'"lessons":[]' in body
    with pytest.raises(msgspec.ValidationError, match="lessons"):
        msgspec.json.decode(body.replace(b'"lessons"', b'"lesson"'), type=Schedule)


def decode_person(id_: bytes, updated_at: bytes = b"2026-09-01T08:00:00+10:00") -> Person:
    body = b'{"id":%s,"updated_at":"%s","last_name":"x","first_name":"y"}' % (id_, updated_at)
    return msgspec.json.decode(body, type=Person)
