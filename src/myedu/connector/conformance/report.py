"""What judging ends in: a result a rule, and the system that was judged."""

from collections import Counter
from datetime import datetime
from typing import Literal

import msgspec

from myedu.connector.conformance.ask import Answer
from myedu.connector.conformance.rule import Both, Rule

Outcome = Literal["passed", "failed", "warned", "skipped", "blocked", "exempt", "error"]
"""failed, warned: the rule is broken, an error or a warning. blocked: waits for another rule's mending.
exempt: broken, and excused by a sentence. error: the judge itself failed at it."""


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """`words`: what was seen, or why it is skipped, blocked or excused."""

    rule: Rule
    outcome: Outcome
    words: Both | None = None
    answers: tuple[Answer, ...] = ()
    exemption: str | None = None
    blocked_by: str | None = None
    seconds: float = 0.0


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """`requests`: how many were sent. `system`: how it names itself, "" where it doesn't."""

    base_url: str
    system: str
    capabilities: tuple[str, ...]
    judged_at: datetime
    seconds: float
    requests: int
    results: tuple[Result, ...]

    @property
    def counts(self) -> Counter[str]:
        return Counter(one.outcome for one in self.results)

    @property
    def exit_status(self) -> int:
        """0 green, 1 a rule is broken, 2 something could not be judged."""
        if self.counts["failed"]:
            return 1
        return 2 if self.counts["error"] or self.counts["blocked"] else 0

    def broken(self) -> tuple[Result, ...]:
        """What has to be mended, errors first."""
        return tuple(
            one for outcome in ("failed", "error", "warned") for one in self.results if one.outcome == outcome
        )
