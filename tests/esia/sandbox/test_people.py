"""The cast is data: the default one is valid, a custom file is checked."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from myedu.contract.snils import normalise_snils
from myedu.esia.sandbox import InvalidPeople, default_people, load_people
from tests.esia.conftest import Open

PERSON: dict[str, Any] = {
    "oid": 7,
    "last_name": "Лисицын",
    "first_name": "Макар",
    "birth_date": "2001-01-01",
    "gender": "M",
    "account": "confirmed",
}


def written(path: Path, *people: dict[str, Any], **more: Any) -> Path:
    file = path / "people.json"
    file.write_text(json.dumps({"people": people, **more}), encoding="utf-8")
    return file


def test_the_default_cast() -> None:
    cast = default_people()
    assert all(person.snils and normalise_snils(person.snils) == person.snils for person in cast.people)
    accounts = [person.account for person in cast.people]
    assert {"confirmed", "unconfirmed", "child", "none"} == set(accounts)
    mother = cast.people[0]
    assert len(cast.children_of(mother)) == 3
    (child,) = [person for person in cast.people if person.account == "child"]
    assert child.birth_date > date(2012, 11, 23)
    assert {role.organisation for person in cast.people for role in person.roles} == {
        organisation.oid for organisation in cast.organisations
    }
    parents = [person for person in cast.people if person.children and person.confirmed]
    assert len(parents) == 3
    assert not set(parents[0].children) & set(parents[1].children)


async def test_custom_people(open_stand: Open, tmp_path: Path) -> None:
    cast = load_people(written(tmp_path, {**PERSON, "snils": "11223344595"}))
    async with open_stand(sandbox={"people": cast}) as stand:
        tokens = await stand.tokens(7)
        person = await stand.client.person(tokens, await stand.client.verify(tokens))
        assert (person.oid, person.first_name, person.middle_name) == ("7", "Макар", None)
        assert person.snils == "11223344595"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"snils": "11223344596"}, "Person 7: snils '11223344596'"),
        ({"snils": "112-233-445 95"}, "eleven digits"),
        ({"children": [8]}, "child 8 is not in the file"),
        ({"roles": [{"organisation": 9}]}, "organisation 9 is not in the file"),
        ({"account": "vip"}, "account"),
        ({"birth_date": "01.01.2001"}, "birth_date"),
    ],
)
def test_a_file_with_a_mistake(tmp_path: Path, change: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidPeople, match=words):
        load_people(written(tmp_path, {**PERSON, **change}))


def test_all_mistakes_at_once(tmp_path: Path) -> None:
    twice = {**PERSON, "snils": "11223344595"}
    with pytest.raises(InvalidPeople, match=r"(?s)oid 7 is there twice.*SNILS 11223344595 is there twice"):
        load_people(written(tmp_path, twice, twice))


def test_a_file_that_is_no_json(tmp_path: Path) -> None:
    with pytest.raises(InvalidPeople, match="cannot be read"):
        load_people(tmp_path / "absent.json")
    with pytest.raises(InvalidPeople, match="person"):
        load_people(written(tmp_path, persons=[]))
    (tmp_path / "bytes.json").write_bytes(b"\xff")
    with pytest.raises(InvalidPeople, match=r"bytes\.json"):
        load_people(tmp_path / "bytes.json")
