"""Where the worker shows its metrics."""

from typing import Annotated

import msgspec
from msgspec import Meta


class WorkerSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What only the worker needs."""

    worker_metrics_host: Annotated[
        str, Meta(description="Address on which Prometheus finds the worker's /metrics.")
    ] = "127.0.0.1"
    worker_metrics_port: Annotated[
        int,
        Meta(
            ge=0,
            le=65535,
            description="Port of the worker's /metrics, which asks for no password; 0: there is none.",
        ),
    ] = 0
