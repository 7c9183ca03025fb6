"""Files that the manifest doesn't name."""

from myedu.connector.conformance.ask import in_path
from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import that
from myedu.connector.conformance.rule import Both, Rule


async def check(case: Case) -> None:
    package = await case.package()
    for name in ("passwords.csv", "manifest.json", "..", "../manifest.json"):
        path = f"/v1/exports/{package.manifest.export_id}/{in_path(name)}"
        answer = await case.ask.get(path)
        that(
            answer.status in (400, 404),
            f"{name}: ответ {answer.status}, а нужен 404",
            f"{name}: answered {answer.status}, expected 404",
            answer,
        )


RULE = Rule(
    id="export.other-files",
    title=Both(
        "Отдаются только файлы манифеста",
        "Only the manifest's files are served",
    ),
    reason=Both(
        "В папке выгрузки бывают ключи и чужие пакеты.",
        "A folder of exports may hold keys and packages of others.",
    ),
    mend=Both(
        "Сверяйте имя с манифестом, а не с тем, что лежит в папке.",
        "Compare the name with the manifest and not with what lies in the folder.",
    ),
    example="GET /v1/exports/6f1c…/passwords.csv\n404",
    needs="exports",
    check=check,
)
