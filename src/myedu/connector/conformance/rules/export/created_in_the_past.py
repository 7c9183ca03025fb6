"""When the package was made."""

from datetime import timedelta

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import that
from myedu.connector.conformance.rule import Both, Rule


async def check(case: Case) -> None:
    package = await case.package()
    latest = case.capabilities.server_time + timedelta(minutes=5)
    that(
        package.manifest.created_at <= latest,
        f"created_at {package.manifest.created_at.isoformat()} в будущем",
        f"created_at {package.manifest.created_at.isoformat()} lies in the future",
        package.answer,
    )


RULE = Rule(
    id="export.created-in-the-past",
    title=Both(
        "Пакет составлен не в будущем",
        "A package was not made in the future",
    ),
    reason=Both(
        "Пакет из будущего портал сочтёт новее завтрашнего и завтрашний не возьмёт.",
        "A package of the future counts as newer than tomorrow's, and tomorrow's isn't taken.",
    ),
    mend=Both(
        "Пишите created_at со смещением пояса сервера.",
        "Write created_at with the offset of the server's zone.",
    ),
    example='{"created_at": "2026-11-25T04:00:00+10:00"}',
    needs="exports",
    check=check,
)
