"""The declared contract version has the major number of this contract."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import require
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.contract import CONTRACT_VERSION

_MAJOR = CONTRACT_VERSION.partition(".")[0]


async def check(case: Case) -> None:
    version = case.capabilities.contract
    major, dot, minor = version.partition(".")
    require(
        major == _MAJOR and dot and minor.isdigit(),
        f"contract — {version!r}, а нужен {_MAJOR}.x",
        f"contract is {version!r}, expected {_MAJOR}.x",
        case.capabilities_answer,
    )


RULE = Rule(
    id="capabilities.contract-version",
    title=Bilingual(
        "Названа версия контракта 1.x",
        "The contract version is stated as 1.x",
    ),
    reason=Bilingual(
        "Внутри версии 1 меняется только добавлением; другая первая цифра значит другие слова.",
        "Version 1 changes only by additions; another major number means another protocol.",
    ),
    fix=Bilingual(f"Пишите contract: {CONTRACT_VERSION!r}.", f"Write contract: {CONTRACT_VERSION!r}."),
    example='GET /v1/capabilities\n200 {"contract": "1.0", …}',
    check=check,
)
