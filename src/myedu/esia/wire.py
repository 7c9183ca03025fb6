"""The JSON of ESIA's token endpoint and REST, and its translation into `models`."""

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime
from typing import Annotated, TypeVar

import msgspec

from myedu.contract.snils import normalise_snils
from myedu.esia.errors import EsiaAnswerWrong
from myedu.esia.models import (
    AccountLevel,
    EsiaBranch,
    EsiaEmployee,
    EsiaGroup,
    EsiaKid,
    EsiaOrganisation,
    EsiaPerson,
    EsiaRole,
)

_log = logging.getLogger(__name__)

Element = TypeVar("Element")
Read = TypeVar("Read")


class TokenAnswer(msgspec.Struct, frozen=True):
    """The answer of the token endpoint; `expires_in` in seconds."""

    access_token: str
    expires_in: Annotated[int, msgspec.Meta(ge=0, le=10**9)]
    state: str
    id_token: str | None = None
    refresh_token: str | None = None


class ErrorAnswer(msgspec.Struct, frozen=True):
    """An error in either shape: `error` and `error_description` of OAuth2, `code` and `message` of REST."""

    error: str = ""
    error_description: str = ""
    code: str = ""
    message: str = ""


class PersonAnswer(msgspec.Struct, frozen=True, rename="camel"):
    """A person, or a kid if there is an `id`. Fields that the scopes don't grant are absent."""

    id: int | str | None = None
    oid: int | str | None = None
    last_name: str | None = None
    first_name: str | None = None
    middle_name: str | None = None
    birth_date: str | None = None
    gender: str | None = None
    snils: str | None = None
    trusted: bool | str = False


class RoleAnswer(msgspec.Struct, frozen=True, rename="camel"):
    """An element of a person's `roles`; `oid` is of the organisation."""

    oid: int | str
    full_name: str | None = None
    short_name: str | None = None
    ogrn: str | None = None
    type: str | None = None
    chief: bool = False
    admin: bool = False
    active: bool = True
    is_liquidated: bool = False
    branch_oid: int | str | None = None
    branch_name: str | None = None


class OrganisationAnswer(msgspec.Struct, frozen=True, rename="camel"):
    """`/rs/orgs/{oid}`."""

    oid: int | str
    full_name: str | None = None
    short_name: str | None = None
    ogrn: str | None = None
    inn: str | None = None
    kpp: str | None = None
    type: str | None = None
    is_liquidated: bool = False


class BranchAnswer(msgspec.Struct, frozen=True, rename="camel"):
    """An element of `/rs/orgs/{oid}/brhs`."""

    oid: int | str
    name: str | None = None
    kpp: str | None = None


class EmployeeAnswer(msgspec.Struct, frozen=True, rename="camel"):
    """An element of `/rs/orgs/{oid}/emps`. `id`: in use for the person's oid where `prnOid` is absent."""

    id: int | str | None = None
    prn_oid: int | str | None = None
    position: str | None = None
    chief: bool = False
    blocked: bool = False
    branch_oid: int | str | None = None
    person: PersonAnswer | None = None


class GroupAnswer(msgspec.Struct, frozen=True):
    """An element of `…/grps`."""

    id: int | str
    name: str | None = None


class Collection(msgspec.Struct, frozen=True):
    """A collection, such as a person's kids: elements that are read one by one."""

    elements: list[msgspec.Raw] | None = None

    def addresses(self) -> list[str]:
        """The addresses among the elements: ESIA sends them where it embeds nothing."""
        return [str(msgspec.json.decode(raw)) for raw in self.elements or () if bytes(raw).startswith(b'"')]


def to_person(answer: PersonAnswer, *, oid: str, level: AccountLevel) -> EsiaPerson:
    """The person. `oid` and `level` come from the verified token; the body may have no oid.

    Raises EsiaAnswerWrong if the body is about another person.
    """
    if answer.oid is not None and str(answer.oid) != oid:
        raise EsiaAnswerWrong("ESIA answered about another person than the one who signed in.")
    return EsiaPerson(
        oid=oid,
        last_name=answer.last_name,
        first_name=answer.first_name,
        middle_name=answer.middle_name,
        birth_date=_day(answer.birth_date),
        gender=answer.gender,
        snils=_snils(answer.snils),
        trusted=answer.trusted in (True, "true"),
        level=level,
    )


