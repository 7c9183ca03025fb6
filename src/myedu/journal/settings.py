"""The settings of the journal."""

from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta


class JournalSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The settings of `myedu journal`; a field is the variable MYEDU_<FIELD> of the environment."""

    database_url: Annotated[str, Meta(description="The journal's own PostgreSQL.", extra={"secret": True})]
    host: Annotated[str, Meta(description="Address that the journal listens on.")] = "127.0.0.1"
    port: Annotated[int, Meta(ge=1, le=65535, description="Port that the journal listens on.")] = 8100
    base_url: Annotated[
        str, Meta(description="How callers write the journal's address; http://host:port when it is empty.")
    ] = ""
    clients: Annotated[
        Path | None, Meta(description="Folder of public keys of who may call: <client_id>.pem each.")
    ] = None
    token_key: Annotated[
        str,
        Meta(
            description="At least 32 characters that sign access tokens; new at each start when empty.",
            extra={"secret": True},
        ),
    ] = ""
    exports: Annotated[Path | None, Meta(description="Folder that export packages are written to.")] = None
    connections: Annotated[int, Meta(ge=1, le=200, description="Most connections to PostgreSQL.")] = 8

    @property
    def address(self) -> str:
        """How callers write the journal's address, without a trailing slash."""
        return self.base_url.rstrip("/") or f"http://{self.host}:{self.port}"
