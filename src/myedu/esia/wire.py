"""The JSON of ESIA's REST and token endpoints, and its translation into our models."""

import logging
from datetime import date, datetime
from typing import Annotated

import msgspec

from myedu.contract.snils import normalise_snils
from myedu.esia.errors import EsiaAnswerWrong
from myedu.esia.models import AccountLevel, EsiaKid, EsiaOrganisation, EsiaPerson, EsiaRole

_log = logging.getLogger(__name__)


class TokenAnswer(msgspec.Struct, frozen=True):
    access_token: str
    expires_in: Annotated[int, msgspec.Meta(ge=0, le=10**9)]
    state: str
    id_token: str | None = None
    refresh_token: str | None = None


class ErrorAnswer(msgspec.Struct, frozen=True):
    """Both shapes: `error`, `error_description` of OAuth2 and `code`, `message` of REST."""

    error: str = ""
    error_description: str = ""
    code: str = ""
    message: str = ""


class PersonAnswer(msgspec.Struct, frozen=True, rename="camel"):
    """A person and, with `id`, a kid. Only fields that the scopes grant are there."""

    id: int | str | None = None
    oid: int | str | None = None
    last_name: str | None = None
    first_name: str | None = None
    middle_name: str | None = None
    birth_date: str | None = None
    gender: str | None = None
    snils: str | None = None
    trusted: bool = False


class RoleAnswer(msgspec.Struct, frozen=True, rename="camel"):
    oid: int | str
    full_name: str
    short_name: str | None = None
    ogrn: str | None = None
    type: str | None = None
    chief: bool = False
    admin: bool = False
    active: bool = True


class OrganisationAnswer(msgspec.Struct, frozen=True, rename="camel"):
    oid: int | str
    full_name: str | None = None
    short_name: str | None = None
    ogrn: str | None = None
    inn: str | None = None
    type: str | None = None


class Kids(msgspec.Struct, frozen=True):
    elements: list[PersonAnswer] = []


class Roles(msgspec.Struct, frozen=True):
    elements: list[RoleAnswer] = []


def to_person(answer: PersonAnswer, *, oid: str, level: AccountLevel) -> EsiaPerson:
    """The body may have no oid: the token's is the one that counts."""
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
        trusted=answer.trusted,
        level=level,
    )


def to_kid(answer: PersonAnswer) -> EsiaKid:
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
    return EsiaRole(
        organisation_oid=str(answer.oid),
        full_name=answer.full_name,
        short_name=answer.short_name,
        ogrn=answer.ogrn,
        kind=answer.type,
        chief=answer.chief,
        admin=answer.admin,
        active=answer.active,
    )


def to_organisation(answer: OrganisationAnswer) -> EsiaOrganisation:
    return EsiaOrganisation(
        oid=str(answer.oid),
        full_name=answer.full_name,
        short_name=answer.short_name,
        ogrn=answer.ogrn,
        inn=answer.inn,
        kind=answer.type,
    )


def _day(text: str | None) -> date | None:
    """«01.09.2011»; a wrong day must not keep a family out, so it becomes None with a line in the log."""
    if text is None:
        return None
    try:
        return datetime.strptime(text, "%d.%m.%Y").date()  # noqa: DTZ007 a day has no time zone
    except ValueError:
        _log.warning("ESIA sent a birth date that is not DD.MM.YYYY; taken as absent")
        return None


def _snils(text: str | None) -> str | None:
    """Eleven digits; a wrong one is taken as absent (nobody can be matched by it), with a line in the log."""
    if text is None:
        return None
    digits = normalise_snils(text)
    if digits is None:
        _log.warning("ESIA sent a SNILS with a wrong check number; taken as absent")
    return digits
