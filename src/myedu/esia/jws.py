"""JSON Web Signature, compact form, with RSA or GOST.

The key decides the algorithm and the header must agree with it, so a token can't ask for `none` or for HMAC
with a public key. PyJWT has no GOST, takes no clock as a parameter and rejects ESIA's integer `sub`
(docs/adr/0004-esia-signing.md).
"""

import json
from collections.abc import Iterable, Mapping

import msgspec

from myedu.esia.signing import Signer, Verifier, base64url, from_any_base64

_MAX_TOKEN = 16_384  # ESIA's tokens are 1–4 KB; a header line of most servers ends at 8–16 KB


class JwsError(Exception):
    """The text is no token signed by one of the keys; the message says what is wrong."""


class _Header(msgspec.Struct, frozen=True):
    alg: str


def sign_jws(header: Mapping[str, object], claims: Mapping[str, object], signer: Signer) -> str:
    """A compact token; `alg` is added to the header. Slashes are escaped, as ESIA does."""
    signed = ".".join(
        base64url(json.dumps(part, ensure_ascii=False).replace("/", "\\/").encode())
        for part in ({**header, "alg": signer.algorithm}, claims)
    )
    return f"{signed}.{base64url(signer.sign_raw(signed.encode()))}"


def verified_payload(token: str, verifiers: Iterable[Verifier]) -> bytes:
    """The payload of a token that one of these keys has signed. Raises JwsError for any other."""
    if len(token) > _MAX_TOKEN:
        raise JwsError(f"The token is longer than {_MAX_TOKEN} characters.")
    try:
        header_part, payload_part, signature_part = token.split(".")
        header = msgspec.json.decode(from_any_base64(header_part), type=_Header)
        payload = from_any_base64(payload_part)
        signature = from_any_base64(signature_part)
    except (ValueError, msgspec.MsgspecError, RecursionError) as error:
        raise JwsError("This is not a signed token of three parts.") from error
    message = f"{header_part}.{payload_part}".encode()
    matching = [verifier for verifier in verifiers if verifier.algorithm == header.alg]
    if not matching:
        raise JwsError(f"The token is signed with {header.alg!r}; no key for that is set.")
    if not any(verifier.verify_raw(signature, message) for verifier in matching):
        raise JwsError("The token's signature is not that of any known key.")
    return payload
