"""The address of a registered journal system."""

import msgspec


class JournalAddress(msgspec.Struct, frozen=True):
    """Where a system is, which protocol it speaks, and the portal's account there.

    `profile` None is the contract. `token_url` is set if tokens come from another address than
    `base_url`/oauth2/token, `secret_file` if the portal authenticates by a secret instead of its key.
    """

    system_id: str
    base_url: str
    client_id: str
    profile: str | None = None
    token_url: str | None = None
    secret_file: str | None = None
