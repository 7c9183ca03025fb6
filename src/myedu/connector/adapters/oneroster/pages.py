"""Pages of a provider's collections: their rows, whether there are more, what can be wrong with them."""

import re
from collections.abc import Mapping

from myedu.connector.adapters.oneroster import rest_values
from myedu.connector.adapters.oneroster.rest_values import Json
from myedu.connector.sdk.errors import JournalWrong
from myedu.connector.sdk.responses import RawResponse

ROSTERING = "/ims/oneroster/rostering/v1p2"
_RELATION = re.compile(r'rel="?(next|prev|first|last)"?')


def not_there(path: str) -> JournalWrong:
    """A collection answers 404 that every provider has."""
    return JournalWrong(
        "not-served",
        f"{without_ids(path)} answers 404: check the provider's address, which is what stands before"
        f" {ROSTERING}; a provider of OneRoster 1.1 only can't be read",
    )


def repeated(path: str, offset: int) -> JournalWrong:
    """A page comes again."""
    return JournalWrong(
        "wrong-shape",
        f"{without_ids(path)} repeats a page at offset {offset}: the provider doesn't follow offset, so"
        " nobody can know what is missing",
    )


def too_few(path: str, total: int, read: int) -> JournalWrong:
    """The pages end before the total that they announce."""
    return JournalWrong(
        "wrong-size", f"{without_ids(path)} says that it has {total} rows and gives {read}: ask its vendor"
    )


def total_of(headers: Mapping[str, str]) -> int | None:
    """X-Total-Count; None if there is none."""
    text = headers.get("X-Total-Count", "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else None


def is_last(headers: Mapping[str, str], read: int, *, needs_link: bool) -> bool:
    """Whether X-Total-Count and Link, of which at least one is there, both say so.

    `needs_link`: X-Total-Count alone proves nothing, because some providers count the rows of the page.
    """
    total, relations = total_of(headers), _RELATION.findall(headers.get("Link", ""))
    if total is not None and read < total:
        return False
    return "next" not in relations if relations else total is not None and not needs_link


def rows_of(response: RawResponse, path: str, name: str) -> list[Json]:
    """The rows of a page in its envelope `name`. Raises JournalWrong."""
    envelope = envelope_of(response, path)
    if name not in envelope:
        raise JournalWrong("wrong-shape", f"{without_ids(path)} answers without {name!r}")
    rows = envelope[name]
    return rows if isinstance(rows, list) else [] if rows is None else [rows]


def envelope_of(response: RawResponse, path: str) -> dict[str, Json]:
    """The object that an answer is. Raises JournalWrong."""
    try:
        answer = rest_values.decode(response.body)
    except (ValueError, RecursionError) as error:
        raise JournalWrong("wrong-shape", f"{without_ids(path)} answers no JSON: {error}") from None
    if not isinstance(answer, dict):
        raise JournalWrong("wrong-shape", f"{without_ids(path)} answers no object")
    return answer


def id_in(row: Json) -> str:
    """Identifies a row within its collection, however odd it is."""
    return str((isinstance(row, dict) and row.get("sourcedId")) or row)


def without_ids(path: str) -> str:
    """The path without ids, which are personal data."""
    return "/".join(part for part in path.split("/") if part.isalpha())
