"""What a set is: bulk or delta by its manifest.csv, or the dialect, which has none."""

from collections.abc import Iterable
from typing import Literal

import msgspec

from myedu.connector.adapters.oneroster.archive import Archive, OneRosterError
from myedu.connector.adapters.oneroster.columns import OTHER_FILES, SOURCES, STANDARD
from myedu.connector.adapters.oneroster.read import open_table

Mode = Literal["bulk", "delta"]
_MODES = ("absent", "bulk", "delta")
_VERSIONS = {"manifest.version": "1.0", "oneroster.version": "1.2"}
_MOST_PROPERTIES = 1_000


class SetPlan(msgspec.Struct, frozen=True, kw_only=True):
    """Which files to read, and as what. `strange`: files that neither the standard nor the manifest knows."""

    mode: Mode
    files: tuple[str, ...]
    other_files: tuple[str, ...]
    strange: tuple[str, ...]
    is_dialect: bool = False
    system_name: str | None = None
    system_code: str | None = None


def plan_set(archive: Archive) -> SetPlan:
    """Raises OneRosterError where the set contradicts its manifest, itself, or the standard."""
    names = archive.names()
    here = {name.removesuffix(".csv") for name in names if name.endswith(".csv")}
    if "manifest" in here:
        return _by_manifest(_properties(archive), names, here)
    if "users" in here and _is_dialect(archive):
        _refuse_missing(here, "bulk")
        return SetPlan(
            mode="bulk",
            files=tuple(name for name in SOURCES if name in here),
            other_files=tuple(sorted(here & set(OTHER_FILES))),
            strange=_strange(names),
            is_dialect=True,
            system_name="School Data Sync 2.1",
        )
    raise OneRosterError(
        "manifest.csv is missing: it says which files are there and whether they are bulk or delta"
    )


def _is_dialect(archive: Archive) -> bool:
    """The standard's users.csv has `enabledUser`, which is required; the dialect's never has it."""
    with open_table(archive, "users") as users:
        return "enabledUser" not in users.columns and "givenName" in users.columns


def _properties(archive: Archive) -> dict[str, str]:
    found: dict[str, str] = {}
    with open_table(archive, "manifest", ("propertyName", "value")) as table:
        name, value = table.columns.index("propertyName"), table.columns.index("value")
        for record in table.records:
            if record.broken is not None:
                raise OneRosterError(f"line {record.line} of manifest.csv can't be read: write two columns")
            if record.fields[name] in found:
                raise OneRosterError(
                    f"manifest.csv says {record.fields[name][:64]!r} twice: leave one of them"
                )
            found[record.fields[name]] = record.fields[value].strip()
            if len(found) > _MOST_PROPERTIES:
                raise OneRosterError("manifest.csv has more properties than any: write those of the standard")
    return found


def _by_manifest(said: dict[str, str], names: Iterable[str], here: set[str]) -> SetPlan:
    for name, wanted in _VERSIONS.items():
        if said.get(name) != wanted:
            given = f"is {said[name][:20]!r}" if name in said else "is missing"
            raise OneRosterError(f"{name} in manifest.csv {given}: this reads OneRoster 1.2, write {wanted}")
    modes = {name: _mode_of(said, name, here) for name in STANDARD}
    present = {name: mode for name, mode in modes.items() if mode != "absent"}
    if len(set(present.values())) > 1:
        raise OneRosterError(
            "manifest.csv mixes bulk and delta: a package is full or a delta, send the files as one of them"
        )
    if not present:
        raise OneRosterError("manifest.csv calls every file of people and classes absent: nothing to read")
    mode: Mode = "bulk" if "bulk" in present.values() else "delta"
    _refuse_missing(set(present), mode)
    return SetPlan(
        mode=mode,
        files=tuple(present),
        other_files=tuple(sorted(here & set(OTHER_FILES))),
        strange=_strange(names),
        system_name=said.get("source.systemName") or None,
        system_code=said.get("source.systemCode") or None,
    )


def _mode_of(said: dict[str, str], name: str, here: set[str]) -> str:
    mode = said.get(f"file.{name}")
    if mode is None:
        raise OneRosterError(f"manifest.csv doesn't say file.{name}: write absent, bulk or delta")
    if mode not in _MODES:
        raise OneRosterError(f"file.{name} in manifest.csv is {mode[:20]!r}: write absent, bulk or delta")
    if mode != "absent" and name not in here:
        raise OneRosterError(f"manifest.csv promises {name}.csv as {mode}, and it isn't there: add it")
    if mode == "absent" and name in here:
        raise OneRosterError(f"manifest.csv calls {name}.csv absent, and it is there: say bulk or delta")
    return mode


def _refuse_missing(present: set[str], mode: Mode) -> None:
    missing = [name for name, source in SOURCES.items() if source.needed and name not in present]
    if mode == "bulk" and missing:
        raise OneRosterError(
            f"the bulk set has no {', '.join(missing)}: a full package says who is there and, by leaving"
            " them out, who is not; send these files too, a header alone where there are no rows"
        )


def _strange(names: Iterable[str]) -> tuple[str, ...]:
    known = {f"{name}.csv" for name in (*SOURCES, *OTHER_FILES, "manifest")}
    return tuple(name for name in names if name not in known)
