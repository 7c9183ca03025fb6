"""Settings of signing in: ESIA's address, the portal's registration there, the life of a session."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta


class IdentitySettings(msgspec.Struct, frozen=True, kw_only=True):
    """The portal as ESIA's relying party, its operators, its sessions."""

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
        Meta(description="Streebog-256 of the certificate, hex, for v2; computed where OpenSSL has GOST."),
    ] = ""
    esia_issuer: Annotated[str, Meta(description="Issuer in ESIA's tokens.")] = "http://esia.gosuslugi.ru/"
    esia_seconds: Annotated[float, Meta(gt=0, description="Seconds to wait for each answer of ESIA.")] = 10
    operator_organisations: Annotated[
        tuple[str, ...],
        Meta(description="ESIA oids of the organisations whose people are operators, by commas."),
    ] = ()
    session_days: Annotated[
        int, Meta(ge=1, le=365, description="Days after which a person signs in again.")
    ] = 30
    session_idle_days: Annotated[
        int, Meta(ge=1, le=365, description="Days without a page after which a person signs in again.")
    ] = 14
    operator_idle_minutes: Annotated[
        int,
        Meta(ge=15, le=10080, description="Minutes without a page after which an operator signs in again."),
    ] = 60
    rights_hours: Annotated[
        float,
        Meta(
            gt=0,
            le=720,
            description="Hours after which ESIA is asked again for roles and children; an operator whose role"
            " it does not confirm by then has none.",
        ),
    ] = 24
    sign_in_minutes: Annotated[
        int, Meta(ge=1, le=120, description="Minutes in which a sign-in that was begun can be finished.")
    ] = 15
