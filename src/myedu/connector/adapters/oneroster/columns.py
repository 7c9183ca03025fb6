"""The files of OneRoster 1.2.1 CSV that have a place in the contract, the dialect's names for them, and why
the rest has none. Their dictionaries are here too.
"""

from collections.abc import Mapping

import msgspec

COMMON = ("sourcedId", "status", "dateLastModified")
STATUSES = ("active", "tobedeleted")


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """One file. `kept` columns are taken over, in this order; `required` ones have to be in the header."""

    kept: tuple[str, ...]
    required: tuple[str, ...] = ()
    dialect_required: tuple[str, ...] = ()
    dialect_names: Mapping[str, str] = {}  # the dialect's name → ours
    dialect_key: tuple[str, ...] = ()  # the dialect's rows have no sourcedId: these columns tell them apart
    needed: bool = True  # whether a full package can be made without the file


SOURCES: dict[str, Source] = {
    "academicSessions": Source(
        kept=("title", "type", "startDate", "endDate", "parentSourcedId", "schoolYear"),
        required=("sourcedId", "title", "type", "startDate", "endDate", "schoolYear"),
        dialect_required=("sourcedId", "title", "type", "startDate", "endDate", "schoolYear"),
    ),
    "orgs": Source(
        kept=("name", "type", "parentSourcedId"),
        required=("sourcedId", "name", "type"),
        dialect_required=("sourcedId", "name", "type"),
    ),
    "courses": Source(
        kept=("schoolYearSourcedId", "title", "grades", "orgSourcedId", "subjects"),
        required=("sourcedId", "title", "orgSourcedId"),
        dialect_required=("sourcedId", "title", "orgSourcedId"),
        dialect_names={"code": "courseCode", "subject": "subjectCodes", "grade": "grades"},
    ),
    "classes": Source(
        kept=("title", "grades", "courseSourcedId", "classType", "schoolSourcedId", "termSourcedIds"),
        required=("sourcedId", "title", "courseSourcedId", "classType", "schoolSourcedId", "termSourcedIds"),
        dialect_required=("sourcedId", "title", "orgSourcedId"),
        dialect_names={
            "orgSourcedId": "schoolSourcedId",
            "sessionSourcedIds": "termSourcedIds",
            "code": "classCode",
        },
    ),
    "users": Source(
        kept=("userIds", "givenName", "familyName", "middleName", "agentSourcedIds"),
        required=("sourcedId", "enabledUser", "username", "givenName", "familyName"),
        dialect_required=("sourcedId", "username", "givenName", "familyName"),
    ),
    "demographics": Source(
        kept=("birthDate", "sex"),
        required=("sourcedId",),
        dialect_required=("userSourcedId",),
        dialect_names={
            "userSourcedId": "sourcedId",
            "birthCity": "cityOfBirth",
            "birthState": "stateOfBirthAbbreviation",
            "birthCountry": "countryOfBirthCode",
        },
        needed=False,
    ),
    "roles": Source(
        kept=("userSourcedId", "role", "beginDate", "endDate", "orgSourcedId"),
        required=("sourcedId", "userSourcedId", "roleType", "role", "orgSourcedId"),
        dialect_required=("userSourcedId", "orgSourcedId", "role"),
        dialect_names={"roleStartDate": "beginDate", "roleEndDate": "endDate", "isPrimary": "roleType"},
        dialect_key=("userSourcedId", "orgSourcedId", "role", "sessionSourcedId"),
    ),
    "enrollments": Source(
        kept=("classSourcedId", "schoolSourcedId", "userSourcedId", "role", "beginDate", "endDate"),
        required=("sourcedId", "classSourcedId", "schoolSourcedId", "userSourcedId", "role"),
        dialect_required=("classSourcedId", "userSourcedId", "role"),
        dialect_key=("classSourcedId", "userSourcedId", "role"),
    ),
    "relationships": Source(  # the dialect's own
        kept=("userSourcedId", "relationshipUserSourcedId", "relationshipRole"),
        dialect_required=("userSourcedId", "relationshipUserSourcedId", "relationshipRole"),
        dialect_key=("userSourcedId", "relationshipUserSourcedId", "relationshipRole"),
        needed=False,
    ),
}
"""In the order in which they are read."""

DIALECT_ONLY = ("relationships",)
STANDARD = tuple(name for name in SOURCES if name not in DIALECT_ONLY)

