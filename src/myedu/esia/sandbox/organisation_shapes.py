"""The JSON bodies of what an organisation has: employees, groups, address, contacts, branches.

ESIA's fields of employees and groups are not known from any source at hand (docs/operations/esia.md says what
was chosen).
"""

from myedu.esia.sandbox.people import Branch, Group, Organisation, Role, SandboxPerson
from myedu.esia.sandbox.rest_shapes import Element, day_as_written, identifiable, names_of, snils_as_written


def employee_body(
    organisation: Organisation, person: SandboxPerson, role: Role, *, with_person: bool
) -> Element:
    """An employee; `id` is the oid of the person."""
    branch = organisation.branch(role.branch)
    body: Element = {
        "id": person.oid,
        "prnOid": person.oid,
        "orgOid": organisation.oid,
        "position": role.position,
        "chief": role.chief,
        "admin": role.admin,
        "blocked": False,
    }
    if branch is not None:
        body |= {"branchOid": branch.oid, "branchName": branch.name}
    if with_person:
        body["person"] = {
            "oid": person.oid,
            **names_of(person),
            "snils": snils_as_written(person.snils),
            "birthDate": day_as_written(person.birth_date),
            "trusted": person.confirmed,
        }
    return identifiable(body)


def group_body(group: Group) -> Element:
    """A group of employees."""
    return identifiable({"id": group.id, "name": group.name, "description": group.description})


def branch_body(branch: Branch) -> Element:
    """A branch."""
    return identifiable({"id": branch.oid, "oid": branch.oid, "name": branch.name, "kpp": branch.kpp})


def organisation_address(organisation: Organisation) -> Element:
    """The legal address (OLG)."""
    body: Element = {"id": organisation.oid * 10 + 1, "type": "OLG", "countryId": "RUS"}
    return identifiable({**body, "addressStr": organisation.address})


def contacts_of_organisation(organisation: Organisation) -> list[Element]:
    """Telephone (OPH) and e-mail (OEM), those that there are."""
    return [
        identifiable(
            {"id": organisation.oid * 10 + place, "type": kind, "vrfStu": "VERIFIED", "value": value}
        )
        for place, (kind, value) in enumerate((("OPH", organisation.phone), ("OEM", organisation.email)), 2)
        if value
    ]
