"""Base64 as ESIA writes it and as its clients write it."""

import base64


def base64url(data: bytes) -> str:
    """URL-safe, without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_any_base64(text: str) -> bytes:
    """Decodes URL-safe or plain base64, padded or not; ValueError for anything else."""
    plain = text.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except ValueError as error:
        raise ValueError("This is not base64.") from error
