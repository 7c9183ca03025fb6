"""The pages of the specification as Markdown: each function yields the blocks of a page."""

from collections.abc import Callable, Iterable, Iterator
from importlib.resources import files
from string import Template
from typing import Any

import msgspec
from msgspec import inspect

from myedu.contract import CONTRACT_VERSION, act, bounds, fgis
from myedu.contract.examples import example_of
from myedu.contract.methods import COMMON_ERRORS, METHODS, Method
from myedu.contract.package import Manifest, TableFile
from myedu.contract.personal import PERSONAL_FIELDS, TERMS
from myedu.contract.problems import PROBLEMS, Problem
from myedu.contract.spec.field_types import DICTIONARIES, field_type, fields_of, nested_structs
from myedu.contract.spec.words import Language, all_words, field_text, text_of
from myedu.contract.tables import REFERENCES, TABLES
from myedu.contract.windows import MAX_WINDOW_DAYS

Page = Callable[[Language], Iterator[str]]


def tables_page(language: Language) -> Iterator[str]:
    """Each table of the export: its columns in order and an example row."""
    yield from _title("tables", language)
    yield from _struct(Manifest, language)
    yield from _struct(TableFile, language)
    for table, struct in TABLES.items():
        yield f"## {text_of('tables', table, language)}: `{table}`"
        yield text_of("structs", struct.__name__, language)
        yield _fields(struct, language, REFERENCES[table])
        yield _example(struct, language)


def methods_page(language: Language) -> Iterator[str]:
    """Each method: parameters, answer, errors, examples."""
    yield from _title("methods", language)
    codes = ", ".join(_error(code) for code in COMMON_ERRORS)
    yield f"{text_of('page', 'common', language)}: {codes}."
    for method in METHODS:
        yield from _method(method, language)


def entities_page(language: Language) -> Iterator[str]:
    """Each struct in an answer or a body."""
    yield from _title("entities", language)
    for struct in _entities():
        yield from _struct(struct, language)


def errors_page(language: Language) -> Iterator[str]:
    """Each error code with its status and what to do."""
    head = _head(language)
    yield from _title("errors", language)
    yield text_of("structs", "Problem", language)
    yield _fields(Problem, language)
    yield _example(Problem, language)
    rows = (
        (f'<a id="{code}"></a>`{code}`', str(status), text_of("errors", code, language))
        for code, (status, _) in PROBLEMS.items()
    )
    yield _table((head["code"], head["status"], head["sentence"]), rows)


def dictionaries_page(language: Language) -> Iterator[str]:
    """Each dictionary with its known codes."""
    head = _head(language)
    yield from _title("dictionaries", language)
    for name, codes in DICTIONARIES.items():
        section = f"dictionaries.{name}"
        rows = ((f"`{code}`", text_of(section, code, language)) for code in codes)
        yield f"## {name}\n\n{text_of(section, 'title', language)}."
        yield _table((head["code"], head["means"]), rows)


def personal_page(language: Language) -> Iterator[str]:
    """Each personal field: its purpose, who sees it, how long it is kept."""
    head, in_russian = _head(language), language == "ru"
    yield from _title("personal", language)
    rows = (
        (
            f"`{field.table}.{field.field}`",
            field.purpose_ru if in_russian else field.purpose_en,
            ", ".join(text_of("readers", reader, language) for reader in field.readers),
            TERMS[field.term][0 if in_russian else 1],
        )
        for field in PERSONAL_FIELDS
    )
    yield _table((head["field"], head["purpose"], head["readers"], head["term"]), rows)


_NUMBERS = {
    "version": CONTRACT_VERSION,
    "window_days": MAX_WINDOW_DAYS,
    "entries_a_day": bounds.ENTRIES_A_DAY,
    "marks_of_subject": bounds.MARKS_OF_SUBJECT,
    "marks": bounds.MARKS,
    "subjects": bounds.SUBJECTS,
}


def written_page(name: str) -> Page:
    """A page written by hand, with the contract's numbers filled in."""

    def page(language: Language) -> Iterator[str]:
        text = files(__package__).joinpath(f"{name}.{language}.md").read_text("utf-8")
        yield Template(text).substitute(_NUMBERS).strip()

    return page


