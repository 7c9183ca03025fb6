"""What `serve` and `export` have to know: environment variables MYEDU_CONNECTOR_…, or flags."""

import argparse
import os
from datetime import time
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from myedu.connector.sdk.oauth import RegisteredClient
from myedu.kit.settings import SettingsError, describe_settings, read_settings

PREFIX = "MYEDU_CONNECTOR_"


class ConnectorSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Every field is a variable and a flag of the same name."""

    journal: Annotated[
        str, Meta(description="Your functions: journal.py, journal.py:Class or package.module:Class.")
    ] = "journal.py"
    public_url: Annotated[str, Meta(description="Your own address as the portal calls it.")] = ""
    clients: Annotated[
        tuple[str, ...],
        Meta(description="Who may call: client_id=path of its public key (PEM), separated by commas."),
    ] = ()
    state: Annotated[
        Path, Meta(description="Folder for the key of tokens, used assertions and the book of who asked.")
    ] = Path("state")
    exports: Annotated[Path, Meta(description="Folder for export packages.")] = Path("exports")
    export_at: Annotated[
        str, Meta(description="When `serve` writes a package, 02:30 of the journal's zone; empty: never.")
    ] = ""
    host: Annotated[str, Meta(description="Address to listen on.")] = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65535, description="Port to listen on.")] = 8090

    @property
    def base_url(self) -> str:
        return self.public_url or f"http://{self.host}:{self.port}"


def add_flags(parser: argparse.ArgumentParser, names: tuple[str, ...] = ()) -> None:
    """A flag a setting; only `names` where there are any."""
    for setting in describe_settings(ConnectorSettings, PREFIX):
        flag = setting.name.removeprefix(PREFIX).lower()
        if not names or flag in names:
            shown = f" [{setting.default}]" if setting.default not in ("", "(none)") else ""
            parser.add_argument("--" + flag.replace("_", "-"), dest=flag, help=setting.sentence + shown)


def settings_of(options: argparse.Namespace) -> ConnectorSettings:
    """Flags before variables. Raises SettingsError."""
    given = {
        PREFIX + name.upper(): value
        for name in ConnectorSettings.__struct_fields__
        if (value := getattr(options, name, None))
    }
    return read_settings(ConnectorSettings, {**os.environ, **given}, PREFIX)


def registered(settings: ConnectorSettings) -> list[RegisteredClient]:
    """Raises SettingsError where a key can't be read, and where nobody may call."""
    if not settings.clients:
        raise SettingsError(
            f"{PREFIX}CLIENTS is not set: nobody may call. Write client_id=path of its public key;"
            " `myedu connector key try` makes a pair to begin with"
        )
    return [_client(text) for text in settings.clients]


def _client(text: str) -> RegisteredClient:
    client_id, _, path = text.partition("=")
    try:
        return RegisteredClient(client_id=client_id, public_key_pem=Path(path).read_text(encoding="ascii"))
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a PEM file"
        raise SettingsError(
            f"{PREFIX}CLIENTS: the public key of {client_id!r} can't be read from {path!r}: {reason};"
            " write client_id=path.pem"
        ) from None


def time_of_export(settings: ConnectorSettings) -> time | None:
    """Raises SettingsError."""
    if not settings.export_at:
        return None
    try:
        return time.fromisoformat(settings.export_at).replace(tzinfo=None)
    except ValueError:
        raise SettingsError(f"{PREFIX}EXPORT_AT is {settings.export_at!r}: write a time like 02:30") from None
