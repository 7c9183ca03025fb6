"""What a delta builds on."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import that
from myedu.connector.conformance.rule import Both, Rule


async def check(case: Case) -> None:
    package = await case.package()
    manifest = package.manifest
    that(
        (manifest.mode == "delta") is (manifest.base is not None),
        f"mode {manifest.mode}, а base {manifest.base}",
        f"mode {manifest.mode} with base {manifest.base}",
        package.answer,
    )
    that(
        manifest.base != manifest.export_id,
        "дельта отсчитана от самой себя",
        "the delta builds on itself",
        package.answer,
    )


RULE = Rule(
    id="export.base",
    title=Both(
        "Дельта называет, от чего отсчитана; полная — нет",
        "A delta names its base, a full package none",
    ),
    reason=Both(
        "Дельта не от той выгрузки сотрёт или потеряет людей; портал просит полную, когда основы не знает.",
        "A delta on another base loses people; the portal asks for a full package where it doesn't "
        "know the base.",
    ),
    mend=Both(
        "В base дельты — export_id выгрузки, с которой сравнивали; в полной выгрузке base нет.",
        "base of a delta is the export_id that it was compared with; a full package has none.",
    ),
    example='{"mode": "delta", "base": "6f1c3d4e-…"}',
    needs="exports",
    check=check,
)
