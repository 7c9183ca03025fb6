"""The first attachments listed by homework are answered with a link."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import require
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.connector.conformance.rules.data._answers import some
from myedu.contract.answers import HomeworkList


async def check(case: Case) -> None:
    decoded = await case.read_days(HomeworkList)
    files = {file.id: file for task in decoded.value.homework for file in task.attachments}
    some(list(files), "вложений", "attachments", decoded.answer)
    for file in list(files.values())[:3]:
        answer = await case.http.get(case.path("file", file.id))
        require(
            answer.status == 200,
            f"вложение {file.id} названо в задании, но ответ {answer.status}",
            f"attachment {file.id} is listed by homework but answered with {answer.status}",
            answer,
            decoded.answer,
        )


RULE = Rule(
    id="data.attachments-open",
    title=Bilingual(
        "Вложения заданий открываются",
        "Attachments of homework open",
    ),
    reason=Bilingual(
        "Задание «решить карточку» без карточки не сделать.",
        "The task «complete the worksheet» can't be done without the worksheet.",
    ),
    fix=Bilingual(
        "Отвечайте на /v1/files/{id} ссылкой для каждого вложения, которое названо в задании.",
        "Answer /v1/files/{id} with a link for every attachment that homework lists.",
    ),
    example='{"attachments": [{"id": "f-1"}]}\nGET /v1/files/f-1 — 200',
    needs="files",
    check=check,
)
