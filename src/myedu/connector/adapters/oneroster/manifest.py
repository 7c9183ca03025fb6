"""What to read of a set: a bulk or delta set by its manifest.csv, or the dialect, which has no manifest."""

from collections.abc import Iterable
from typing import Literal

import msgspec

from myedu.connector.adapters.oneroster.archive import Archive, OneRosterError
from myedu.connector.adapters.oneroster.columns import OTHER_FILES, SOURCES, STANDARD
from myedu.connector.adapters.oneroster.csv_tables import open_table

Mode = Literal["bulk", "delta"]
_MODES = ("absent", "bulk", "delta")
_VERSIONS = {"manifest.version": "1.0", "oneroster.version": "1.2"}
_MAX_PROPERTIES = 1_000


class SetPlan(msgspec.Struct, frozen=True, kw_only=True):
    """Which files of a set to read, by names without `.csv`."""

    mode: Mode
    files: tuple[str, ...]  # to store, in the order of SOURCES
    other_files: tuple[str, ...]  # without a place in the contract: to count only
    unknown_files: tuple[str, ...]  # neither the standard's nor the dialect's, with their extensions
    is_dialect: bool = False
    system_name: str | None = None
    system_code: str | None = None


def plan_set(archive: Archive) -> SetPlan:
    """The plan of a set.

    Raises OneRosterError if the set contradicts its manifest, itself or the standard.
    """
    names = archive.names()
    present = {name.removesuffix(".csv") for name in names if name.endswith(".csv")}
    if "manifest" in present:
        return _plan_by_manifest(_properties(archive), names, present)
    if "users" in present and _is_dialect(archive):
        _require_files(present, "bulk")
        return SetPlan(
            mode="bulk",
            files=tuple(name for name in SOURCES if name in present),
            other_files=tuple(sorted(present & set(OTHER_FILES))),
            unknown_files=_unknown_files(names),
            is_dialect=True,
            system_name="School Data Sync 2.1",
        )
    raise OneRosterError(
        "manifest.csv is missing: it lists the files of the set and whether they are bulk or delta"
    )


def _is_dialect(archive: Archive) -> bool:
    """The standard requires the column `enabledUser` in users.csv; the dialect doesn't have it."""
    with open_table(archive, "users") as users:
        return "enabledUser" not in users.columns and "givenName" in users.columns


def _properties(archive: Archive) -> dict[str, str]:
    properties: dict[str, str] = {}
    with open_table(archive, "manifest", ("propertyName", "value")) as table:
        name, value = table.columns.index("propertyName"), table.columns.index("value")
        for record in table.records:
            if record.broken is not None:
                raise OneRosterError(f"line {record.line} of manifest.csv can't be read: write two columns")
            if record.fields[name] in properties:
                raise OneRosterError(
                    f"manifest.csv has {record.fields[name][:64]!r} twice: leave one of them"
                )
            properties[record.fields[name]] = record.fields[value].strip()
            if len(properties) > _MAX_PROPERTIES:
                raise OneRosterError(
                    f"manifest.csv has more than {_MAX_PROPERTIES} properties: write those of the standard"
                )
    return properties


def _plan_by_manifest(properties: dict[str, str], names: Iterable[str], present: set[str]) -> SetPlan:
    for name, expected in _VERSIONS.items():
        if properties.get(name) != expected:
            found = f"is {properties[name][:20]!r}" if name in properties else "is missing"
            raise OneRosterError(
                f"{name} in manifest.csv {found}: this reads OneRoster 1.2, write {expected}"
            )
    modes = {name: _mode_of(properties, name, present) for name in STANDARD}
    listed = {name: mode for name, mode in modes.items() if mode != "absent"}
    if len(set(listed.values())) > 1:
        raise OneRosterError(
            "manifest.csv mixes bulk and delta: a package is full or a delta, send the files as one of them"
        )
    if not listed:
        raise OneRosterError("manifest.csv calls every file of people and classes absent: nothing to read")
    mode: Mode = "bulk" if "bulk" in listed.values() else "delta"
    _require_files(set(listed), mode)
    return SetPlan(
        mode=mode,
        files=tuple(listed),
        other_files=tuple(sorted(present & set(OTHER_FILES))),
        unknown_files=_unknown_files(names),
        system_name=properties.get("source.systemName") or None,
        system_code=properties.get("source.systemCode") or None,
    )


def _mode_of(properties: dict[str, str], name: str, present: set[str]) -> str:
    mode = properties.get(f"file.{name}")
    if mode is None:
        raise OneRosterError(f"manifest.csv has no property file.{name}: write absent, bulk or delta")
    if mode not in _MODES:
        raise OneRosterError(f"file.{name} in manifest.csv is {mode[:20]!r}: write absent, bulk or delta")
    if mode != "absent" and name not in present:
        raise OneRosterError(f"manifest.csv lists {name}.csv as {mode}, but the file is missing: add it")
    if mode == "absent" and name in present:
        raise OneRosterError(f"manifest.csv lists {name}.csv as absent, but it is there: write bulk or delta")
    return mode


def _require_files(present: set[str], mode: Mode) -> None:
    missing = [name for name, source in SOURCES.items() if source.needed and name not in present]
    if mode == "bulk" and missing:
        raise OneRosterError(
            f"the bulk set has no {', '.join(missing)}: a row missing from a full package counts as deleted;"
            " send these files too, with only a header if there are no rows"
        )


def _unknown_files(names: Iterable[str]) -> tuple[str, ...]:
    known = {f"{name}.csv" for name in (*SOURCES, *OTHER_FILES, "manifest")}
    return tuple(name for name in names if name not in known)
