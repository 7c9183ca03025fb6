"""The outcome of a run: one result for each rule, and the system that was judged."""

from collections import Counter
from datetime import datetime
from typing import Literal

import msgspec

from myedu.connector.conformance.http import Answer
from myedu.connector.conformance.rule import Bilingual, Rule

Outcome = Literal["passed", "failed", "warned", "skipped", "blocked", "exempt", "error"]
"""failed, warned: the rule is broken, an error or a warning. blocked: another rule must be fixed first.
exempt: broken, and excused by a sentence. error: the judge itself failed."""


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """How one rule ended. `words`: what was seen, or why the rule is skipped or blocked."""

    rule: Rule
    outcome: Outcome
    words: Bilingual | None = None
    public_words: Bilingual | None = None  # of a published report, where the rule has others for it
    answers: tuple[Answer, ...] = ()  # the exchanges that `words` are about
    exemption: str | None = None  # the sentence given for this rule, also if it was kept
    blocked_by: str | None = None  # the id of the rule to fix first
    seconds: float = 0.0


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """A whole run. `results` stand in the order in which the rules were given."""

    base_url: str
    system: str  # vendor, product and version as it declares them, "" if it doesn't
    capabilities: tuple[str, ...]  # and profiles
    judged_at: datetime
    seconds: float
    requests: int
    results: tuple[Result, ...]

    @property
    def counts(self) -> Counter[str]:
        """Outcome → number of rules."""
        return Counter(result.outcome for result in self.results)

    @property
    def exit_status(self) -> int:
        """0 green, 1 a rule is broken, 2 something could not be judged."""
        if self.counts["failed"]:
            return 1
        return 2 if self.counts["error"] or self.counts["blocked"] else 0

    def broken(self) -> tuple[Result, ...]:
        """What has to be fixed: failed rules first, then judge's errors, then warnings."""
        return tuple(
            result
            for outcome in ("failed", "error", "warned")
            for result in self.results
            if result.outcome == outcome
        )
