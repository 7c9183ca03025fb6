"""Names of regions: those of the pilot, for all others their code."""

from myedu.contract.region_names import ENGLISH, RUSSIAN
from myedu.kit.i18n import Words


def region_name(words: Words, code: str) -> str:
    """The name of the region with these two digits; «регион 77» for one that isn't of the pilot."""
    names = ENGLISH if words.language == "en" else RUSSIAN
    return names.get(code) or words.gettext("region {code}").format(code=code)