PAGES: dict[str, Page] = {
    "README": written_page("README"),
    "tables": tables_page,
    "methods": methods_page,
    "entities": entities_page,
    "dictionaries": dictionaries_page,
    "errors": errors_page,
    "personal": personal_page,
    "changes": written_page("changes"),
}


def _head(language: Language) -> dict[str, str]:
    return {name: text_of("page", name, language) for name in all_words()["page"]}


def _title(name: str, language: Language) -> Iterator[str]:
    other = "en" if language == "ru" else "ru"
    yield f"# {text_of('page', name, language)}\n\n[{other}](../{other}/{name}.md) · [README](README.md)"


def _method(method: Method, language: Language) -> Iterator[str]:
    head = _head(language)
    needs = head["required-of-all"]
    if name := method.capability or method.profile:
        kind = "capability" if method.capability else "profile"
        needs = f"{head[kind]} [`{name}`](dictionaries.md#{kind})"
    sentence = text_of("methods", method.name, language)
    yield f'<a id="{method.name}"></a>\n## `{method.verb} {method.path}`\n\n{sentence}\n\n*{needs}*'
    if method.parameters:
        rows = (
            (
                f"`{parameter.name}`",
                parameter.place,
                _must(parameter.required, language),
                text_of("parameters", parameter.name, language),
            )
            for parameter in method.parameters
        )
        yield _table((head["parameters"], head["place"], head["must"], head["means"]), rows)
    for name, struct in (("body", method.body), ("answer", method.answer)):
        if struct is not None:
            yield f"{head[name]}: {_link(struct)}."
            yield _example(struct, language)
    if method.answer is None and method.verb == "GET":
        yield f"{head['answer']}: {head['file']}."
    if method.errors:
        yield f"{head['own']}: {', '.join(_error(code) for code in method.errors)}."


def _entities() -> tuple[Any, ...]:
    roots = [struct for method in METHODS for struct in (method.answer, method.body) if struct is not None]
    roots += [act.ActClaims, fgis.OperationOutcome]
    found = dict.fromkeys(struct for root in roots for struct in (root, *nested_structs(root)))
    return tuple(struct for struct in found if struct not in (Manifest, TableFile))


def _struct(struct: Any, language: Language) -> Iterator[str]:
    yield f"## {struct.__name__}\n\n{text_of('structs', struct.__name__, language)}"
    yield _fields(struct, language)


def _fields(struct: Any, language: Language, refers: dict[str, str] | None = None) -> str:
    head = _head(language)
    rows = []
    for field in fields_of(struct):
        kind = field_type(field, language)
        shown = kind.text
        if kind.dictionary:
            shown = shown.replace(kind.dictionary, f"[{kind.dictionary}](dictionaries.md#{kind.dictionary})")
        if kind.struct:
            shown = shown.replace(kind.struct.__name__, _link(kind.struct))
        if refers and field.name in refers:
            shown += f" → `{refers[field.name]}`"
        sentence = field_text(struct.__name__, field.name, language)
        rows.append((f"`{field.encode_name}`", shown, _given(field, language), sentence))
    return _table((head["field"], head["type"], head["must"], head["means"]), rows)


def _given(field: inspect.Field, language: Language) -> str:
    """«да» for a required field; of one that may be left out the value that it then has."""
    default = field.default
    plain = isinstance(default, str | int | float | bool)
    if field.required or not plain:
        return _must(field.required, language)
    return f"{text_of('page', 'absent', language)} `{msgspec.json.encode(default).decode()}`"


def _must(required: bool, language: Language) -> str:
    return text_of("page", "yes", language) if required else ""


def _link(struct: Any) -> str:
    page = "tables" if struct in (Manifest, TableFile) else "entities"
    return f"[{struct.__name__}]({page}.md#{struct.__name__.lower()})"


def _error(code: str) -> str:
    return f"[`{code}`](errors.md#{code})"


def _example(struct: Any, language: Language) -> str:
    body = msgspec.json.format(msgspec.json.encode(example_of(struct)), indent=2).decode()
    summary = text_of("page", "example", language)
    return f"<details><summary>{summary}</summary>\n\n```json\n{body}\n```\n\n</details>"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
