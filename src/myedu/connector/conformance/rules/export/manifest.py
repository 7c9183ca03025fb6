"""/v1/exports/latest answers 200 with the contract's manifest."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.decode import fault_of
from myedu.connector.conformance.expect import status
from myedu.connector.conformance.rule import Bilingual, Broken, Rule, Skipped
from myedu.contract.package import Manifest


async def check(case: Case) -> None:
    answer = await case.http.get("/v1/exports/latest")
    if answer.status == 404:
        raise Skipped("пакета выгрузки ещё нет", "there is no export package yet", answer)
    status(answer, 200)
    fault = fault_of(answer, Manifest)
    if fault is not None:
        raise Broken(f"манифест: {fault.words.ru}", f"the manifest: {fault.words.en}", answer)


RULE = Rule(
    id="export.manifest",
    title=Bilingual(
        "Манифест читается и полон",
        "The manifest can be read and is complete",
    ),
    reason=Bilingual(
        "По манифесту портал решает, что забирать и чего ждать; без него ночь региона пропадает.",
        "The portal downloads and expects what the manifest says; without it the region's night is lost.",
    ),
    fix=Bilingual(
        "Отдайте все обязательные поля манифеста: region, system, export_id, mode, created_at, tables.",
        "Send every required field: region, system, export_id, mode, created_at, tables.",
    ),
    example='{"region": "25", "export_id": "6f1c…", "mode": "full", "tables": [{"table": "persons", '
    '"file": "persons.csv.gz"}]}',
    needs="exports",
    check=check,
)
