"""How flat columns become the contract's nested structs: one function an entity."""

import hashlib
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from myedu.connector.simple.rows import Place, columns_of, convert, instant_of
from myedu.contract.school import Attachment, Link, Ref, Replacement, Work

Values = dict[str, Any]


def lesson(values: Values, place: Place) -> None:
    _refs(values, place, "subject", "group")
    if "teacher_id" in values or "teacher" in values:
        _refs(values, place, "teacher")
        values["teachers"] = (*values.get("teachers", ()), values.pop("teacher"))
    if "minutes" in values and "starts_at" in values:
        minutes = timedelta(minutes=_number(values.pop("minutes"), place))
        values["ends_at"] = instant_of(values["starts_at"], place, "starts_at") + minutes
    _replaces(values, place)


def homework(values: Values, place: Place) -> None:
    _refs(values, place, "subject")
    for name, kind in (("attachments", Attachment), ("materials", Link)):
        if name in values:
            inner = _list(values[name], place, name)
            values[name] = tuple(convert(kind, columns_of(one, place), place) for one in inner)


def mark(values: Values, place: Place) -> None:
    _refs(values, place, "subject")
    parts = {"kind": values.pop("work", None), "name": values.pop("work_name", None)}
    if any(parts.values()):
        filled = {name: part for name, part in parts.items() if part is not None}
        values["work"] = convert(Work, filled, place, {"kind": "work", "name": "work_name"})


def attendance(values: Values, place: Place) -> None:
    _refs(values, place, "subject")


def final_mark(values: Values, place: Place) -> None:
    _refs(values, place, "subject", "period")


def about(values: Values, place: Place) -> None:
    """The school and the class of a pupil."""
    _refs(values, place, "organization", "group")


def touched(values: Values, place: Place) -> None:
    what = values.get("what")
    if isinstance(what, str):
        values["what"] = tuple(what.replace(",", " ").split())


def _refs(values: Values, place: Place, *names: str) -> None:
    """`subject_id` and `subject` become one Ref; a system without ids of subjects may leave the id out."""
    for name in names:
        key, called = values.pop(f"{name}_id", None), values.pop(name, None)
        if isinstance(called, Ref):
            values[name] = called
        elif called is not None:
            parts = {"id": _id_of(called) if key is None else key, "name": called}
            values[name] = convert(Ref, parts, place, {"id": f"{name}_id", "name": name})
        elif key is not None:
            raise place.wrong(name, f"{name}_id is given and the name is not: add the column {name}")


def _replaces(values: Values, place: Place) -> None:
    parts = {
        name.removeprefix("replaces_"): values.pop(name) for name in [*values] if name.startswith("replaces_")
    }
    if parts:
        _refs(parts, place, "subject", "teacher")
        columns = {"lesson_id": "replaces_lesson_id"}
        values["replaces"] = convert(Replacement, parts, place, columns)


def _id_of(name: Any) -> str:
    """The same for the same name, for a journal that has no ids of subjects."""
    return hashlib.sha256(str(name).encode()).hexdigest()[:16]


def _list(value: Any, place: Place, field: str) -> Iterable[Any]:
    if isinstance(value, str | bytes) or not isinstance(value, Iterable):
        raise place.wrong(field, "give a list of rows")
    return value


def _number(value: Any, place: Place) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        raise place.wrong("minutes", "not a number") from None
