"""Settings of the sign-in with ESIA."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta


class EsiaSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What a relying party got when it was registered, and the files of its keys."""

    base_url: Annotated[str, Meta(description="Address of ESIA, without a trailing slash.")]
    client_id: Annotated[str, Meta(description="Mnemonic of the portal in ESIA.")]
    redirect_uri: Annotated[
        str, Meta(description="Where ESIA sends the user back to; its domain is registered.")
    ]
    key: Annotated[str, Meta(description="PEM file with the portal's private key, RSA or GOST R 34.10-2012.")]
    certificate: Annotated[str, Meta(description="PEM file with the portal's certificate.")]
    token_keys: Annotated[
        tuple[str, ...],
        Meta(description="PEM files with ESIA's own keys or certificates; last year's beside this year's."),
    ]
    issuer: Annotated[str, Meta(description="Issuer in ESIA's tokens.")] = "http://esia.gosuslugi.ru/"
    version: Annotated[Literal["v1", "v2"], Meta(description="Version of ESIA's protocol.")] = "v1"
    scopes: Annotated[str, Meta(description="What the portal asks of ESIA, space separated.")] = (
        "openid fullname birthdate gender snils kid_fullname kid_birthdate kid_gender kid_snils usr_org"
    )
    scope_org: Annotated[
        str, Meta(description="Scopes of organisations for every sign-in, space separated; v2 only.")
    ] = ""
    organisation_scopes: Annotated[
        str, Meta(description="What a sign-in for an organisation and a system's token ask, space separated.")
    ] = "org_shortname org_fullname org_type org_ogrn org_inn org_kpp org_emps org_grps org_brhs"
    certificate_hash: Annotated[
        str,
        Meta(
            description="Streebog-256 of the certificate, hex; v2 only, counted when empty and GOST is there."
        ),
    ] = ""
    logout_redirect_url: Annotated[str, Meta(description="Where ESIA sends the user after signing out.")] = ""
    timeout_s: Annotated[float, Meta(gt=0, description="Seconds to wait for each answer of ESIA.")] = 10.0