_ON_DEMAND = "marks are read on demand, not exported"
_LEARNING_TOOLS = "links to learning tools are no part of the exchange"
OTHER_FILES: dict[str, str] = {
    "categories": _ON_DEMAND,
    "lineItems": _ON_DEMAND,
    "lineItemLearningObjectiveIds": _ON_DEMAND,
    "lineItemScoreScales": _ON_DEMAND,
    "results": _ON_DEMAND,
    "resultLearningObjectiveIds": _ON_DEMAND,
    "resultScoreScales": _ON_DEMAND,
    "scoreScales": _ON_DEMAND,
    "resources": _LEARNING_TOOLS,
    "classResources": _LEARNING_TOOLS,
    "courseResources": _LEARNING_TOOLS,
    "userResources": _LEARNING_TOOLS,
    "userProfiles": "accounts and credentials are never taken over",
    "userFlags": "the contract holds no diagnoses, benefits or special marks of a person",  # the dialect's
}
"""Whole files without a place in the contract."""

_CONTACT = "the contract holds no contacts of persons: the portal writes to them through their own account"
_ACCOUNT = "accounts and credentials are never taken over"
_ORIGIN = "the contract holds neither origin nor birthplace"
_NICKNAME = "the contract holds the names of the documents only"
_GRADE_OF_GROUP = "the grade is the group's"
_ANOTHER_DICTIONARY = "which dictionary the code is of isn't said"
_PLACE_OF_LESSON = "rooms and hours come with the lessons, on demand"

_NO_PLACE: dict[str, dict[str, str]] = {
    "orgs": {"identifier": "which register the number is of (INN, OGRN, a local one) isn't said"},
    "users": {
        "enabledUser": _ACCOUNT,
        "username": _ACCOUNT,
        "password": _ACCOUNT,
        "userMasterIdentifier": _ACCOUNT,
        "resourceSourcedIds": _LEARNING_TOOLS,
        "activeDirectoryMatchId": _ACCOUNT,
        "identifier": "which register the number is of isn't said: userIds names its type",
        "email": _CONTACT,
        "sms": _CONTACT,
        "phone": _CONTACT,
        "grades": _GRADE_OF_GROUP,
        "preferredGivenName": _NICKNAME,
        "preferredMiddleName": _NICKNAME,
        "preferredFamilyName": _NICKNAME,
        "pronouns": _NICKNAME,
        "primaryOrgSourcedId": "enrollments and staff name the organisations",
    },
    "roles": {
        "roleType": "the contract ranks no roles",
        "userProfileSourcedId": _ACCOUNT,
        "sessionSourcedId": "the role's dates say it",
        "grade": _GRADE_OF_GROUP,
    },
    "courses": {"courseCode": _ANOTHER_DICTIONARY, "subjectCodes": _ANOTHER_DICTIONARY},
    "classes": {
        "classCode": "the contract has no code of a group",
        "location": _PLACE_OF_LESSON,
        "periods": _PLACE_OF_LESSON,
        "subjects": "the course's subject stands",
        "subjectCodes": _ANOTHER_DICTIONARY,
    },
    "enrollments": {"primary": "the contract ranks no teachers"},
    "demographics": dict.fromkeys(
        (
            "americanIndianOrAlaskaNative", "asian", "blackOrAfricanAmerican",
            "nativeHawaiianOrOtherPacificIslander", "white", "demographicRaceTwoOrMoreRaces",
            "hispanicOrLatinoEthnicity", "countryOfBirthCode", "stateOfBirthAbbreviation", "cityOfBirth",
            "publicSchoolResidenceStatus", "ethnicityCodes", "raceCodes",
        ),
        _ORIGIN,
    ),
}  # fmt: skip


def reason_without_place(file: str, column: str) -> str:
    """Why a column that is not kept has no place; `column` is the standard's name where it has one."""
    if column.startswith("metadata."):
        return "an extension that only its sender knows"
    return _NO_PLACE.get(file, {}).get(column, "not a column of OneRoster 1.2")


PERIOD_KINDS = {"schoolYear": "year", "semester": "half"}
"""A gradingPeriod or term is named by how many there are beside it."""

KINDS_BY_COUNT = {2: "half", 3: "trimester", 4: "quarter"}
SESSION_TYPES = ("gradingPeriod", "semester", "schoolYear", "term")

SEXES = {"male": "m", "female": "f"}
OTHER_SEXES = ("other", "unspecified")
CLASS_TYPES = ("homeroom", "scheduled")

GUARDIANS = ("parent", "guardian")
"""In this order, where one person is several of them. A relative is no lawful representative: who
lists one as an agent says nothing of a right to see the child."""

STAFF = {
    "teacher": "teacher",
    "professor": "teacher",
    "lecturer": "teacher",
    "instructor": "teacher",
    "adjunct": "teacher",
    "faculty": "teacher",
    "substitute": "teacher",
    "principal": "head",
    "administrator": "administrator",
    "siteAdministrator": "administrator",
    "districtAdministrator": "administrator",
    "systemAdministrator": "administrator",
    "itAdmin": "administrator",
    "aide": "aide",
    "counselor": "counselor",
    "proctor": "proctor",
}
"""Roles of the standard and of the dialect. The last three have no code in the contract and pass through."""

TEACHERS = tuple(role for role, ours in STAFF.items() if ours == "teacher")
