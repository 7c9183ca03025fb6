"""What the rules about decoding answers share."""

from myedu.connector.conformance.case import DAY_ANSWERS, Case
from myedu.connector.conformance.decode import fault_of
from myedu.connector.conformance.rule import Broken


async def no_fault_of(case: Case, rule: str) -> None:
    """Raises Broken if an answer about days has the fault that rule `rule` reports."""
    for kind, name in DAY_ANSWERS.items():
        for student in case.students if name in case.day_methods else ():
            answer = await case.get_days(name, student_id=student)
            fault = fault_of(answer, kind) if answer.status == 200 else None
            if fault is not None and fault.rule == rule:
                raise Broken(f"{name}: {fault.words.ru}", f"{name}: {fault.words.en}", answer)
