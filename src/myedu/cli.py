"""`myedu PROGRAM …`: one name for every program of the distribution."""

import importlib
import sys
from collections.abc import Sequence

_PROGRAMS = {  # module, or module:function if it isn't `main`; what `myedu` says of it
    "demo": ("myedu.demo.__main__", "everything on this machine with invented people (myedu[demo])"),
    "sandbox": (
        "myedu.demo.sandbox",
        "for a vendor: a portal on this machine to try a journal on (myedu[demo])",
    ),
    "portal": ("myedu.portal.__main__", "the section «Моё образование» and its commands (myedu[portal])"),
    "exports": (
        "myedu.portal.__main__:exports",
        "export packages: load, approve, reject, roll-back (myedu[portal])",
    ),
    "jobs": ("myedu.portal.__main__:jobs", "the worker's queue: list, show, retry (myedu[portal])"),
    "journal": ("myedu.journal.__main__", "the reference e-journal (myedu[journal])"),
    "connector": ("myedu.connector.__main__", "for a vendor: new, serve, export, push, key"),
    "conform": (
        "myedu.connector.conformance.__main__",
        "for a vendor and a region: judge a journal system over HTTP",
    ),
    "generate": (
        "myedu.invented.exports.__main__",
        "export packages of the ten pilot regions at their true sizes (myedu[journal])",
    ),
    "netschool": (
        "myedu.connector.adapters.netschool.__main__",
        "the contract over «Сетевой город. Образование»",
    ),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a program with the rest of the arguments; its exit status, or 2 if there is no such program."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if not words or words[0] in ("-h", "--help"):
        print(_usage())
        return 0 if words else 2
    if words[0] not in _PROGRAMS:
        print(f"myedu: there is no program {words[0]!r}\n\n{_usage()}", file=sys.stderr)
        return 2
    module, _, function = _PROGRAMS[words[0]][0].partition(":")
    try:
        program = importlib.import_module(module)
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("myedu"):
            raise
        print(
            f"myedu {words[0]} needs {error.name}: install the extra named in `myedu --help`,"
            " as pip install 'myedu[demo]'",
            file=sys.stderr,
        )
        return 2
    return int(getattr(program, function or "main")(words[1:]))


def _usage() -> str:
    lines = [f"  myedu {name:<10} {sentence}" for name, (_, sentence) in _PROGRAMS.items()]
    return "\n".join(["Programs (each has --help):", *lines])


if __name__ == "__main__":
    sys.exit(main())
