"""The scopes of ESIA, with the words of the consent page, and what an access token opens by them."""

import re
from collections.abc import Iterable

from myedu.esia.sandbox.errors import Code, OauthFault
from myedu.esia.sandbox.people import Organisation

PERSON_SCOPES = {
    "openid": "вход под вашим именем",
    "fullname": "фамилия, имя, отчество",
    "birthdate": "дата рождения",
    "birthplace": "место рождения",
    "gender": "пол",
    "citizenship": "гражданство",
    "snils": "СНИЛС",
    "inn": "ИНН",
    "id_doc": "документ, удостоверяющий личность",
    "email": "адрес электронной почты",
    "mobile": "номер мобильного телефона",
    "contacts": "контакты",
    "addresses": "адреса",
    "vehicles": "транспортные средства",
    "usr_org": "организации, в которых вы состоите",
    "usr_avt": "изображение профиля",
    "self_employed": "статус самозанятого",
    "medical_doc": "полис ОМС",
    "military_doc": "военный билет",
    "foreign_passport_doc": "заграничный паспорт",
    "drivers_licence_doc": "водительское удостоверение",
    "birth_cert_doc": "свидетельство о рождении",
    "residence_doc": "вид на жительство",
    "temporary_residence_doc": "разрешение на временное проживание",
    "bio": "биометрия",
    "ext_auth_result": "сведения о способе входа",
    "kid_fullname": "фамилии, имена, отчества детей",
    "kid_birthdate": "даты рождения детей",
    "kid_gender": "пол детей",
    "kid_snils": "СНИЛС детей",
    "kid_inn": "ИНН детей",
    "kid_birth_cert_doc": "свидетельства о рождении детей",
    "kid_medical_doc": "полисы ОМС детей",
    "kid_mobile": "телефоны детей",
    "kid_email": "адреса электронной почты детей",
    "kid_school_data": "сведения о школе детей",
}

ORGANISATION_SCOPES = frozenset(
    {
        *(
            "org_shortname",
            "org_fullname",
            "org_type",
            "org_ogrn",
            "org_inn",
            "org_leg",
            "org_kpp",
            "org_oktmo",
        ),
        *(
            "org_agencyterrange",
            "org_agencytype",
            "org_ctts",
            "org_addrs",
            "org_vhls",
            "org_grps",
            "org_emps",
        ),
        *("org_brhs", "org_brhs_ctts", "org_brhs_addrs", "org_rcs", "org_stms", "org_invts", "categories"),
        *("usr_inf", "usr_brf", "org_inf", "org_ful"),
    }
)

_ORGANISATION_WORDS = {
    "org_shortname": "краткое название",
    "org_fullname": "полное название",
    "org_type": "вид",
    "org_ogrn": "ОГРН",
    "org_inn": "ИНН",
    "org_kpp": "КПП",
    "org_emps": "сотрудники",
    "org_grps": "группы сотрудников",
    "org_brhs": "филиалы",
    "org_addrs": "адреса",
    "org_ctts": "контакты",
}

_OF_ORGANISATION = re.compile(r"(?:https?://[^/\s]+/)?(?P<name>\w+)\?org_oid=(?P<oid>\d{1,18})")
"""A scope of an organisation: version 1 writes an address; some clients of both versions only its end."""


def check_scopes(scope: str, scope_org: str) -> None:
    """Raises OauthFault: 007013 if there is no scope, 007006 for an unknown one."""
    names = scope.split()
    if not names:
        raise OauthFault(Code.NO_SCOPE)
    for name in names:
        found = _OF_ORGANISATION.fullmatch(name)
        known = found["name"] in ORGANISATION_SCOPES if found else name in PERSON_SCOPES
        if not known:
            raise OauthFault(Code.SCOPE_WRONG, name)
    for name in scope_org.split():
        if name not in ORGANISATION_SCOPES:
            raise OauthFault(Code.SCOPE_WRONG, name)


def organisation_oids(scope: str) -> set[int]:
    """The oids of organisations that scopes of version 1 name."""
    return {int(found["oid"]) for name in scope.split() if (found := _OF_ORGANISATION.fullmatch(name))}


def check_system_scopes(scope: str) -> None:
    """The scopes of organisations in a system's request. Raises OauthFault 007006 for an unknown one."""
    for name in scope.split():
        found = _OF_ORGANISATION.fullmatch(name)
        if found and found["name"] not in ORGANISATION_SCOPES:
            raise OauthFault(Code.SCOPE_WRONG, name)


def access_token_scope(scope: str, scope_org: str, oid: int, organisations: Iterable[Organisation]) -> str:
    """The scope of an access token: each name but `openid` says whose data it opens.

    `organisations`: for which the person acts by a scope_org.
    """
    names = [
        name if name == "openid" or _OF_ORGANISATION.fullmatch(name) else f"{name}?oid={oid}"
        for name in scope.split()
    ]
    names += [
        f"{name}?org_oid={organisation.oid}" for name in scope_org.split() for organisation in organisations
    ]
    return " ".join(names)


def person_scopes(granted_scope: str) -> frozenset[str]:
    """The names of an access token's scopes that open data of the person."""
    return frozenset(name.partition("?")[0] for name in granted_scope.split() if "org_oid=" not in name)


def organisation_scopes(granted_scope: str, oid: int) -> frozenset[str]:
    """The names of an access token's scopes that open data of this organisation."""
    end = f"?org_oid={oid}"
    return frozenset(
        name.removesuffix(end).rpartition("/")[2] for name in granted_scope.split() if name.endswith(end)
    )


def describe_scopes(scope: str) -> list[str]:
    """The scopes in words, for the page of consent, in Russian."""
    return [PERSON_SCOPES.get(name) or _organisation_words(name) for name in scope.split()]


def _organisation_words(name: str) -> str:
    found = _OF_ORGANISATION.fullmatch(name)
    what = _ORGANISATION_WORDS.get(found["name"] if found else name)
    place = f" {found['oid']}" if found else ""
    return f"организация{place}: {what}" if what else f"сведения об организации{place}"
