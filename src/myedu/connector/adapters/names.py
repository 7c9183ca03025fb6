"""Which adapters there are."""

import importlib
from collections.abc import Callable, Sequence

ADAPTERS = ("netschool", "oneroster", "edfi", "fgis", "sqlviews")

Program = Callable[[Sequence[str]], int]


def adapter_program(name: str) -> Program:
    """The adapter's `main(["serve", …])`; only the one that is asked for is loaded."""
    main: Program = importlib.import_module(f"myedu.connector.adapters.{name}.__main__").main
    return main
