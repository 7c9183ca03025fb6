"""Files that the manifest doesn't list are not served."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import require
from myedu.connector.conformance.http import in_path
from myedu.connector.conformance.rule import Bilingual, Rule


async def check(case: Case) -> None:
    package = await case.package()
    for name in ("passwords.csv", "manifest.json", "..", "../manifest.json"):
        path = f"/v1/exports/{package.manifest.export_id}/{in_path(name)}"
        answer = await case.http.get(path)
        require(
            answer.status in (400, 404),
            f"{name}: ответ {answer.status}, а нужен 404",
            f"{name}: answered {answer.status}, expected 404",
            answer,
        )


RULE = Rule(
    id="export.other-files",
    title=Bilingual(
        "Отдаются только файлы манифеста",
        "Only the manifest's files are served",
    ),
    reason=Bilingual(
        "В папке выгрузки бывают ключи и чужие пакеты.",
        "The export folder may hold keys and packages of others.",
    ),
    fix=Bilingual(
        "Сверяйте имя с манифестом, а не с тем, что лежит в папке.",
        "Compare the name with the manifest, not with the contents of the folder.",
    ),
    example="GET /v1/exports/6f1c…/passwords.csv\n404",
    needs="exports",
    check=check,
)
