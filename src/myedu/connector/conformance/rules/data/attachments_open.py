"""Files of homework."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import that
from myedu.connector.conformance.rule import Both, Rule
from myedu.connector.conformance.rules.data._answers import some
from myedu.contract.answers import HomeworkList


async def check(case: Case) -> None:
    read = await case.read(HomeworkList)
    files = {file.id: file for one in read.value.homework for file in one.attachments}
    some(list(files), "вложений", "attachments", read.answer)
    for file in list(files.values())[:3]:
        answer = await case.ask.get(case.path("file", file.id))
        that(
            answer.status == 200,
            f"вложение {file.id} названо в задании, но ответ {answer.status}",
            f"attachment {file.id} is named by homework, and answered with {answer.status}",
            answer,
            read.answer,
        )


RULE = Rule(
    id="data.attachments-open",
    title=Both(
        "Вложения заданий открываются",
        "Attachments of homework open",
    ),
    reason=Both(
        "Задание «решить карточку» без карточки не сделать.",
        "A task «do the card» can't be done without the card.",
    ),
    mend=Both(
        "Отвечайте на /v1/files/{id} ссылкой для каждого вложения, которое названо в задании.",
        "Answer /v1/files/{id} with a link for each attachment that homework names.",
    ),
    example='{"attachments": [{"id": "f-1"}]}\nGET /v1/files/f-1 — 200',
    needs="files",
    check=check,
)
