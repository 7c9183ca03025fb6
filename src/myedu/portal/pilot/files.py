"""The schools that are missing, as rows of a CSV file for the region."""

from collections.abc import AsyncIterator

from myedu.kit.i18n import Words
from myedu.portal.pilot.models import MissingSchool
from myedu.portal.pilot.presenter_region import school_reason


def school_columns(words: Words) -> tuple[str, ...]:
    """The first row of schools.csv."""
    _ = words.gettext
    return (
        _("School"), _("OGRN"), _("INN"), _("KPP"), _("Address"), _("E-mail"), _("Phone"), _("Why"),
        _("System"), _("Id in the export"),
    )  # fmt: skip


async def school_rows(
    words: Words, schools: AsyncIterator[MissingSchool]
) -> AsyncIterator[tuple[object, ...]]:
    """A row for each school."""
    async for one in schools:
        yield (
            one.name, one.ogrn or "", one.inn or "", one.kpp or "", one.address or "", one.email or "",
            one.phone or "", school_reason(words, one), one.system_id, one.organization_id,
        )  # fmt: skip
