"""The names of what is declared."""

from difflib import get_close_matches

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.rule import Both, Broken, Rule
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
                    f"{name!r} is declared: is {meant[0]!r} meant?",
                    case.described,
                )


RULE = Rule(
    id="capabilities.known-names",
    title=Both("Возможности названы словами контракта", "Capabilities are named in the contract's words"),
    reason=Both(
        "Незнакомое слово портал пропускает молча: возможность с опечаткой как будто не объявлена.",
        "The portal passes over an unknown word in silence: a misspelt capability isn't declared at all.",
    ),
    mend=Both(
        f"Слова контракта: {', '.join((*CAPABILITIES, *PROFILES))}.",
        f"The contract's words: {', '.join((*CAPABILITIES, *PROFILES))}.",
    ),
    exceptions=Both(
        "Слово будущей версии, не похожее на нынешние, правило не трогает.",
        "A word of a later version that resembles none of today's is left alone.",
    ),
    example='GET /v1/capabilities\n200 {"capabilities": ["diary", "final-marks"], …}',
    severity="warning",
    check=check,
)
