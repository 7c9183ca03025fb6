"""Files and columns of OneRoster 1.1 and 1.2.1 CSV: which the contract has a place for, why not for others.

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
    required_in_1_1: tuple[str, ...] = ()  # beside `required`
    dialect_required: tuple[str, ...] = ()
    dialect_names: Mapping[str, str] = {}  # the dialect's name → the standard's
    dialect_key: tuple[str, ...] = ()  # identify a row in the dialect, where it has no sourcedId
    needed: bool = True  # whether a bulk set must have the file
    needed_in_dialect: bool = False


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
        needed_in_dialect=True,
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
        needed_in_dialect=True,
    ),
    "users": SourceFile(
        kept=(
            "userIds",
            "givenName",
            "familyName",
            "middleName",
            "agentSourcedIds",
            "role",
            "orgSourcedIds",  # in 1.1 only: 1.2 has them in roles.csv
        ),
        required=("sourcedId", "enabledUser", "username", "givenName", "familyName"),
        required_in_1_1=("orgSourcedIds", "role"),
        dialect_required=("sourcedId", "username", "givenName", "familyName"),
        needed_in_dialect=True,
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
        needed_in_dialect=True,
    ),
    "enrollments": SourceFile(
        kept=("classSourcedId", "schoolSourcedId", "userSourcedId", "role", "beginDate", "endDate"),
        required=("sourcedId", "classSourcedId", "schoolSourcedId", "userSourcedId", "role"),
        dialect_required=("classSourcedId", "userSourcedId", "role"),
        dialect_key=("classSourcedId", "userSourcedId", "role"),
        needed_in_dialect=True,
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
FILES_OF_1_1 = tuple(name for name in STANDARD if name != "roles")

ROLE_COLUMNS_IN_1_1 = {
    "sourcedId": "sourcedId",
    "userSourcedId": "sourcedId",
    "role": "role",
    "orgSourcedId": "orgSourcedIds",
}
"""Column of roles.csv → column of users.csv that has the value in 1.1: a user has one role, at each org."""

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
    if not column:
        return "the column has no name"
    if column.startswith(("metadata.", "ext_")):
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

_ROLES = frozenset(("student", "relative", *GUARDIANS, *STAFF))
_DIALECT_ROLES = (
    "chair", "researcher", "affiliate", "occupationalTherapist", "physicalTherapist", "speechTherapist",
    "visionTherapist", "paraprofessional", "specialServices", "advisor", "nurse", "officeStaff", "staff",
    "teacherAssistant", "assistant", "coach", "alumni", "other", "doctor", "child",
    "childcare",
)  # fmt: skip
"""Words of Microsoft's default list of values which the contract has no place for."""

EXTENSION = "ext:"
"""How the standard begins a code that a sender has added to a dictionary."""

_ORG_TYPES = (
    "department", "school", "district", "local", "state", "national", "ministryOfEducation", "university",
    "college", "campus", "adultEducation", "municipality", "localAuthority", "region", "division", "province",
    "researchCenter", "program", "departmentOfEducation", "academicTrust",
)  # fmt: skip
_WORDS = {
    word.casefold(): word
    for word in (*_ROLES, *_DIALECT_ROLES, *SESSION_TYPES, *SEXES, *OTHER_SEXES, *CLASS_TYPES, *_ORG_TYPES)
}
_COLUMNS_OF_WORDS = frozenset(("role", "type", "sex", "classType", "relationshipRole"))


def dialect_word(column: str, value: str | None) -> str | None:
    """A value of the dialect, whose words are the same in any case, as the standard writes it."""
    if value is None or column not in _COLUMNS_OF_WORDS:
        return value
    return _WORDS.get(value.casefold(), value)


def is_known_role(role: str, *, is_dialect: bool) -> bool:
    """Whether the standard, an extension of it or the dialect has this role; case matters."""
    return role in _ROLES or role.startswith(EXTENSION) or (is_dialect and role in _DIALECT_ROLES)
