"""`myedu exports COMMAND`: export packages from a terminal. Its commands are of `myedu portal` too."""

import sys
from collections.abc import Sequence

from myedu.portal import __main__ as portal


def main(arguments: Sequence[str] | None = None) -> int:
    """As of `myedu portal`."""
    return portal.main(arguments, program=portal.EXPORTS_PROGRAM)


if __name__ == "__main__":
    sys.exit(main())
