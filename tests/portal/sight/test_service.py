"""What rooms tell, and what an operator then sees."""

from myedu.portal.sight import BulkheadState, Sight


def test_nobody_looks() -> None:
    sight = Sight.silent()
    sight.asked("r14-a", "diary", reason=None, seconds=0.1)
    sight.answered("r14-a", "diary", outcome="fresh", source="copy", reason=None, seconds=0.001)
    sight.watch("r14-a", lambda: BulkheadState("closed", 10, 1, 0))
    with sight.span("week", system="r14-a"):
        pass