def elements_of(answer: Collection, into: type[Element], read: Callable[[Element], Read]) -> list[Read]:
    """The elements, read. One of another shape is left out, with a line in the log.

    Raises EsiaAnswerWrong if there are elements and all are of another shape, such as addresses.
    """
    found, wrong = [], None
    for raw in answer.elements or ():
        try:
            found.append(read(msgspec.json.decode(raw, type=into)))
        except (msgspec.MsgspecError, EsiaAnswerWrong) as error:
            _log.warning("ESIA sent an element that can't be read, it is left out: %s", error)
            wrong = error
    if wrong is not None and not found:
        raise EsiaAnswerWrong(f"None of ESIA's elements can be read: {wrong}") from wrong
    return found


def to_kid(answer: PersonAnswer) -> EsiaKid:
    """The kid. Raises EsiaAnswerWrong if the element has no id."""
    record_id = answer.id if answer.id is not None else answer.oid
    if record_id is None:
        raise EsiaAnswerWrong("ESIA's list of kids has an element without an id.")
    return EsiaKid(
        record_id=str(record_id),
        oid=None if answer.oid is None else str(answer.oid),
        last_name=answer.last_name,
        first_name=answer.first_name,
        middle_name=answer.middle_name,
        birth_date=_day(answer.birth_date),
        gender=answer.gender,
        snils=_snils(answer.snils),
    )


def to_role(answer: RoleAnswer) -> EsiaRole:
    """The role, with identifiers as strings."""
    return EsiaRole(
        organisation_oid=str(answer.oid),
        full_name=answer.full_name or answer.short_name or "",
        short_name=answer.short_name,
        ogrn=answer.ogrn,
        kind=answer.type,
        chief=answer.chief,
        admin=answer.admin,
        active=answer.active and not answer.is_liquidated,
        branch_oid=_text(answer.branch_oid),
        branch_name=answer.branch_name,
    )


def to_organisation(answer: OrganisationAnswer) -> EsiaOrganisation:
    """The organisation, with identifiers as strings."""
    return EsiaOrganisation(
        oid=str(answer.oid),
        full_name=answer.full_name,
        short_name=answer.short_name,
        ogrn=answer.ogrn,
        inn=answer.inn,
        kind=answer.type,
        kpp=answer.kpp,
        liquidated=answer.is_liquidated,
    )


def to_branch(answer: BranchAnswer) -> EsiaBranch:
    """The branch, with identifiers as strings."""
    return EsiaBranch(oid=str(answer.oid), name=answer.name, kpp=answer.kpp)


def to_employee(answer: EmployeeAnswer) -> EsiaEmployee:
    """The employee. Raises EsiaAnswerWrong for one without an oid."""
    person = answer.person or PersonAnswer()
    oid = answer.prn_oid if answer.prn_oid is not None else person.oid
    oid = oid if oid is not None else answer.id
    if oid is None:
        raise EsiaAnswerWrong("ESIA's list of employees has an element without an oid.")
    return EsiaEmployee(
        oid=str(oid),
        last_name=person.last_name,
        first_name=person.first_name,
        middle_name=person.middle_name,
        snils=_snils(person.snils),
        birth_date=_day(person.birth_date),
        position=answer.position or None,
        chief=answer.chief,
        branch_oid=_text(answer.branch_oid),
        blocked=answer.blocked,
    )


def to_group(answer: GroupAnswer) -> EsiaGroup:
    """The group."""
    return EsiaGroup(id=str(answer.id), name=answer.name)


def _text(identifier: int | str | None) -> str | None:
    return None if identifier is None else str(identifier)


def _day(text: str | None) -> date | None:
    """The day of «01.09.2011» or 2011-09-01.

    A wrong date must not lock a family out: it gives None and a line in the log.
    """
    if text is None:
        return None
    for form in ("%d.%m.%Y", "%Y-%m-%d"):
        with suppress(ValueError):
            return datetime.strptime(text, form).date()  # noqa: DTZ007 a day has no time zone
    _log.warning("ESIA sent a birth date that is not DD.MM.YYYY; taken as absent")
    return None


def _snils(text: str | None) -> str | None:
    """Eleven digits. A wrong SNILS can't match anyone: it gives None and a line in the log."""
    if text is None:
        return None
    digits = normalise_snils(text)
    if digits is None:
        _log.warning("ESIA sent a SNILS with a wrong check number; taken as absent")
    return digits
