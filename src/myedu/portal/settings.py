"""Every setting of the portal: name, default, one sentence. The table is docs/operations/settings.md."""

from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from myedu.kit.settings import SettingsError

MAX_WORKERS = 256
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class DatabaseSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What `migrate` needs, before anything else is there."""

    database_url: Annotated[
        str, Meta(description="Where PostgreSQL is: postgresql://user@host/database.", extra={"secret": True})
    ]


class ExportSettings(DatabaseSettings, frozen=True, kw_only=True):
    """What the commands over systems and export packages need."""

    journal_key: Annotated[str, Meta(description="PEM file with the key by which journals know the portal.")]
    allow_private_journals: Annotated[
        bool,
        Meta(
            description="Let journals have addresses of private networks: for tests and one machine's demo."
        ),
    ] = False
    sandbox: Annotated[
        bool,
        Meta(
            description="Open the pages on which a vendor tries a journal with invented people: only on"
            " 127.0.0.1, never where real people are."
        ),
    ] = False
    spool: Annotated[
        Path,
        Meta(
            description="Folder for export packages while they are taken in;"
            " what nobody goes on with is removed after 14 days."
        ),
    ] = Path(".run/spool")
    copy_days: Annotated[
        int,
        Meta(ge=1, le=3650, description="Days that a journal's last good answer is kept, if none follows."),
    ] = 400


class WorkSettings(ExportSettings, frozen=True, kw_only=True):
    """What the worker needs too: it renews kept answers that journals say have changed."""

    copy_keys: Annotated[
        tuple[str, ...],
        Meta(
            min_length=1,
            description="Keys of kept answers: files, or 32 bytes in base64; the first seals, all open.",
            extra={"secret": True},
        ),
    ]
    shared_cache_url: Annotated[
        str,
        Meta(
            pattern=r"^((valkeys?|rediss?|unix)://\S+)?$",
            description="Valkey that several machines share, valkey://host:6379/0; empty: PostgreSQL alone.",
            extra={"secret": True},
        ),
    ] = ""
    event_days: Annotated[
        int,
        Meta(ge=1, le=3650, description="Days that is kept what was new in a diary: marks, lessons, tasks."),
    ] = 60
    changes_seconds: Annotated[
        float, Meta(ge=0, description="Seconds between two looks at a journal's feed of changes; 0: never.")
    ] = 60
    changes_days: Annotated[
        int,
        Meta(ge=0, description="Days after a family's question in which its answer is renewed by the feed."),
    ] = 7
    changes_per_second: Annotated[
        float, Meta(gt=0, description="Calls a second at most to one journal for what its feed names.")
    ] = 10
    changes_share: Annotated[
        float,
        Meta(gt=0, lt=1, description="Share of the rate that a journal declares which the feed may have."),
    ] = 0.1


class AskingSettings(WorkSettings, frozen=True, kw_only=True):
    """How journals are asked while a page waits. What counts calls is for one process and one journal."""

    fresh_seconds: Annotated[
        float, Meta(ge=0, description="A journal's answer this young is shown without asking again.")
    ] = 60
    deadline_seconds: Annotated[
        float,
        Meta(gt=0, description="Seconds that a page waits for a journal before it shows the last good copy."),
    ] = 3
    patience_seconds: Annotated[
        float,
        Meta(
            ge=0,
            description="Seconds that a page waits for a journal when it has a copy and will be renewed.",
        ),
    ] = 0.3
    flight_seconds: Annotated[
        float, Meta(gt=0, description="Seconds that a question to a journal may go on, for the next copy.")
    ] = 10
    journal_calls_least: Annotated[
        int, Meta(ge=1, le=1000, description="Calls at a time that a journal gets, however slow it is.")
    ] = 2
    journal_calls_start: Annotated[
        int, Meta(ge=1, le=1000, description="Calls at a time that a journal gets before its speed is known.")
    ] = 16
    journal_calls_most: Annotated[
        int, Meta(ge=1, le=1000, description="Calls at a time that a journal gets, however quick it is.")
    ] = 64
    journal_queue: Annotated[
        int, Meta(ge=0, description="Questions that may wait for their turn at a journal.")
    ] = 256
    journal_queue_seconds: Annotated[
        float, Meta(ge=0, description="Seconds that a question may wait for its turn at a journal.")
    ] = 2
    journal_failures: Annotated[
        int, Meta(ge=1, description="Failures in a row after which a journal is left alone for a while.")
    ] = 5
    journal_failure_share: Annotated[
        float,
        Meta(gt=0, le=1, description="Share of failed calls at which a journal is left alone for a while."),
    ] = 0.5
    journal_window_seconds: Annotated[
        float, Meta(ge=1, description="Seconds over which that share is counted.")
    ] = 10
    journal_pause_seconds: Annotated[
        float,
        Meta(gt=0, description="Seconds for which it is left alone at first; doubled while it stays ill."),
    ] = 1
    journal_longest_pause_seconds: Annotated[
        float, Meta(gt=0, description="Seconds for which an ill journal is left alone at most.")
    ] = 60
    system_seconds: Annotated[
        float, Meta(ge=0, description="Seconds until a journal's pause or new address is noticed.")
    ] = 3


class PortalSettings(AskingSettings, frozen=True, kw_only=True):
    """Read from the environment: `database_url` is MYEDU_DATABASE_URL, and so on."""

    base_url: Annotated[
        str,
        Meta(
            pattern=r"^https?://[^/\s]+$",
            description="Address by which browsers reach the portal, without a trailing slash.",
        ),
    ]
    esia_url: Annotated[
        str, Meta(pattern=r"^https?://[^/\s]+$", description="Address of ESIA, without a trailing slash.")
    ]
    esia_client_id: Annotated[str, Meta(min_length=1, description="Mnemonic of the portal in ESIA.")]
    esia_key: Annotated[str, Meta(description="PEM file with the key that signs requests to ESIA.")]
    esia_certificate: Annotated[str, Meta(description="PEM file with the certificate of that key.")]
    esia_token_keys: Annotated[
        tuple[str, ...],
        Meta(
            min_length=1,
            description="PEM files with ESIA's own keys, by commas: last year's beside this year's.",
        ),
    ]
    esia_version: Annotated[
        Literal["v1", "v2"], Meta(description="Version of ESIA's protocol: v1, or v2 (v2/ac with v3/te).")
    ] = "v1"
    esia_certificate_hash: Annotated[
        str,
        Meta(description="Streebog-256 of the certificate, hex, for v2; counted where OpenSSL has GOST."),
    ] = ""
    esia_issuer: Annotated[str, Meta(description="Issuer in ESIA's tokens.")] = "http://esia.gosuslugi.ru/"
    esia_seconds: Annotated[float, Meta(gt=0, description="Seconds to wait for each answer of ESIA.")] = 10
    copy_cache_mb: Annotated[
        int, Meta(ge=0, le=65536, description="Mebibytes of opened answers that one process remembers.")
    ] = 32
    host: Annotated[str, Meta(description="Address to listen on.")] = "127.0.0.1"
    port: Annotated[int, Meta(ge=1, le=65535, description="Port to listen on.")] = 8000
    workers: Annotated[int, Meta(ge=1, le=MAX_WORKERS, description="Processes that answer requests.")] = 1
    database_connections: Annotated[
        int, Meta(ge=1, le=500, description="Connections to PostgreSQL that one process may hold.")
    ] = 8
    operator_organisations: Annotated[
        tuple[str, ...],
        Meta(description="ESIA oids of the organisations whose people are operators, by commas."),
    ] = ()
    session_days: Annotated[
        int, Meta(ge=1, le=365, description="Days after which a person signs in again.")
    ] = 30
    sign_in_minutes: Annotated[
        int, Meta(ge=1, le=120, description="Minutes in which a sign-in that was begun can be finished.")
    ] = 15
    requests_at_once: Annotated[
        int,
        Meta(ge=0, description="Pages that one process works on at a time; 0: 16 for each connection."),
    ] = 0
    queue_seconds: Annotated[
        float,
        Meta(gt=0, description="Seconds that a request waits at the door before it gets a 503 in words."),
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

    def check_files(self) -> None:
        """SettingsError, naming the variable, for a key or certificate that can't be read."""
        named = [
            ("ESIA_KEY", self.esia_key),
            ("ESIA_CERTIFICATE", self.esia_certificate),
            *(("ESIA_TOKEN_KEYS", path) for path in self.esia_token_keys),
            ("JOURNAL_KEY", self.journal_key),
        ]
        problems = []
        for name, path in named:
            try:
                Path(path).read_bytes()
            except OSError as error:
                problems.append(f"MYEDU_{name} names {path}: {error.strerror}; expected a readable PEM file")
        if problems:
            raise SettingsError("\n".join(problems))

    def check_sandbox(self) -> None:
        """SettingsError for vendors' pages at an address that others than this machine can reach."""
        if self.sandbox and not self.is_sandbox:
            raise SettingsError(
                f"MYEDU_SANDBOX is on and MYEDU_BASE_URL is {self.base_url!r}: there anybody could leaf"
                " through pupils. Take MYEDU_SANDBOX away, or let the portal be http://127.0.0.1:8000"
            )

    @property
    def is_sandbox(self) -> bool:
        """True where all people are invented: asked for, and on this machine only."""
        return self.sandbox and urlsplit(self.base_url).hostname in _LOOPBACK

    @property
    def is_secure(self) -> bool:
        """True when browsers come by https, so that cookies are kept from http."""
        return self.base_url.startswith("https://")
