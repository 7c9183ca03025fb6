"""The JSON bodies of REST, as ESIA shapes them. `scopes` are those of the access token.

A function raises RestFault 403 if none of its scopes is granted.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime

from myedu.esia.sandbox.errors import scope_not_allowed
from myedu.esia.sandbox.people import Document, Organisation, Role, SandboxPerson

Element = dict[str, object]
"""A JSON object of REST."""

_UPDATED_ON = int(datetime(2026, 9, 1, tzinfo=UTC).timestamp())  # the cast does not change

_DOCUMENT_SCOPES = {
    "RF_PASSPORT": "id_doc",
    "FID_DOC": "id_doc",
    "RF_DRIVING_LICENSE": "drivers_licence_doc",
    "MLTR_ID": "military_doc",
    "FRGN_PASS": "foreign_passport_doc",
    "MDCL_PLCY": "medical_doc",
    "BRTH_CERT": "birth_cert_doc",
    "RF_BRTH_CERT": "birth_cert_doc",
    "FID_BRTH_CERT": "birth_cert_doc",
    "OLD_BRTH_CERT": "birth_cert_doc",
}
_KID_DOCUMENT_SCOPES = {"birth_cert_doc": "kid_birth_cert_doc", "medical_doc": "kid_medical_doc"}


def collection(elements: Sequence[Element], *, embed: bool, at: str) -> Element:
    """A collection of objects (`embed`), or of their addresses under `at`."""
    shown = (
        list(elements) if embed else [f"{at}/{element.get('id', element.get('oid'))}" for element in elements]
    )
    return _with_tag({"stateFacts": ["hasSize"], "size": len(shown), "elements": shown})


def person_body(person: SandboxPerson, scopes: frozenset[str]) -> Element:
    """A person without the collections."""
    fields: dict[str, Element] = {
        "fullname": names_of(person),
        "snils": {"snils": snils_as_written(person.snils)},
        "inn": {"inn": person.inn},
        "birthdate": {"birthDate": day_as_written(person.birth_date)},
        "birthplace": {"birthPlace": person.birth_place},
        "gender": {"gender": person.gender},
        "citizenship": {"citizenship": "RUS"},
        "self_employed": {"selfEmployed": {"confirmed": False}},
    }
    always: Element = {
        "trusted": person.confirmed,
        "updatedOn": _UPDATED_ON,
        "rfgUOperatorCheck": False,
        "status": "REGISTERED",
        "verifying": False,
        "containsUpCfmCode": False,
        "kidAccCreatedByParent": person.account == "child",
    }
    if person.documents and "id_doc" in scopes:
        always["rIdDoc"] = person.documents[0].id
    return _with_tag({"stateFacts": ["EntityRoot"], **_granted_fields(fields, scopes), **always})


def kids_of(kids: Sequence[SandboxPerson], scopes: frozenset[str], *, with_documents: bool) -> list[Element]:
    """The children; `oid` only for a child with an account."""
    if not any(scope.startswith("kid_") for scope in scopes):
        raise scope_not_allowed()
    return [_kid_body(kid, scopes, with_documents) for kid in kids]


def _kid_body(kid: SandboxPerson, scopes: frozenset[str], with_documents: bool) -> Element:
    fields: dict[str, Element] = {
        "kid_fullname": names_of(kid),
        "kid_snils": {"snils": snils_as_written(kid.snils)},
        "kid_inn": {"inn": kid.inn},
        "kid_birthdate": {"birthDate": day_as_written(kid.birth_date)},
        "kid_gender": {"gender": kid.gender},
    }
    account = {} if kid.account == "none" else {"oid": kid.oid}
    body = {
        "stateFacts": ["Identifiable"],
        "id": kid.oid,
        **account,
        **_granted_fields(fields, scopes),
        "trusted": True,
    }
    if with_documents:
        body["documents"] = collection(kid_documents_of(kid, scopes), embed=True, at="")
    return _with_tag(body)


def contacts_of(person: SandboxPerson, scopes: frozenset[str]) -> list[Element]:
    """Mobile phone and e-mail, those that the person has."""
    if not scopes & {"contacts", "mobile", "email"}:
        raise scope_not_allowed()
    contacts = (("MBT", "mobile", person.mobile), ("EML", "email", person.email))
    return [
        identifiable({"id": person.oid * 10 + place, "type": kind, "vrfStu": "VERIFIED", "value": value})
        for place, (kind, scope, value) in enumerate(contacts)
        if value and scopes & {"contacts", scope}
    ]


def addresses_of(person: SandboxPerson, scopes: frozenset[str]) -> list[Element]:
    """The registered address (PRG), if the person has one."""
    if not scopes & {"contacts", "addresses"}:
        raise scope_not_allowed()
    if person.address is None:
        return []
    address = {"id": person.oid * 10 + 5, "type": "PRG", "countryId": "RUS", "addressStr": person.address}
    return [identifiable(address)]


def documents_of(person: SandboxPerson, scopes: frozenset[str]) -> list[Element]:
    """The person's documents of the granted kinds."""
    if not scopes & set(_DOCUMENT_SCOPES.values()):
        raise scope_not_allowed()
    return [
        _document_body(document, person)
        for document in person.documents
        if _DOCUMENT_SCOPES.get(document.type) in scopes
    ]


