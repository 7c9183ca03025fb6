"""Which version of the contract is served."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import that
from myedu.connector.conformance.rule import Both, Rule
from myedu.contract import CONTRACT_VERSION

_MAJOR = CONTRACT_VERSION.partition(".")[0]


async def check(case: Case) -> None:
    version = case.capabilities.contract
    major, dot, minor = version.partition(".")
    that(
        major == _MAJOR and dot and minor.isdigit(),
        f"contract — {version!r}, а нужен {_MAJOR}.x",
        f"contract is {version!r}, expected {_MAJOR}.x",
        case.described,
    )


RULE = Rule(
    id="capabilities.contract-version",
    title=Both("Названа версия контракта 1.x", "The contract's version 1.x is named"),
    reason=Both(
        "Внутри версии 1 меняется только добавлением; другая первая цифра значит другие слова.",
        "Within version 1 changes only add; another first figure means other words.",
    ),
    mend=Both(f"Пишите contract: {CONTRACT_VERSION!r}.", f"Write contract: {CONTRACT_VERSION!r}."),
    example='GET /v1/capabilities\n200 {"contract": "1.0", …}',
    check=check,
)
