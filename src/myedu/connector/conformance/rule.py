"""What a rule is, and how checking one ends."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Literal

import msgspec

if TYPE_CHECKING:
    from myedu.connector.conformance.case import Case
    from myedu.connector.conformance.http import Answer

Severity = Literal["error", "warning"]
Language = Literal["ru", "en"]

GROUPS = ("auth", "capabilities", "methods", "federal", "export", "data", "load")
"""In the order of the report: later groups rely on earlier ones."""


class Bilingual(msgspec.Struct, frozen=True):
    """One plain text in the two languages of the specification."""

    ru: str
    en: str

    def in_(self, language: Language) -> str:
        """The text in `language`."""
        return self.ru if language == "ru" else self.en


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One rule. `check` returns where the system keeps it and raises a verdict (below) where it doesn't.

    `title`: what a good system does. `reason`: what a family would notice if it didn't. `fix`: what the
    vendor changes. `exceptions`: when the rule doesn't apply or an exemption is fair.
    `example`: a request and its correct answer, a few lines. `needs`: a capability or a profile; the rule is
    skipped if it isn't declared. `alone`: runs last, with no other rule beside it (load).
    """

    id: str
    title: Bilingual
    reason: Bilingual
    fix: Bilingual
    example: str
    check: "Callable[[Case], Awaitable[None]]"
    exceptions: Bilingual | None = None
    severity: Severity = "error"
    needs: str | None = None
    alone: bool = False

    @property
    def group(self) -> str:
        """The part of the id before the first dot, one of GROUPS."""
        return self.id.partition(".")[0]


class Verdict(Exception):
    """A check that didn't pass: a sentence in two languages, and the answers it is about.

    `public`: the sentence for a published report, if it isn't enough to hide what the answers hold.
    """

    def __init__(self, ru: str, en: str, *answers: "Answer", public: Bilingual | None = None) -> None:
        super().__init__(en)
        self.words, self.answers, self.public = Bilingual(ru, en), answers, public


class Broken(Verdict):
    """The system breaks the rule. The report shows the answers with their requests."""


class Skipped(Verdict):
    """There is nothing to check the rule on, e.g. the window has no marks; the sentence says so."""


class Blocked(Verdict):
    """Rule `by`, which this one relies on, is broken: the report shows that one and this one waits for it.

    If `by` turns out to be kept, this counts as Broken: no fault falls between two rules.
    """

    def __init__(self, by: str, ru: str, en: str, *answers: "Answer") -> None:
        super().__init__(ru, en, *answers)
        self.by = by


class CannotJudge(Verdict):
    """Judging can't start: no connection, no token or no student. Exit status 2."""
