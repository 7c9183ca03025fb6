"""Settings of `serve` and `export`: environment variables MYEDU_CONNECTOR_…, or flags."""

import argparse
import os
from datetime import time
from pathlib import Path
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta

from myedu.connector.sdk.oauth import RegisteredClient
from myedu.kit.settings import SettingsError, describe_settings, read_settings
from myedu.kit.terminal import tr

PREFIX = "MYEDU_CONNECTOR_"


class ServingSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of every served journal. Each field is a variable and a flag of the same name."""

    public_url: Annotated[str, Meta(description="Your address as the portal calls it.")] = ""
    clients: Annotated[
        tuple[str, ...],
        Meta(description="Who may call: client_id=path of its public key (PEM), separated by commas."),
    ] = ()
    state: Annotated[
        Path,
        Meta(description="Folder for the token key, used assertions and the log of who asked about whom."),
    ] = Path("state")
    exports: Annotated[Path, Meta(description="Folder for export packages.")] = Path("exports")
    export_at: Annotated[
        str, Meta(description="When `serve` writes a package, 02:30 of the journal's zone; empty: never.")
    ] = ""
    host: Annotated[str, Meta(description="Address to listen on.")] = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65535, description="Port to listen on.")] = 8090

    @property
    def base_url(self) -> str:
        """`public_url`, or http:// with the host and the port."""
        return self.public_url or f"http://{self.host}:{self.port}"


class ConnectorSettings(ServingSettings, frozen=True, kw_only=True):
    """Settings of a journal written by the vendor."""

    journal: Annotated[
        str, Meta(description="Your functions: journal.py, journal.py:Class or package.module:Class.")
    ] = "journal.py"


S = TypeVar("S", bound=ServingSettings)


def add_flags(
    parser: argparse.ArgumentParser,
    names: tuple[str, ...] = (),
    kind: type[ServingSettings] = ConnectorSettings,
    prefix: str = PREFIX,
) -> None:
    """Add a flag for each setting, or only for `names`."""
    for setting in describe_settings(kind, prefix):
        flag = setting.name.removeprefix(prefix).lower()
        if not names or flag in names:
            shown = f" [{setting.default}]" if setting.default not in ("", "(none)") else ""
            parser.add_argument("--" + flag.replace("_", "-"), dest=flag, help=tr(setting.sentence) + shown)


def settings_of(options: argparse.Namespace) -> ConnectorSettings:
    """The settings; flags take precedence over variables. Raises SettingsError."""
    return read_flags(options, ConnectorSettings, PREFIX)


def read_flags(options: argparse.Namespace, kind: type[S], prefix: str) -> S:
    """The settings of any program, like `settings_of`. Raises SettingsError."""
    given = {
        prefix + name.upper(): value for name in kind.__struct_fields__ if (value := vars(options).get(name))
    }
    return read_settings(kind, {**os.environ, **given}, prefix)


def registered_clients(settings: ServingSettings) -> list[RegisteredClient]:
    """The clients that may call. Raises SettingsError if there are none or a key can't be read."""
    if not settings.clients:
        raise SettingsError(
            f"{PREFIX}CLIENTS is not set: no client may call. Write client_id=path of its public key;"
            " `myedu connector key try` makes a pair to start with"
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


def time_of_export(settings: ServingSettings) -> time | None:
    """When packages are written, in the journal's time zone; None: never. Raises SettingsError."""
    if not settings.export_at:
        return None
    try:
        return time.fromisoformat(settings.export_at).replace(tzinfo=None)
    except ValueError:
        raise SettingsError(f"{PREFIX}EXPORT_AT is {settings.export_at!r}: write a time like 02:30") from None
