"""How journals are asked and how their answers are kept."""

from typing import Annotated

import msgspec
from msgspec import Meta


class CopySettings(msgspec.Struct, frozen=True, kw_only=True):
    """How last good answers are kept, by the portal and by its worker."""

    shared_cache_url: Annotated[
        str,
        Meta(
            pattern=r"^((valkeys?|rediss?|unix)://\S+)?$",
            description="Valkey that several machines share, valkey://host:6379/0; empty: PostgreSQL alone.",
            extra={"secret": True},
        ),
    ] = ""
    copy_days: Annotated[
        int,
        Meta(ge=1, le=3650, description="Days that a journal's last good answer is kept, if none follows."),
    ] = 400
    event_days: Annotated[
        int,
        Meta(ge=1, le=3650, description="Days that changes in a diary are kept: marks, lessons, tasks."),
    ] = 60
    copy_cache_mb: Annotated[
        int, Meta(ge=0, le=65536, description="Mebibytes of decrypted answers that one process caches.")
    ] = 32


class FeedSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How the worker follows journals' feeds of changes, to refresh kept answers before families ask."""

    changes_seconds: Annotated[
        float, Meta(ge=0, description="Seconds between two reads of a journal's feed of changes; 0: never.")
    ] = 60
    changes_days: Annotated[
        int,
        Meta(ge=0, description="Days after a family's read in which its answer is refreshed by the feed."),
    ] = 7
    changes_per_second: Annotated[
        float, Meta(gt=0, description="Calls a second at most to one journal for what its feed names.")
    ] = 10
    changes_share: Annotated[
        float,
        Meta(gt=0, lt=1, description="Share of the rate that a journal declares which the feed may have."),
    ] = 0.1


class ReadSettings(msgspec.Struct, frozen=True, kw_only=True):
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
            description="Seconds that a page waits for a journal if it has a copy and will be refreshed.",
        ),
    ] = 0.3
    flight_seconds: Annotated[
        float,
        Meta(
            gt=0,
            description="Seconds that a read of a journal may go on, beyond the page, for the next copy.",
        ),
    ] = 10
    journal_calls_least: Annotated[
        int, Meta(ge=1, le=1000, description="Concurrent calls that a journal gets, however slow it is.")
    ] = 2
    journal_calls_start: Annotated[
        int,
        Meta(ge=1, le=1000, description="Concurrent calls that a journal gets before its speed is known."),
    ] = 16
    journal_calls_most: Annotated[
        int, Meta(ge=1, le=1000, description="Concurrent calls that a journal gets, however quick it is.")
    ] = 64
    journal_queue: Annotated[
        int, Meta(ge=0, description="Reads that may wait for their call to a journal.")
    ] = 256
    journal_queue_seconds: Annotated[
        float, Meta(ge=0, description="Seconds that a read may wait for its call to a journal.")
    ] = 2
    journal_failures: Annotated[
        int, Meta(ge=1, description="Failures in a row after which the circuit breaker of a journal opens.")
    ] = 5
    journal_failure_share: Annotated[
        float,
        Meta(gt=0, le=1, description="Share of failed calls at which the circuit breaker opens."),
    ] = 0.5
    journal_window_seconds: Annotated[
        float, Meta(ge=1, description="Seconds over which that share is counted.")
    ] = 10
    journal_pause_seconds: Annotated[
        float,
        Meta(
            gt=0, description="Seconds that the breaker stays open at first; doubled while the journal fails."
        ),
    ] = 1
    journal_longest_pause_seconds: Annotated[
        float, Meta(gt=0, description="Seconds that the breaker of a failing journal stays open at most.")
    ] = 60
    system_seconds: Annotated[
        float, Meta(ge=0, description="Seconds until a journal's pause or new address is noticed.")
    ] = 3
