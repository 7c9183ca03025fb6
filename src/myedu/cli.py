"""`myedu PROGRAM …`: one name for every program of the distribution."""

import errno
import importlib
import os
import sys
from collections.abc import Callable, Sequence

from myedu.kit.terminal import LANGUAGES, set_language, tr, use_catalogue
from myedu.terminal_ru import RUSSIAN

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
    "doctor": (
        "myedu.portal.__main__:doctor_program",
        "whether everything that the portal needs is there (myedu[portal])",
    ),
    "regions": (
        "myedu.portal.__main__:regions",
        "regions of the pilot and their systems: list, show, add, set, contacts (myedu[portal])",
    ),
    "people": ("myedu.portal.__main__:people", "persons of the exports: find (myedu[portal])"),
    "audit": ("myedu.portal.__main__:audit", "who did what to whose data: list (myedu[portal])"),
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
    use_catalogue(RUSSIAN)
    if (chosen := _take_language(words)) is not None:
        if chosen not in LANGUAGES:
            print(
                tr("myedu: there is no language {name}: --lang ru or --lang en", name=chosen or "''"),
                file=sys.stderr,
            )
            return 2
        set_language(chosen)
    if not words or words[0] in ("-h", "--help"):
        return _run(_show_usage, words)
    if words[0] not in _PROGRAMS:
        print(f"myedu: {tr('there is no program {name}', name=words[0])}\n\n{_usage()}", file=sys.stderr)
        return 2
    module, _, function = _PROGRAMS[words[0]][0].partition(":")
    try:
        program = importlib.import_module(module)
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("myedu"):
            raise
        print(
            tr(
                "myedu {program} needs {package}: install the extra named in `myedu --help`,"
                " as pip install 'myedu[demo]'",
                program=words[0],
                package=error.name,
            ),
            file=sys.stderr,
        )
        return 2
    return _run(getattr(program, function or "main"), words[1:])


def _run(program: Callable[[Sequence[str]], int], words: Sequence[str]) -> int:
    """The program's exit status; 130 after Ctrl-C, 1 if its output can't be written.

    A reader that goes away, such as `| head`, is no error.
    """
    try:
        try:
            status = program(words)
        except SystemExit as end:  # argparse: --help, or wrong arguments
            status = end.code if isinstance(end.code, int) else 0
        sys.stdout.flush()
        return status
    except KeyboardInterrupt:
        print("\n" + tr("stopped"), file=sys.stderr)
        return 130
    except BrokenPipeError:
        _discard_output()
        return 0
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EIO) or error.filename:
            raise
        _discard_output()
        print(tr("the output can't be written: {reason}", reason=error.strerror), file=sys.stderr)
        return 1


def _discard_output() -> None:
    """Python would complain again while it closes standard output."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _show_usage(words: Sequence[str]) -> int:
    print(_usage())
    return 0 if words else 2


def _usage() -> str:
    lines = [f"  myedu {name:<10} {tr(sentence)}" for name, (_, sentence) in _PROGRAMS.items()]
    languages = tr("--lang ru or --lang en: the language of what is printed; without it, that of LANG")
    return "\n".join([tr("Programs (each has --help):"), *lines, languages])


def _take_language(words: list[str]) -> str | None:
    """The value of --lang, which every command accepts; it is taken out of the words."""
    for place, word in enumerate(words):
        flag, equals, value = word.partition("=")
        if flag == "--lang":
            chosen = value if equals else "".join(words[place + 1 : place + 2])
            del words[place : place + (1 if equals else 2)]
            return chosen
    return None


if __name__ == "__main__":
    sys.exit(main())
