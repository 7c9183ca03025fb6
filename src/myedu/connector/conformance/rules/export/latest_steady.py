"""The manifest is the same when requested again, unless a newer package was made."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import require
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.contract.package import Manifest


async def check(case: Case) -> None:
    package = await case.package()
    answer = await case.http.get("/v1/exports/latest", again=True)
    again = case.decode_served(answer, Manifest)
    require(
        again.created_at > package.manifest.created_at or again == package.manifest,
        "спрошенный снова пакет другой, а времени составления нет новее",
        "requested again, the manifest differs but is not newer",
        package.answer,
        answer,
    )


RULE = Rule(
    id="export.latest-steady",
    title=Bilingual(
        "Тот же пакет остаётся тем же",
        "A package doesn't change",
    ),
    reason=Bilingual(
        "По export_id портал знает, что пакет уже взят; новый код без новых данных — лишняя ночь работы.",
        "By export_id the portal knows what it has already loaded; a new id without new data is a night "
        "of useless work.",
    ),
    fix=Bilingual(
        "Составляйте пакет по расписанию и храните; не собирайте его на каждый запрос.",
        "Build packages on a schedule and keep them; don't build one per request.",
    ),
    example="GET /v1/exports/latest дважды — один и тот же export_id",
    needs="exports",
    check=check,
)
