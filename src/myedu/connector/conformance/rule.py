"""What a rule is, and the ways in which judging by it may end."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Literal

import msgspec

if TYPE_CHECKING:
    from myedu.connector.conformance.ask import Answer
    from myedu.connector.conformance.case import Case

Severity = Literal["error", "warning"]
Language = Literal["ru", "en"]

GROUPS = ("auth", "capabilities", "methods", "federal", "export", "data", "load")
"""In the order of the report: what must hold first stands first."""


class Both(msgspec.Struct, frozen=True):
    """The same words in the two languages of the specification; plain text."""

    ru: str
    en: str

    def in_(self, language: Language) -> str:
        return self.ru if language == "ru" else self.en


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One rule. `check` ends quietly where the system keeps it, and raises one of the verdicts below.

    `title`: what a good system does. `reason`: what a family would notice otherwise. `mend`: what the
    vendor changes. `exceptions`: when the rule doesn't apply or an exemption is fair.
    `example`: a request and its good answer, a few lines. `needs`: a capability or a profile; the rule is
    skipped where it isn't declared. `alone`: runs last and with nothing beside it (load).
    """

    id: str
    title: Both
    reason: Both
    mend: Both
    example: str
    check: "Callable[[Case], Awaitable[None]]"
    exceptions: Both | None = None
    severity: Severity = "error"
    needs: str | None = None
    alone: bool = False

    @property
    def group(self) -> str:
        return self.id.partition(".")[0]


class Verdict(Exception):
    """How a check ends otherwise than well: a sentence in two languages, and the answers it speaks of."""

    def __init__(self, ru: str, en: str, *answers: "Answer") -> None:
        super().__init__(en)
        self.words, self.answers = Both(ru, en), answers


class Broken(Verdict):
    """The system breaks the rule. The answers' requests are shown in the report."""


class Nothing(Verdict):
    """There is nothing to judge by, e.g. the window has no marks: the rule is skipped, saying this."""


class Blocked(Verdict):
    """Another rule is broken that this one stands on; that one is told, and this one waits for it.

    Where the other one turns out to be kept, this counts as Broken: no fault gets lost between two rules.
    """

    def __init__(self, by: str, ru: str, en: str, *answers: "Answer") -> None:
        super().__init__(ru, en, *answers)
        self.by = by


class CannotJudge(Verdict):
    """Judging can't begin at all: no connection, no token, no student. Exit status 2."""
