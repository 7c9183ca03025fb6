"""The settings of a sandbox; as a program it reads them from a JSON file of the same shape."""

from typing import Literal

import msgspec

from myedu.esia.sandbox.people import Cast
from myedu.esia.signing import KeyFiles
from myedu.esia.signing.interface import Algorithm


class RegisteredClient(msgspec.Struct, frozen=True, kw_only=True):
    """A system as it is registered on the technical portal.

    `certificate` is a PEM file; an empty `certificate_hash` is computed from it if there is a GOST engine.
    `more_certificates`: those that are registered beside it while a key is changed.
    `redirect_domains` are host names without ports. `token_algorithm` is independent of the system's key.
    """

    mnemonic: str
    certificate: str
    redirect_domains: tuple[str, ...]
    versions: tuple[Literal["v1", "v2"], ...] = ("v1", "v2")
    certificate_hash: str = ""
    more_certificates: tuple[str, ...] = ()
    token_algorithm: Algorithm = "RS256"  # noqa: S105 no password
    pkce_required: bool = False


class SandboxSettings(msgspec.Struct, frozen=True, kw_only=True):
    """`people` None: the default cast. `gost_token_keys` are needed for clients with GOST tokens."""

    clients: tuple[RegisteredClient, ...]
    token_keys: KeyFiles
    gost_token_keys: KeyFiles | None = None
    people: Cast | None = None
    issuer: str = "http://esia.gosuslugi.ru/"
    # Whether /sandbox/people makes accounts: for a vendor's own machine only.
    open_registration: bool = msgspec.field(name="invites", default=False)
    # Whether other machines may call it: anyone who can signs in as anybody.
    open_to_network: bool = False
    kids_need_confirmed_parent: bool = True
    timestamp_tolerance_s: int = 600  # ESIA's own is not known; a laptop's clock may be ten minutes off
