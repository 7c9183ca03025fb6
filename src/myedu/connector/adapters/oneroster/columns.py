"""Files and columns of OneRoster 1.2.1 CSV: which the contract has a place for, and why not for the others.

Also the dialect's names for them, and the code dictionaries.
"""

from collections.abc import Mapping

import msgspec

COMMON = ("sourcedId", "status", "dateLastModified")
STATUSES = ("active", "tobedeleted")


class SourceFile(msgspec.Struct, frozen=True, kw_only=True):
    """One file of a set: its columns. `required` ones must be in the header."""

    kept: tuple[str, ...]  # stored, in this order
    required: tuple[str, ...] = ()
    dialect_required: tuple[str, ...] = ()
    dialect_names: Mapping[str, str] = {}  # the dialect's name → the standard's
    dialect_key: tuple[str, ...] = ()  # identify a row in the dialect, where it has no sourcedId
    needed: bool = True  # whether a bulk set must have the file


SOURCES: dict[str, SourceFile] = {
    "academicSessions": SourceFile(
        kept=("title", "type", "startDate", "endDate", "parentSourcedId", "schoolYear"),
        required=("sourcedId", "title", "type", "startDate", "endDate", "schoolYear"),
        dialect_required=("sourcedId", "title", "type", "startDate", "endDate", "schoolYear"),
    ),
    "orgs": SourceFile(
        kept=("name", "type", "parentSourcedId"),
        required=("sourcedId", "name", "type"),
        dialect_required=("sourcedId", "name", "type"),
    ),
    "courses": SourceFile(
        kept=("schoolYearSourcedId", "title", "grades", "orgSourcedId", "subjects"),
        required=("sourcedId", "title", "orgSourcedId"),
        dialect_required=("sourcedId", "title", "orgSourcedId"),
        dialect_names={"code": "courseCode", "subject": "subjectCodes", "grade": "grades"},
    ),
    "classes": SourceFile(
        kept=("title", "grades", "courseSourcedId", "classType", "schoolSourcedId", "termSourcedIds"),
        required=("sourcedId", "title", "courseSourcedId", "classType", "schoolSourcedId", "termSourcedIds"),
        dialect_required=("sourcedId", "title", "orgSourcedId"),
        dialect_names={
            "orgSourcedId": "schoolSourcedId",
            "sessionSourcedIds": "termSourcedIds",
            "code": "classCode",
        },
    ),
    "users": SourceFile(
        kept=("userIds", "givenName", "familyName", "middleName", "agentSourcedIds"),
        required=("sourcedId", "enabledUser", "username", "givenName", "familyName"),
        dialect_required=("sourcedId", "username", "givenName", "familyName"),
    ),
    "demographics": SourceFile(
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
    "roles": SourceFile(
        kept=("userSourcedId", "role", "beginDate", "endDate", "orgSourcedId"),
        required=("sourcedId", "userSourcedId", "roleType", "role", "orgSourcedId"),
        dialect_required=("userSourcedId", "orgSourcedId", "role"),
        dialect_names={"roleStartDate": "beginDate", "roleEndDate": "endDate", "isPrimary": "roleType"},
        dialect_key=("userSourcedId", "orgSourcedId", "role", "sessionSourcedId"),
    ),
    "enrollments": SourceFile(
        kept=("classSourcedId", "schoolSourcedId", "userSourcedId", "role", "beginDate", "endDate"),
        required=("sourcedId", "classSourcedId", "schoolSourcedId", "userSourcedId", "role"),
        dialect_required=("classSourcedId", "userSourcedId", "role"),
        dialect_key=("classSourcedId", "userSourcedId", "role"),
    ),
    "relationships": SourceFile(  # in the dialect only
        kept=("userSourcedId", "relationshipUserSourcedId", "relationshipRole"),
        dialect_required=("userSourcedId", "relationshipUserSourcedId", "relationshipRole"),
        dialect_key=("userSourcedId", "relationshipUserSourcedId", "relationshipRole"),
        needed=False,
    ),
}
"""name of the file → its columns, in the order in which the files are read."""

DIALECT_ONLY = ("relationships",)
STANDARD = tuple(name for name in SOURCES if name not in DIALECT_ONLY)

_ON_DEMAND = "marks are read on demand, not exported"
_LEARNING_TOOLS = "links to learning tools are not part of the exchange"
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
    "userProfiles": "accounts and credentials are never imported",
    # In the dialect only:
    "userFlags": "the contract has no diagnoses, benefits or special marks of a person",
}
"""Files without a place in the contract → why."""

_CONTACT = "the contract holds no contacts of persons: the portal reaches them through their accounts"
_ACCOUNT = "accounts and credentials are never imported"
_ORIGIN = "the contract holds neither origin nor birthplace"
_NICKNAME = "the contract holds only names as in official documents"
_GRADE_OF_GROUP = "the grade is a property of the group"
_UNKNOWN_DICTIONARY = "the set doesn't say which dictionary the code belongs to"
_PLACE_OF_LESSON = "rooms and hours come with the lessons, on demand"

_NO_PLACE: dict[str, dict[str, str]] = {
    "orgs": {"identifier": "the set doesn't say which register the number is from (INN, OGRN, a local one)"},
    "users": {
        "enabledUser": _ACCOUNT,
        "username": _ACCOUNT,
        "password": _ACCOUNT,
        "userMasterIdentifier": _ACCOUNT,
        "resourceSourcedIds": _LEARNING_TOOLS,
        "activeDirectoryMatchId": _ACCOUNT,
        "identifier": "the set doesn't say which register the number is from; userIds names its type",
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
        "sessionSourcedId": "the role's dates hold it",
        "grade": _GRADE_OF_GROUP,
    },
    "courses": {"courseCode": _UNKNOWN_DICTIONARY, "subjectCodes": _UNKNOWN_DICTIONARY},
    "classes": {
        "classCode": "the contract has no code of a group",
        "location": _PLACE_OF_LESSON,
        "periods": _PLACE_OF_LESSON,
        "subjects": "the subject of the course is used",
        "subjectCodes": _UNKNOWN_DICTIONARY,
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
    """Why a column that isn't kept has no place in the contract.

    `column`: its name in the standard, if any.
    """
    if column.startswith("metadata."):
        return "an extension known only to its sender"
    return _NO_PLACE.get(file, {}).get(column, "not a column of OneRoster 1.2")


PERIOD_KINDS = {"schoolYear": "year", "semester": "half"}
"""Type of a session → kind of a period. Other types are named by the number of their siblings."""

KINDS_BY_COUNT = {2: "half", 3: "trimester", 4: "quarter"}
"""How many sessions of one type a parent has → kind of a period."""

SESSION_TYPES = ("gradingPeriod", "semester", "schoolYear", "term")

SEXES = {"male": "m", "female": "f"}
OTHER_SEXES = ("other", "unspecified")
CLASS_TYPES = ("homeroom", "scheduled")

GUARDIANS = ("parent", "guardian")
"""In order of preference if a person has several of these roles.

A relative isn't a legal representative: being listed as an agent gives no right to see
the child's data.
"""

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
"""Roles of staff in the standard and the dialect → the contract's.

The last three have no code in the contract and pass through.
"""

TEACHERS = tuple(role for role, contract_role in STAFF.items() if contract_role == "teacher")
