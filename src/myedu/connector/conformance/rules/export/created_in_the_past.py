"""created_at is not later than the system's clock."""

from datetime import timedelta

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import require
from myedu.connector.conformance.rule import Bilingual, Rule


async def check(case: Case) -> None:
    package = await case.package()
    latest = case.capabilities.server_time + timedelta(minutes=5)
    require(
        package.manifest.created_at <= latest,
        f"created_at {package.manifest.created_at.isoformat()} в будущем",
        f"created_at {package.manifest.created_at.isoformat()} is in the future",
        package.answer,
    )


RULE = Rule(
    id="export.created-in-the-past",
    title=Bilingual(
        "Пакет составлен не в будущем",
        "A package was not created in the future",
    ),
    reason=Bilingual(
        "Пакет из будущего портал сочтёт новее завтрашнего и завтрашний не возьмёт.",
        "A package from the future counts as newer than tomorrow's, and tomorrow's is not accepted.",
    ),
    fix=Bilingual(
        "Пишите created_at со смещением пояса сервера.",
        "Write created_at with the offset of the server's time zone.",
    ),
    example='{"created_at": "2026-11-25T04:00:00+10:00"}',
    needs="exports",
    check=check,
)
