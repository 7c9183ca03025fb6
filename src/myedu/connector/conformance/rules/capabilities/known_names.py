"""No declared name is a misspelling of a name of the contract."""

from difflib import get_close_matches

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.rule import Bilingual, Broken, Rule
from myedu.contract.answers import CAPABILITIES, PROFILES


async def check(case: Case) -> None:
    for declared, known in (
        (case.capabilities.capabilities, CAPABILITIES),
        (case.capabilities.profiles, PROFILES),
    ):
        for name in declared:
            meant = get_close_matches(name.replace("_", "-").lower(), known, 1, 0.8)
            if name not in known and meant:
                raise Broken(
                    f"объявлено {name!r} — не {meant[0]!r} ли?",
                    f"{name!r} is declared, did you mean {meant[0]!r}?",
                    case.capabilities_answer,
                )


RULE = Rule(
    id="capabilities.known-names",
    title=Bilingual(
        "Возможности названы словами контракта",
        "Capabilities have the contract's names",
    ),
    reason=Bilingual(
        "Незнакомое слово портал пропускает молча: возможность с опечаткой как будто не объявлена.",
        "The portal silently ignores an unknown name: a misspelt capability counts as undeclared.",
    ),
    fix=Bilingual(
        f"Слова контракта: {', '.join((*CAPABILITIES, *PROFILES))}.",
        f"The contract's words: {', '.join((*CAPABILITIES, *PROFILES))}.",
    ),
    exceptions=Bilingual(
        "Слово будущей версии, не похожее на нынешние, правило не трогает.",
        "The rule ignores names of a future version that don't resemble the present ones.",
    ),
    example='GET /v1/capabilities\n200 {"capabilities": ["diary", "final-marks"], …}',
    severity="warning",
    check=check,
)
