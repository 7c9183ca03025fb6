"""What the rules about attachments share."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.http import Answer
from myedu.connector.conformance.rule import Blocked, Skipped
from myedu.contract.answers import FileLink, HomeworkList


async def file_id_of(case: Case) -> str:
    """The id of an attachment of the window's homework. Raises Skipped if there is none."""
    for student in case.students:
        decoded = await case.read_days(HomeworkList, student_id=student)
        for task in decoded.value.homework:
            for attachment in task.attachments:
                return attachment.id
    raise Skipped("в домашних заданиях окна нет файлов", "the window's homework has no files")


async def link_of(case: Case) -> tuple[FileLink, Answer]:
    """A link to an attachment, and the answer that has it. Raises Skipped, Blocked."""
    file_id = await case.cached("file", lambda: file_id_of(case))
    answer = await case.http.get(case.path("file", file_id))
    if answer.status == 404:
        raise Blocked("data.attachments-open", "файл не найден", "the file is not found", answer)
    return case.decode_served(answer, FileLink), answer
