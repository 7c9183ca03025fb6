"""Settings of requests."""

from typing import Annotated

import msgspec
from msgspec import Meta


class RequestSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How long requests are kept."""

    closed_request_days: Annotated[
        int,
        Meta(ge=1, le=1095, description="Days after which a closed request of a family is deleted."),
    ] = 180
