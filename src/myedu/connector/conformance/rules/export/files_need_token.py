"""Files are refused without a token."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import refused
from myedu.connector.conformance.rule import Bilingual, Rule


async def check(case: Case) -> None:
    package = await case.package()
    for entry in package.manifest.tables:
        answer = await case.http.get(package.path_of(entry), bearer=None)
        refused(answer, "unauthorized", what=(f"{entry.file} без токена", f"{entry.file} without a token"))


RULE = Rule(
    id="export.files-need-token",
    title=Bilingual(
        "Файлы выгрузки без токена не отдаются",
        "Export files need a token",
    ),
    reason=Bilingual(
        "В файлах СНИЛС и даты рождения всех детей региона.",
        "The files hold the SNILS and birth dates of every child in the region.",
    ),
    fix=Bilingual(
        "Проверяйте токен и у файлов: частая ошибка — отдать папку веб-сервером.",
        "Check the token for files too: a web server over the folder is a common mistake.",
    ),
    example="GET /v1/exports/6f1c…/persons.csv.gz без Authorization\n401",
    needs="exports",
    check=check,
)
