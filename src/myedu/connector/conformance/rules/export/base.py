"""A delta has a base other than itself, a full package has none."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import require
from myedu.connector.conformance.rule import Bilingual, Rule


async def check(case: Case) -> None:
    package = await case.package()
    manifest = package.manifest
    require(
        (manifest.mode == "delta") is (manifest.base is not None),
        f"mode {manifest.mode}, а base {manifest.base}",
        f"mode {manifest.mode} with base {manifest.base}",
        package.answer,
    )
    require(
        manifest.base != manifest.export_id,
        "дельта отсчитана от самой себя",
        "the delta builds on itself",
        package.answer,
    )


RULE = Rule(
    id="export.base",
    title=Bilingual(
        "Дельта называет, от чего отсчитана; полная — нет",
        "A delta names its base, a full package has none",
    ),
    reason=Bilingual(
        "Дельта не от той выгрузки сотрёт или потеряет людей; портал просит полную, когда основы не знает.",
        "A delta on another base loses people; the portal asks for a full package if it doesn't know the "
        "base.",
    ),
    fix=Bilingual(
        "В base дельты — export_id выгрузки, с которой сравнивали; в полной выгрузке base нет.",
        "base of a delta is the export_id it was compared with; a full package has no base.",
    ),
    example='{"mode": "delta", "base": "6f1c3d4e-…"}',
    needs="exports",
    check=check,
)
