"""Base64 in the variants that ESIA and its clients use."""

import base64


def base64url(data: bytes) -> str:
    """URL-safe base64 without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_any_base64(text: str) -> bytes:
    """Decodes URL-safe or standard base64, padded or not. Raises ValueError for anything else."""
    plain = text.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except ValueError as error:
        raise ValueError("This is not base64.") from error
