"""`python -m benchmarks NAME [options]`; the last line printed is one JSON object."""

import importlib
import sys
from pathlib import Path

# Helpers of the benchmarks; everything else here is one.
_NOT_A_BENCHMARK = {
    "__init__",
    "__main__",
    "load",
    "bare",
    "families",
    "packages",
    "servers",
    "storm_world",
    "visits",
}


def names() -> list[str]:
    """What can be measured."""
    here = Path(__file__).parent
    folders = {path.parent.name for path in here.glob("*/__init__.py")}
    return sorted(folders | {path.stem for path in here.glob("*.py")} - _NOT_A_BENCHMARK)


def main(arguments: list[str]) -> int:
    if not arguments or arguments[0] not in names():
        print(f"usage: python -m benchmarks {{{','.join(names())}}} [options]", file=sys.stderr)
        return 2
    return importlib.import_module(f"benchmarks.{arguments[0]}").main(arguments[1:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
