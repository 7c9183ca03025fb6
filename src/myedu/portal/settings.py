"""The settings of the portal as a whole; each room has its own in its `settings.py`.

The table of all is docs/operations/settings.md.
"""

from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from myedu.kit.connections import ConnectionLimits
from myedu.kit.loopback import is_loopback
from myedu.kit.private_files import NotPrivate, check_private
from myedu.kit.settings import Settings, SettingsError

MAX_WORKERS = 256


class DatabaseSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What every program and command needs."""

    database_url: Annotated[
        str, Meta(description="Where PostgreSQL is: postgresql://user@host/database.", extra={"secret": True})
    ]


class MigrateSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What only `myedu portal migrate` needs: keep it out of the environment of all other programs."""

    migrate_database_url: Annotated[
        str,
        Meta(
            description="The same database as the owner of its tables, who is another role than the portal's;"
            " empty: MYEDU_DATABASE_URL, and the portal could change its own audit.",
            extra={"secret": True},
        ),
    ] = ""


class JournalAccessSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How the portal identifies itself to journals, for exports and on-demand reads."""

    journal_key: Annotated[str, Meta(description="PEM file with the key by which journals know the portal.")]
    allow_private_journals: Annotated[
        bool,
        Meta(
            description="Let journals have addresses of private networks: for tests and one machine's demo."
        ),
    ] = False


class EncryptionSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What the portal and its worker encrypt in the database."""

    copy_keys: Annotated[
        tuple[str, ...],
        Meta(
            min_length=1,
            description="Keys of kept answers and of ESIA's refresh tokens: files with a key in each line, or"
            " keys themselves, 32 bytes in base64; the first encrypts, all decrypt.",
            extra={"secret": True},
        ),
    ]


class SandboxSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Whether this is a vendor's sandbox."""

    sandbox: Annotated[
        bool,
        Meta(
            description="Open the pages on which a vendor tries a journal with invented people: only on"
            " 127.0.0.1, never where real people are."
        ),
    ] = False
    sandbox_open_to_network: Annotated[
        bool,
        Meta(
            description="Let other machines reach a sandbox: where everyone on the network may see all that"
            " is in it, as in a container."
        ),
    ] = False


class ServerSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How the portal serves."""

    base_url: Annotated[
        str,
        Meta(
            pattern=r"^https?://[^/\s]+$",
            description="Address by which browsers reach the portal, without a trailing slash.",
        ),
    ]
    host: Annotated[str, Meta(description="Address to listen on.")] = "127.0.0.1"
    port: Annotated[int, Meta(ge=1, le=65535, description="Port to listen on.")] = 8000
    workers: Annotated[int, Meta(ge=1, le=MAX_WORKERS, description="Processes that answer requests.")] = 1
    database_connections: Annotated[
        int, Meta(ge=1, le=500, description="Connections to PostgreSQL that one process may hold.")
    ] = 8
    requests_at_once: Annotated[
        int,
        Meta(ge=0, description="Pages that one process works on at a time; 0: 16 for each connection."),
    ] = 0
    queue_seconds: Annotated[
        float,
        Meta(gt=0, description="Seconds that a request waits to be admitted before it gets a 503 in words."),
    ] = 0.5
    metrics_host: Annotated[str, Meta(description="Address on which Prometheus finds /metrics.")] = (
        "127.0.0.1"
    )
    metrics_port: Annotated[
        int,
        Meta(ge=0, le=65535, description="Port of /metrics, which asks for no password; 0: there is none."),
    ] = 0
    traces_url: Annotated[
        str,
        Meta(
            pattern=r"^(https?://\S+)?$",
            description="Where OpenTelemetry traces go, http://collector:4318/v1/traces; empty: nowhere.",
        ),
    ] = ""
    log_requests: Annotated[bool, Meta(description="Log a line for each request, without persons.")] = True
    log_json: Annotated[bool, Meta(description="Log one JSON object a line instead of text.")] = False


CORE_SETTINGS: tuple[type[msgspec.Struct], ...] = (
    DatabaseSettings,
    JournalAccessSettings,
    EncryptionSettings,
    SandboxSettings,
    ServerSettings,
    ConnectionLimits,
)


def is_sandbox(settings: Settings) -> bool:
    """Whether all people are invented: MYEDU_SANDBOX is on, and only this machine can reach the portal.

    With MYEDU_SANDBOX_OPEN_TO_NETWORK other machines may.
    """
    own, server = settings.of(SandboxSettings), settings.of(ServerSettings)
    only_here = is_loopback(server.host) and is_loopback(urlsplit(server.base_url).hostname)
    return own.sandbox and (only_here or own.sandbox_open_to_network)


def check_sandbox(settings: Settings) -> None:
    """Raises SettingsError for a sandbox at an address that other machines can reach."""
    if settings.of(SandboxSettings).sandbox and not is_sandbox(settings):
        server = settings.of(ServerSettings)
        raise SettingsError(
            f"MYEDU_SANDBOX is on, MYEDU_HOST is {server.host!r} and MYEDU_BASE_URL is {server.base_url!r}:"
            " there anyone could browse pupils. Unset MYEDU_SANDBOX, or set MYEDU_HOST to 127.0.0.1 and"
            " MYEDU_BASE_URL to http://127.0.0.1:8000, or, where everyone on the network may see all that is"
            " in it, MYEDU_SANDBOX_OPEN_TO_NETWORK to true"
        )


def journal_key(settings: Settings) -> str:
    """The private key by which journals know the portal, PEM. Raises SettingsError."""
    path = settings.of(JournalAccessSettings).journal_key
    check_keys({"JOURNAL_KEY": path})
    return Path(path).read_text(encoding="ascii")


def check_keys(files: dict[str, str]) -> None:
    """As `check_files`, for private keys: others must not be able to read them."""
    check_files(files)
    problems = []
    for name, path in files.items():
        try:
            check_private(Path(path))
        except NotPrivate as error:
            problems.append(f"MYEDU_{name} names {path}: {error.strerror}")
    if problems:
        raise SettingsError("\n".join(problems))


def check_files(files: dict[str, str]) -> None:
    """Raises SettingsError, naming the variables, for certificates that can't be read.

    `files`: name of the setting in capitals → path.
    """
    problems = []
    for name, path in files.items():
        try:
            Path(path).read_bytes()
        except OSError as error:
            problems.append(f"MYEDU_{name} names {path}: {error.strerror}; expected a readable PEM file")
    if problems:
        raise SettingsError("\n".join(problems))
