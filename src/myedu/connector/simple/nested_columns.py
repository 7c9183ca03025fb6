"""Turns a row's flat columns into the contract's nested structs, in place: one function for each entity."""

import hashlib
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from myedu.connector.simple.rows import RowContext, Values, columns_of, convert, instant_of
from myedu.contract.school import Attachment, Link, Ref, Replacement, Work


def nest_lesson(values: Values, row_context: RowContext) -> None:
    """Subject, group, teacher, replaces; `minutes` become `ends_at`."""
    _refs(values, row_context, "subject", "group")
    if "teacher_id" in values or "teacher" in values:
        _refs(values, row_context, "teacher")
        values["teachers"] = (*values.get("teachers", ()), values.pop("teacher"))
    if "minutes" in values and "starts_at" in values:
        minutes = timedelta(minutes=_number(values.pop("minutes"), row_context))
        values["ends_at"] = instant_of(values["starts_at"], row_context, "starts_at") + minutes
    _replaces(values, row_context)


def nest_homework(values: Values, row_context: RowContext) -> None:
    """Subject, and the rows of attachments and materials."""
    _refs(values, row_context, "subject")
    for name, kind in (("attachments", Attachment), ("materials", Link)):
        if name in values:
            inner = _list(values[name], row_context, name)
            values[name] = tuple(convert(kind, columns_of(row, row_context), row_context) for row in inner)


def nest_mark(values: Values, row_context: RowContext) -> None:
    """Subject; `work` and `work_name` become one Work."""
    _refs(values, row_context, "subject")
    parts = {"kind": values.pop("work", None), "name": values.pop("work_name", None)}
    if any(parts.values()):
        filled = {name: part for name, part in parts.items() if part is not None}
        values["work"] = convert(Work, filled, row_context, {"kind": "work", "name": "work_name"})


def nest_attendance(values: Values, row_context: RowContext) -> None:
    """Subject."""
    _refs(values, row_context, "subject")


def nest_final_mark(values: Values, row_context: RowContext) -> None:
    """Subject and period."""
    _refs(values, row_context, "subject", "period")


def nest_person(values: Values, row_context: RowContext) -> None:
    """The school and the class of a student or teacher."""
    _refs(values, row_context, "organization", "group")


def nest_touched(values: Values, row_context: RowContext) -> None:
    """`what` as a text becomes a tuple of names."""
    what = values.get("what")
    if isinstance(what, str):
        values["what"] = tuple(what.replace(",", " ").split())


def _refs(values: Values, row_context: RowContext, *names: str) -> None:
    """`subject_id` and `subject` become one Ref; a system without ids of subjects may omit the id."""
    for name in names:
        ref_id, ref = values.pop(f"{name}_id", None), values.pop(name, None)
        if isinstance(ref, Ref):
            values[name] = ref
        elif ref is not None:
            parts = {"id": _id_of(ref) if ref_id is None else ref_id, "name": ref}
            values[name] = convert(Ref, parts, row_context, {"id": f"{name}_id", "name": name})
        elif ref_id is not None:
            raise row_context.error(name, f"{name}_id is given and the name is not: add the column {name}")


def _replaces(values: Values, row_context: RowContext) -> None:
    parts = {
        name.removeprefix("replaces_"): values.pop(name) for name in [*values] if name.startswith("replaces_")
    }
    if parts:
        _refs(parts, row_context, "subject", "teacher")
        columns = {"lesson_id": "replaces_lesson_id"}
        values["replaces"] = convert(Replacement, parts, row_context, columns)


def _id_of(name: object) -> str:
    """Always the same for the same name, for a journal without ids of subjects."""
    return hashlib.sha256(str(name).encode()).hexdigest()[:16]


def _list(value: object, row_context: RowContext, field: str) -> Iterable[object]:
    if isinstance(value, str | bytes) or not isinstance(value, Iterable):
        raise row_context.error(field, "give a list of rows")
    return value


def _number(value: Any, row_context: RowContext) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        raise row_context.error("minutes", "not a number") from None
