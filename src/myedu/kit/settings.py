"""Settings of a program: msgspec structs whose fields are environment variables, each with a sentence.

class Settings(msgspec.Struct, frozen=True):
    port: Annotated[int, Meta(ge=0, le=65535, description="Port of the pages.")] = 8000
    database_url: Annotated[str, Meta(description="Where PostgreSQL is.", extra={"secret": True})]
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import msgspec

S = TypeVar("S", bound=msgspec.Struct)


class SettingsError(Exception):
    """Variables are missing or wrong; one line for each: its value, what is expected, what it is for."""


class NotRead(KeyError):
    """These settings were not read: a program asked for others only, or they are wrong."""


class Setting(NamedTuple):
    """One row of the table of settings."""

    name: str
    default: str  # empty if the setting is required
    sentence: str


def read_settings(cls: type[S], env: Mapping[str, str], prefix: str = "MYEDU_") -> S:
    """The struct filled from `env`. An empty variable counts as missing; a list is separated by commas.

    Raises SettingsError, which hides the values of secret settings.
    """
    values: dict[str, Any] = {}
    problems = []
    for field in msgspec.structs.fields(cls):
        name = prefix + field.name.upper()
        text = env.get(name, "").strip()
        if not text:
            if field.required:
                problems.append(f"{name} is not set: {_expectation(field.type)}")
            continue
        try:
            values[field.name] = _convert(text, field.type)
        except (msgspec.ValidationError, ValueError) as error:
            shown = "(hidden)" if _meta(field.type).get("secret") else repr(text)
            reason = error if isinstance(error, msgspec.ValidationError) else "not of the right form"
            problems.append(f"{name} is {shown}: {reason}; {_expectation(field.type)}")
    if problems:
        raise SettingsError("\n".join(problems))
    return cls(**values)


class Settings:
    """The values of several structs, one for each part of a program; each is found by its type."""

    def __init__(self, values: Iterable[msgspec.Struct]) -> None:
        self._values = {type(value): value for value in values}

    @classmethod
    def read(
        cls, kinds: Sequence[type[msgspec.Struct]], env: Mapping[str, str], prefix: str = "MYEDU_"
    ) -> "Settings":
        """All structs filled from `env`. Raises SettingsError with the problems of all of them."""
        values, problems = [], []
        for kind in kinds:
            try:
                values.append(read_settings(kind, env, prefix))
            except SettingsError as error:
                problems.append(str(error))
        if problems:
            raise SettingsError("\n".join(problems))
        return cls(values)

    @classmethod
    def of_values(cls, kinds: Sequence[type[msgspec.Struct]], values: Mapping[str, Any]) -> "Settings":
        """All structs filled from values by field name. Raises TypeError for a name that no struct has."""
        return cls(kind(**own) for kind, own in _divided(kinds, values).items())

    def replace(self, **values: Any) -> "Settings":
        """The same with other values, by field name. Raises TypeError for a name that no struct has."""
        changes = _divided(self._values, values)
        return Settings(
            msgspec.structs.replace(value, **changes[kind]) for kind, value in self._values.items()
        )

    def of(self, kind: type[S]) -> S:
        """The values of one struct. Raises NotRead."""
        try:
            found = self._values[kind]
        except KeyError:
            raise NotRead(kind.__name__) from None
        assert isinstance(found, kind)
        return found


def _divided(
    kinds: Iterable[type[msgspec.Struct]], values: Mapping[str, Any]
) -> dict[type[msgspec.Struct], dict[str, Any]]:
    """The values by the struct that has a field of this name."""
    names = {kind: {field.name for field in msgspec.structs.fields(kind)} for kind in kinds}
    if unknown := set(values) - set().union(*names.values()):
        raise TypeError(f"no settings {', '.join(sorted(unknown))}")
    return {kind: {name: values[name] for name in names[kind] & set(values)} for kind in names}


def describe_settings(cls: type[msgspec.Struct], prefix: str = "MYEDU_") -> list[Setting]:
    """A row for every field, in the struct's order."""
    settings = []
    for field in msgspec.structs.fields(cls):
        default = field.default
        if field.default_factory is not msgspec.NODEFAULT:
            default = field.default_factory()
        shown = "" if default in (msgspec.NODEFAULT, None) else _as_text(default)
        settings.append(Setting(prefix + field.name.upper(), shown, _sentence(field.type)))
    return settings


def _as_text(value: Any) -> str:
    """The value as it is written into the variable."""
    if isinstance(value, tuple):
        return ",".join(_as_text(item) for item in value) or "(none)"
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)


def _convert(text: str, kind: Any) -> Any:
    info = msgspec.inspect.type_info(kind)
    while isinstance(info, msgspec.inspect.Metadata):
        info = info.type
    is_list = isinstance(info, msgspec.inspect.VarTupleType | msgspec.inspect.ListType)
    value = [item.strip() for item in text.split(",") if item.strip()] if is_list else text
    return msgspec.convert(value, kind, strict=False, dec_hook=_decode)


def _decode(kind: type, value: Any) -> Any:
    if kind is Path:
        return Path(value)
    raise NotImplementedError(f"a setting can't be a {kind.__name__}")


def _meta(kind: Any) -> Mapping[str, Any]:
    info = msgspec.inspect.type_info(kind)
    return (info.extra or {}) if isinstance(info, msgspec.inspect.Metadata) else {}


def _sentence(kind: Any) -> str:
    for note in getattr(kind, "__metadata__", ()):
        if isinstance(note, msgspec.Meta) and note.description:
            return note.description
    return ""


def _expectation(kind: Any) -> str:
    expected = getattr(kind, "__origin__", kind) if hasattr(kind, "__metadata__") else kind
    name = getattr(expected, "__name__", None) if isinstance(expected, type) else str(expected)
    sentence = _sentence(kind)
    return f"expected {name or expected}" + (f", {sentence}" if sentence else "")
