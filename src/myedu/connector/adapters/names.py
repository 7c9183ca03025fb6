"""The adapters by name."""

import importlib
from collections.abc import Callable, Sequence

ADAPTERS = ("netschool", "oneroster", "edfi", "fgis", "sqlviews")

Program = Callable[[Sequence[str]], int]
"""Arguments → exit status."""


def adapter_program(name: str) -> Program:
    """The adapter's `main`, for arguments like ["serve", …]. Imports only this adapter."""
    main: Program = importlib.import_module(f"myedu.connector.adapters.{name}.__main__").main
    return main