def kid_documents_of(kid: SandboxPerson, scopes: frozenset[str]) -> list[Element]:
    """A child's documents of the granted kinds: birth certificates, medical policies."""
    if not scopes & set(_KID_DOCUMENT_SCOPES.values()):
        raise scope_not_allowed()
    return [
        _document_body(document, kid)
        for document in kid.documents
        if _KID_DOCUMENT_SCOPES.get(_DOCUMENT_SCOPES.get(document.type, "")) in scopes
    ]


def role_body(person: SandboxPerson, role: Role, organisation: Organisation) -> Element:
    """A person's place in an organisation."""
    branch = organisation.branch(role.branch)
    return {
        "oid": organisation.oid,
        "prnOid": person.oid,
        "fullName": organisation.full_name,
        "shortName": organisation.short_name,
        "ogrn": organisation.ogrn,
        "type": organisation.type,
        "chief": role.chief,
        "admin": role.admin,
        "active": True,
        "hasRightOfSubstitution": False,
        "hasApprovalTabAccess": False,
        "isLiquidated": organisation.liquidated,
        **({} if branch is None else {"branchOid": branch.oid, "branchName": branch.name}),
    }


def organisation_body(organisation: Organisation, scopes: frozenset[str]) -> Element:
    """An organisation: names, OGRN and kind; the rest by scopes of the organisation."""
    fields: dict[str, Element] = {
        "org_inn": {"inn": organisation.inn},
        "org_kpp": {"kpp": organisation.kpp},
        "org_oktmo": {"oktmo": organisation.oktmo},
        "org_leg": {"leg": ""},
        "org_addrs": {"addressStr": organisation.address},
        "org_ctts": {"email": organisation.email},
    }
    return _with_tag(
        {
            "stateFacts": ["Identifiable"],
            "oid": organisation.oid,
            "fullName": organisation.full_name,
            "shortName": organisation.short_name,
            "ogrn": organisation.ogrn,
            "type": organisation.type,
            **_granted_fields(fields, scopes),
            "isLiquidated": organisation.liquidated,
        }
    )


def snils_as_written(snils: str | None) -> str | None:
    """«000-000-600 06» of eleven digits."""
    return snils and f"{snils[:3]}-{snils[3:6]}-{snils[6:9]} {snils[9:]}"


def day_as_written(day: date) -> str:
    """«01.09.2011»."""
    return f"{day:%d.%m.%Y}"


def names_of(person: SandboxPerson) -> Element:
    """The fields of a person's name."""
    return {"firstName": person.first_name, "lastName": person.last_name, "middleName": person.middle_name}


def _granted_fields(fields: dict[str, Element], scopes: frozenset[str]) -> Element:
    """`fields`: scope → its fields. Those of the granted scopes that have a value."""
    return {
        name: value
        for scope, values in fields.items()
        if scope in scopes
        for name, value in values.items()
        if value is not None
    }


def _document_body(document: Document, person: SandboxPerson) -> Element:
    return _with_tag(
        {
            "stateFacts": ["EntityRoot"],
            "id": document.id,
            "type": document.type,
            "vrfStu": "VERIFIED" if person.confirmed else "NOT_VERIFIED",
            "series": document.series,
            "number": document.number,
            "issueDate": day_as_written(document.issue_date),
            "issuedBy": document.issued_by,
            "firstName": person.first_name,
            "lastName": person.last_name,
        }
    )


def identifiable(body: Element) -> Element:
    """The body as an element of a collection."""
    return _with_tag({"stateFacts": ["Identifiable"], **body})


def _with_tag(body: Element) -> Element:
    """`eTag`: forty upper-case hex digits that change with the content."""
    text = json.dumps(body, sort_keys=True, ensure_ascii=False)
    return {**body, "eTag": hashlib.sha256(text.encode()).hexdigest()[:40].upper()}
