"""All personal fields of the export: why each is sent, who sees it, how long it is kept.

No law has a closed list of what the exchange holds, so the contract has one and publishes it.
"""

from typing import Literal

import msgspec

Reader = Literal["self", "guardians", "teachers", "school", "operator", "nobody"]
"""Who may see the value. `nobody`: programs compare it and show it to no one."""
Term = Literal["studies+1y", "work+1y", "guardianship+1y", "link"]
"""How long it is kept: a year after the end of studies, work or guardianship; `link`: as long as the row."""

TERMS: dict[Term, tuple[str, str]] = {
    "studies+1y": ("до отчисления и ещё год", "until a year after the pupil leaves"),
    "work+1y": ("до увольнения и ещё год", "until a year after the employment ends"),
    "guardianship+1y": ("до конца полномочий и ещё год", "until a year after the guardianship ends"),
    "link": ("столько же, сколько строка, к которой поле относится", "as long as the row that it belongs to"),
}


class PersonalField(msgspec.Struct, frozen=True):
    """A field of a table. The purposes are whole sentences for the public page."""

    table: str
    field: str
    purpose_ru: str
    purpose_en: str
    readers: tuple[Reader, ...]
    term: Term


_NO_ONE: tuple[Reader, ...] = ("nobody",)
_OFFICE: tuple[Reader, ...] = ("self", "school", "operator")
_CIRCLE: tuple[Reader, ...] = ("self", "guardians", "teachers", "school")
_FAMILY: tuple[Reader, ...] = ("self", "guardians", "school")
_STAFF: tuple[Reader, ...] = ("self", "guardians", "teachers", "school", "operator")


def _of(table: str, term: Term, *rows: tuple[str, str, str, tuple[Reader, ...]]) -> tuple[PersonalField, ...]:
    return tuple(PersonalField(table, field, ru, en, readers, term) for field, ru, en, readers in rows)


_TECHNICAL: tuple[tuple[str, str, str, tuple[Reader, ...]], ...] = (
    ("id", "Связать строки выгрузки и ответы журнала.", "Links the rows and the journal's answers.", _NO_ONE),
    ("updated_at", "Взять более новую из двух строк.", "Decides which of two rows is newer.", ("operator",)),
    ("deleted", "Стереть то, что стёр журнал.", "Erases what the journal erased.", ("operator",)),
)

PERSONAL_FIELDS: tuple[PersonalField, ...] = (
    *_of("persons", "link", *_TECHNICAL),
    *_of(
        "persons",
        "studies+1y",
        ("last_name", "Назвать человека на странице.", "Names the person on a page.", _CIRCLE),
        ("first_name", "Назвать человека на странице.", "Names the person on a page.", _CIRCLE),
        ("middle_name", "Назвать человека на странице.", "Names the person on a page.", _CIRCLE),
        (
            "birth_date",
            "Сверить с ЕСИА и применить правила возраста: 14 и 18 лет.",
            "Compared with ESIA; decides the rules for ages 14 and 18.",
            _FAMILY,
        ),
        ("sex", "Сверить с ЕСИА при одинаковых именах.", "Compared with ESIA if names are equal.", _NO_ONE),
        ("snils", "Найти человека, вошедшего через ЕСИА.", "Matches a person at sign-in.", _NO_ONE),
        ("esia_oid", "Найти человека, вошедшего через ЕСИА.", "Matches a person at sign-in.", _NO_ONE),
    ),
    *_of("enrollments", "link", *_TECHNICAL),
    *_of(
        "enrollments",
        "studies+1y",
        ("person_id", "Сказать, кто учится.", "Says who studies.", _CIRCLE),
        ("organization_id", "Сказать, в какой школе учится.", "Says at which school.", _CIRCLE),
        ("group_id", "Сказать, в каком классе учится.", "Says in which class.", _CIRCLE),
        ("starts_on", "Показывать дневник с этого дня.", "The diary is shown from this day.", _CIRCLE),
        ("ends_on", "Закрыть дневник после этого дня.", "The diary closes after this day.", _CIRCLE),
        ("status", "Отличить перевод от отчисления.", "Distinguishes a transfer from leaving.", _FAMILY),
    ),
    *_of("guardianships", "link", *_TECHNICAL),
    *_of(
        "guardianships",
        "guardianship+1y",
        ("guardian_id", "Открыть дневник представителю.", "Opens the diary to the guardian.", _FAMILY),
        ("child_id", "Открыть дневник именно этого ребёнка.", "Opens this child's diary only.", _FAMILY),
        ("relation", "Объяснить на странице, почему есть доступ.", "Explains the access.", _FAMILY),
        (
            "verified_at",
            "Знать, когда школа проверила документы.",
            "Says when the school checked the documents.",
            _OFFICE,
        ),
        ("starts_on", "Открыть доступ с этого дня.", "Access begins on this day.", _FAMILY),
        ("ends_on", "Закрыть доступ после этого дня.", "Access ends after this day.", _FAMILY),
        ("revoked_at", "Закрыть доступ сразу, например по суду.", "Closes access at once.", _FAMILY),
    ),
    *_of("staff", "link", *_TECHNICAL),
    *_of(
        "staff",
        "work+1y",
        ("person_id", "Узнать сотрудника, вошедшего через ЕСИА.", "Matches an employee at sign-in.", _STAFF),
        ("organization_id", "Ограничить доступ своей школой.", "Limits access to the school.", _STAFF),
        ("role", "Открыть учителю его классы и ничего больше.", "Opens a teacher's classes only.", _STAFF),
        ("position", "Назвать должность на странице.", "Names the position on a page.", _STAFF),
        ("starts_on", "Открыть доступ с этого дня.", "Access begins on this day.", _OFFICE),
        ("ends_on", "Закрыть доступ после этого дня.", "Access ends after this day.", _OFFICE),
    ),
)  # fmt: skip

PERSONAL_TABLES = ("persons", "enrollments", "guardianships", "staff")
"""The tables in which each field is about a person; the others describe schools and classes."""
