"""Any answer of a journal that the contract's structs allow, and some that they don't, for Hypothesis.

Made of the types in myedu.contract, so that a new field is tried without a line here.
"""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import msgspec
from hypothesis import strategies as st
from msgspec import inspect as shapes

from myedu.contract.windows import Window
from tests.connector.sdk.test_hostile_bytes import JSON, places, put

_IDS = ["1", "a/b", "%2F", "../..", "?x=1&y", "#", "<b>", '"', "'", "{n}", "x" * 64, "maths", "p-1", "s.2"]
_TEXTS = [
    "Алгебра", "", " ", "\u00a0", "\n", "0", "5", "4/5", "4+", "<b>жирно</b>", "&lt;b&gt;", "{n}", "%(n)s",
    "%s", "\u202eтекст", "и\u0306", "👨\u200d👩", "раз\n\nдва", "слово " * 90, "ы" * 700, "a" * 500, "\u2028",
    "x\x00y", "А Б В", "\ud7ff", "١٢", "²",
]  # fmt: skip
_LINKS = [
    "https://school.example/a?b=1#c", "http://школа.рф/Домашняя работа 1.pdf", "HTTPS://X.example",
    "https://x.example/a\r\nb", "javascript:alert(1)", "https://x.example/" + "ы" * 400, "//x", "https://[::1]/",
    "https://" + "x" * 3_000, "http://x:99999/", "https://x.example:8443", "https://a@b.example/",
]  # fmt: skip
_OFFSETS = [UTC, *(timezone(timedelta(minutes=minutes)) for minutes in (180, 600, -720, 840, 345))]


def any_answer(kind: type[msgspec.Struct], window: Window, **fixed: Any) -> st.SearchStrategy[bytes]:
    """The JSON of a `kind` about days near the window, with these fields; in one of three a value is odd."""
    good = _Types(window).struct(shapes.type_info(kind)).map(lambda raw: raw | fixed)
    return st.one_of(good, good, odd(good)).map(msgspec.json.encode)


@st.composite
def odd(draw: st.DrawFn, good: st.SearchStrategy[dict[str, Any]]) -> dict[str, Any]:
    """A good answer in which one place is anything."""
    raw = draw(good)
    inner = [place for place in places(raw) if len(place) > 1]
    spoilt: dict[str, Any] = put(raw, draw(st.sampled_from(inner)), draw(_ODD | JSON)) if inner else raw
    return spoilt


_ODD = st.sampled_from([None, "", 0, -1, 1e28, 10**36, 2**63, [], {}, "x" * 30_000, True, "2026-11-24"])


class _Types:
    def __init__(self, window: Window) -> None:
        days = [window.first + timedelta(days=n) for n in range(-1, window.days + 1)]
        self._days = st.sampled_from(days) | st.sampled_from([date(2000, 1, 1), date(2100, 12, 31)])

    def of(self, info: shapes.Type, name: str = "") -> st.SearchStrategy[Any]:
        """Values of a type as JSON has them; most are plain, some are at an edge."""
        match info:
            case shapes.Metadata():
                known = (info.extra_json_schema or {}).get("x-known-values")
                return st.sampled_from(known) | _text(info.type) if known else self.of(info.type, name)
            case shapes.UnionType():
                return st.one_of(self.of(member, name) for member in info.types)
            case shapes.StructType():
                return self.struct(info)
            case shapes.VarTupleType():
                return st.lists(self.of(info.item_type), max_size=3)
            case shapes.StrType():
                return _text(info)
            case shapes.IntType():
                return st.sampled_from([0, 1, 2, 45]) | st.integers(info.ge, info.le)
            case shapes.FloatType():
                return st.sampled_from([0.0, 1.0, 1.5, 2.0, 5e-324]) | st.floats(info.ge, info.le)
            case shapes.BoolType():
                return st.booleans()
            case shapes.NoneType():
                return st.none()
            case shapes.DateType():
                return self._days.map(str)
            case shapes.DateTimeType():
                return st.builds(_instant, self._days, st.integers(0, 24 * 12 - 1), st.sampled_from(_OFFSETS))
        raise TypeError(f"no values of {info} for {name}: add them here")

    def struct(self, info: shapes.Type) -> st.SearchStrategy[dict[str, Any]]:
        """The JSON of a struct; fields that may be left out sometimes are."""
        assert isinstance(info, shapes.StructType)
        needed = {
            field.encode_name: self.of(field.type, field.name) for field in info.fields if field.required
        }
        others = {
            field.encode_name: self.of(field.type, field.name) for field in info.fields if not field.required
        }
        return st.fixed_dictionaries(needed, optional=others)


def _text(info: shapes.Type) -> st.SearchStrategy[str]:
    assert isinstance(info, shapes.StrType)
    if info.pattern is not None and info.pattern.startswith("^https?:"):
        return st.sampled_from(_LINKS)
    if info.pattern is not None:
        return st.sampled_from(_IDS) | st.text(
            st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=64
        ).filter(lambda text: text not in (".", ".."))
    return st.sampled_from(_TEXTS) | st.text(max_size=20)


def _instant(day: date, minutes: int, offset: timezone) -> str:
    at = datetime(day.year, day.month, day.day, tzinfo=offset) + timedelta(minutes=5 * minutes)
    return at.isoformat()
