"""What the rules about attachments share."""

from myedu.connector.conformance.ask import Answer
from myedu.connector.conformance.case import Case
from myedu.connector.conformance.rule import Blocked, Nothing
from myedu.contract.answers import FileLink, HomeworkList


async def file_id_of(case: Case) -> str:
    """The id of an attachment of the window's homework. Raises Nothing where there is none."""
    for student in case.students:
        read = await case.read(HomeworkList, student_id=student)
        for task in read.value.homework:
            for attachment in task.attachments:
                return attachment.id
    raise Nothing("в домашних заданиях окна нет файлов", "the window's homework has no files")


async def link_of(case: Case) -> tuple[FileLink, Answer]:
    """A link to some attachment. Raises Nothing, Blocked."""
    file_id = await case.once("file", lambda: file_id_of(case))
    answer = await case.ask.get(case.path("file", file_id))
    if answer.status == 404:
        raise Blocked("data.attachments-open", "файл не найден", "the file isn't found", answer)
    return case.served(answer, FileLink), answer
