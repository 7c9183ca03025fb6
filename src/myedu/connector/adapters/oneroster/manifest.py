"""What to read of a set: a bulk or delta set by its manifest.csv, or the dialect, which has no manifest."""

from collections.abc import Iterable
from typing import Literal

import msgspec

from myedu.connector.adapters.oneroster.archive import Archive, OneRosterError
from myedu.connector.adapters.oneroster.columns import (
    FILES_OF_1_1,
    OTHER_FILES,
    ROLE_COLUMNS_IN_1_1,
    SOURCES,
    STANDARD,
)
from myedu.connector.adapters.oneroster.csv_tables import open_table

Mode = Literal["bulk", "delta"]
Format = Literal["1.2", "1.1", "dialect"]
_MODES = ("absent", "bulk", "delta")
_MAX_PROPERTIES = 1_000


class SetPlan(msgspec.Struct, frozen=True, kw_only=True):
    """Which files of a set to read, by names without `.csv`."""

    mode: Mode
    files: tuple[str, ...]  # to store, in the order of SOURCES
    other_files: tuple[str, ...]  # without a place in the contract: to count only
    unknown_files: tuple[str, ...]  # neither the standard's nor the dialect's, with their extensions
    format: Format = "1.2"
    system_name: str | None = None
    system_code: str | None = None

    @property
    def is_dialect(self) -> bool:
        """Whether the set is Microsoft's."""
        return self.format == "dialect"

    def required_columns(self, file: str) -> tuple[str, ...]:
        """What the header of a file must name."""
        source = SOURCES[file]
        if self.is_dialect:
            return source.dialect_required
        return (*source.required, *source.required_in_1_1) if self.format == "1.1" else source.required

    def place_of(self, file: str, column: str | None) -> tuple[str, str | None]:
        """Where this set has a value of the standard's (file, column); None if it has no such column."""
        if self.format == "1.1" and file == "roles":
            return "users", ROLE_COLUMNS_IN_1_1.get(column or "")
        if self.is_dialect and column is not None:
            source = SOURCES[file]
            names = {standard: name for name, standard in source.dialect_names.items()}
            column = ", ".join(source.dialect_key) if column == "sourcedId" and source.dialect_key else column
            return file, names.get(column, column)
        return file, column


def plan_set(archive: Archive) -> SetPlan:
    """The plan of a set.

    Raises OneRosterError if the set contradicts its manifest, itself or the standard.
    """
    names = archive.names()
    present = {name.removesuffix(".csv") for name in names if name.endswith(".csv")}
    if "manifest" in present:
        plan = _plan_by_manifest(_properties(archive), names, present)
        if plan.format == "1.1" and "users" in plan.files:
            _check_users_of_1_1(archive)
        return plan
    if "users" in present and _is_dialect(archive):
        _require_files(present, "bulk", "dialect")
        return SetPlan(
            mode="bulk",
            files=tuple(name for name in SOURCES if name in present),
            other_files=tuple(sorted(present & set(OTHER_FILES))),
            unknown_files=_unknown_files(names),
            format="dialect",
            system_name="School Data Sync 2.1",
        )
    raise OneRosterError(
        "manifest.csv is missing: it lists the files of the set and whether they are bulk or delta"
    )


def _is_dialect(archive: Archive) -> bool:
    """The standard requires the column `enabledUser` in users.csv; the dialect doesn't have it."""
    with open_table(archive, "users") as users:
        return "enabledUser" not in users.columns and "givenName" in users.columns


def _check_users_of_1_1(archive: Archive) -> None:
    """A set of 1.2 isn't read as 1.1 only because its manifest says so: everybody's roles would be gone."""
    with open_table(archive, "users") as users:
        missing = [name for name in SOURCES["users"].required_in_1_1 if name not in users.columns]
    if missing:
        raise OneRosterError(
            "oneroster.version in manifest.csv is '1.1', but users.csv has no"
            f" {' and no '.join(missing)}, by which 1.1 says who is what and where: export the set again"
            " as OneRoster 1.1 with these columns, or as OneRoster 1.2, which has them in roles.csv"
        )


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
    version = _version_of(properties)
    files = FILES_OF_1_1 if version == "1.1" else STANDARD
    modes = {name: _mode_of(properties, name, present) for name in files}
    listed = {name: mode for name, mode in modes.items() if mode != "absent"}
    if len(set(listed.values())) > 1:
        raise OneRosterError(
            "manifest.csv mixes bulk and delta: a package is full or a delta, send the files as one of them"
        )
    if not listed:
        raise OneRosterError("manifest.csv calls every file of people and classes absent: nothing to read")
    mode: Mode = "bulk" if "bulk" in listed.values() else "delta"
    _require_files(set(listed), mode, version)
    return SetPlan(
        mode=mode,
        files=tuple(listed),
        other_files=tuple(sorted(present & set(OTHER_FILES))),
        unknown_files=_unknown_files(names),
        format=version,
        system_name=properties.get("source.systemName") or None,
        system_code=properties.get("source.systemCode") or None,
    )


def _version_of(properties: dict[str, str]) -> Literal["1.1", "1.2"]:
    found = properties.get("manifest.version")
    if found != "1.0":
        raise OneRosterError(f"manifest.version in manifest.csv {_shown(found)}: write 1.0")
    version = properties.get("oneroster.version")
    if version == "1.1":
        return "1.1"
    if version != "1.2":
        raise OneRosterError(
            f"oneroster.version in manifest.csv {_shown(version)}: this reads OneRoster 1.2 and 1.1;"
            " export one of them"
        )
    return "1.2"


def _shown(value: str | None) -> str:
    return "is missing" if value is None else f"is {value[:20]!r}"


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


def _require_files(present: set[str], mode: Mode, set_format: Format) -> None:
    missing = [name for name, source in SOURCES.items() if source.needed and name not in present]
    if set_format == "1.1" and "roles" in missing:
        missing.remove("roles")
    if set_format == "dialect" and not any(SOURCES[name].needed_in_dialect for name in missing):
        return
    if mode == "bulk" and missing:
        raise OneRosterError(
            f"the bulk set has no {', '.join(missing)}: a row missing from a full package counts as deleted;"
            " send these files too, with only a header if there are no rows"
        )


def _unknown_files(names: Iterable[str]) -> tuple[str, ...]:
    known = {f"{name}.csv" for name in (*SOURCES, *OTHER_FILES, "manifest")}
    return tuple(name for name in names if name not in known)
