"""What ESIA says about people. Identifiers are strings here, whatever they are on the wire."""

from datetime import date, datetime
from enum import StrEnum

import msgspec


class AccountLevel(StrEnum):
    """`urn:esia:sbj:lvl`. UNCONFIRMED is «упрощённая» or «стандартная»: ESIA doesn't say which."""

    CHILD = "KD"
    CONFIRMED = "PR"
    UNCONFIRMED = "P"


class Tokens(msgspec.Struct, frozen=True):
    """An answer of the token endpoint. Trust the id token only after `EsiaClient.verify`."""

    access_token: str
    unverified_id_token: str | None
    refresh_token: str | None
    expires_at: datetime


class VerifiedClaims(msgspec.Struct, frozen=True):
    """Who has signed in: from an id token whose issuer, audience, signature and times are right."""

    oid: str
    level: AccountLevel
    session_id: str
    signed_in_at: datetime
    expires_at: datetime

    @property
    def confirmed(self) -> bool:
        """Whether ESIA has verified the person."""
        return self.level is AccountLevel.CONFIRMED


class EsiaPerson(msgspec.Struct, frozen=True, kw_only=True):
    """The person of the token. A field that was not granted is None; `snils` is eleven digits."""

    oid: str
    last_name: str | None
    first_name: str | None
    middle_name: str | None
    birth_date: date | None
    gender: str | None
    snils: str | None
    trusted: bool
    level: AccountLevel


class EsiaKid(msgspec.Struct, frozen=True, kw_only=True):
    """A child in the parent's account. `oid` is there only where the child has an account of its own."""

    record_id: str
    oid: str | None
    last_name: str | None
    first_name: str | None
    middle_name: str | None
    birth_date: date | None
    gender: str | None
    snils: str | None


class EsiaRole(msgspec.Struct, frozen=True, kw_only=True):
    """The person's place in an organisation; `kind` is LEGAL, BUSINESS, AGENCY or another word of ESIA.

    `active`: it counts: neither switched off, nor in a closed organisation. `branch_oid`: of the branch whose
    employee, or chief, the person is; branches share the organisation's OGRN.
    """

    organisation_oid: str
    full_name: str
    short_name: str | None
    ogrn: str | None
    kind: str | None
    chief: bool
    admin: bool
    active: bool
    branch_oid: str | None = None
    branch_name: str | None = None


class EsiaOrganisation(msgspec.Struct, frozen=True, kw_only=True):
    """An organisation; a field that was not granted is None."""

    oid: str
    full_name: str | None
    short_name: str | None
    ogrn: str | None
    inn: str | None
    kind: str | None
    kpp: str | None = None
    liquidated: bool = False


class EsiaBranch(msgspec.Struct, frozen=True, kw_only=True):
    """A branch of an organisation."""

    oid: str
    name: str | None
    kpp: str | None


class EsiaEmployee(msgspec.Struct, frozen=True, kw_only=True):
    """An employee of an organisation; a field that ESIA doesn't give is None. `oid`: of the person."""

    oid: str
    last_name: str | None
    first_name: str | None
    middle_name: str | None
    snils: str | None
    birth_date: date | None
    position: str | None
    chief: bool
    branch_oid: str | None = None
    blocked: bool = False


class EsiaGroup(msgspec.Struct, frozen=True, kw_only=True):
    """A group of an organisation's employees."""

    id: str
    name: str | None
