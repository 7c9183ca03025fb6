"""The adapter's composition root: an application from its settings."""

import secrets
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta
from starlette.applications import Starlette

from myedu.connector.adapters.netschool.live import LiveSource
from myedu.connector.adapters.netschool.package import write_export
from myedu.connector.adapters.netschool.roster import read_roster
from myedu.connector.adapters.netschool.source import RecordedSource, Source
from myedu.connector.adapters.netschool.system import NetSchoolSystem
from myedu.connector.sdk.server import RegisteredClient, connector_app
from myedu.kit.clock import Clock
from myedu.kit.settings import SettingsError

PREFIX = "MYEDU_NETSCHOOL_"


class NetSchoolSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Settings of the adapter. Exactly one of `folder` and `journal_url` is set: the source of answers."""

    roster: Annotated[Path, Meta(description="JSON file of the schools, classes, students, guardians.")]
    public_url: Annotated[str, Meta(description="The adapter's address as the portal calls it.")]
    clients: Annotated[
        tuple[str, ...],
        Meta(description="Who may call: client_id=path of its public key (PEM), separated by commas."),
    ]
    folder: Annotated[Path | None, Meta(description="Folder of recorded answers (*diary*.json).")] = None
    replay: Annotated[bool, Meta(description="Show recorded weeks in weeks that were not recorded.")] = False
    journal_url: Annotated[str, Meta(description="Address of a live server, without /webapi.")] = ""
    passwords: Annotated[
        Path | None, Meta(description='JSON file {"login": "password"} for the live server.')
    ] = None
    exports: Annotated[
        Path | None, Meta(description="Folder for export packages; one is written at every start.")
    ] = None
    host: Annotated[str, Meta(description="Address to listen on.")] = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65535, description="Port to listen on.")] = 8087


def netschool_app(settings: NetSchoolSettings, clock: Clock) -> Starlette:
    """The application, after writing an export if the settings have a folder.

    Raises SettingsError, RosterError, SourceError, WrongShape.
    """
    roster = read_roster(settings.roster)
    source = _source(settings, clock)
    if settings.exports is not None:
        write_export(settings.exports, roster, source, settings.folder, clock)
    return connector_app(
        NetSchoolSystem(source, roster, clock),
        base_url=settings.public_url,
        clients=[_client(text) for text in settings.clients],
        token_key=secrets.token_bytes(32),  # tokens expire with the process; a caller then requests another
        clock=clock,
        exports=settings.exports,
    )


def export_now(settings: NetSchoolSettings, clock: Clock) -> Path:
    """Write a package; the path of its folder. Raises as `netschool_app`."""
    if settings.exports is None:
        raise SettingsError(f"{PREFIX}EXPORTS is not set: name the folder for packages")
    source, roster = _source(settings, clock), read_roster(settings.roster)
    manifest = write_export(settings.exports, roster, source, settings.folder, clock)
    return settings.exports / str(manifest.export_id)


def _source(settings: NetSchoolSettings, clock: Clock) -> Source:
    if (settings.folder is None) is (settings.journal_url == ""):
        raise SettingsError(f"set either {PREFIX}FOLDER or {PREFIX}JOURNAL_URL: one source of answers")
    if settings.folder is not None:
        return RecordedSource(settings.folder, replay=settings.replay, clock=clock)
    if settings.passwords is None:
        raise SettingsError(f"{PREFIX}PASSWORDS is not set: a live server needs accounts")
    try:
        passwords = msgspec.json.decode(settings.passwords.read_bytes(), type=dict[str, str])
    except (OSError, msgspec.DecodeError):
        raise SettingsError(
            f'{PREFIX}PASSWORDS: {settings.passwords} is not a JSON object {{"login": "password"}}'
        ) from None
    return LiveSource(settings.journal_url, passwords)


def _client(text: str) -> RegisteredClient:
    client_id, _, path = text.partition("=")
    try:
        return RegisteredClient(client_id=client_id, public_key_pem=Path(path).read_text())
    except OSError as error:
        raise SettingsError(
            f"{PREFIX}CLIENTS: the public key of {client_id!r} can't be read from {path!r}:"
            f" {error.strerror}; write client_id=path.pem"
        ) from None
