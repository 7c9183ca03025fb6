"""The newest package asked twice."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import that
from myedu.connector.conformance.rule import Both, Rule
from myedu.contract.package import Manifest


async def check(case: Case) -> None:
    package = await case.package()
    answer = await case.ask.get("/v1/exports/latest", again=True)
    again = case.served(answer, Manifest)
    that(
        again.created_at > package.manifest.created_at or again == package.manifest,
        "спрошенный снова пакет другой, а времени составления нет новее",
        "asked again the package differs, and was made no later",
        package.answer,
        answer,
    )


RULE = Rule(
    id="export.latest-steady",
    title=Both(
        "Тот же пакет остаётся тем же",
        "A package stays the same",
    ),
    reason=Both(
        "По export_id портал знает, что пакет уже взят; новый код без новых данных — лишняя ночь работы.",
        "By export_id the portal knows what it has taken; a new id without new data is a night's work"
        " for nothing.",
    ),
    mend=Both(
        "Составляйте пакет по расписанию и храните; не собирайте его на каждый запрос.",
        "Make a package on a schedule and keep it; don't make one at each request.",
    ),
    example="GET /v1/exports/latest дважды — один и тот же export_id",
    needs="exports",
    check=check,
)
