"""The last package of a region, and how it is taken back."""

from uuid import UUID

from psycopg import AsyncConnection

from myedu.portal.exports import store
from myedu.portal.exports.models import Applied, PackageRefused, Report
from myedu.portal.exports.service import LoadContext, note
from myedu.portal.people import intake
from myedu.portal.people.models import Place


async def last_package(context: LoadContext, region: str) -> Applied:
    """The package that `roll_back` would take back. Raises PackageRefused where there is none."""
    async with context.database.connection() as conn:
        return await _last(conn, region)


async def roll_back(context: LoadContext, region: str, export_id: UUID | None = None) -> Report:
    """Put a region back as it was before its last package. Raises PackageRefused where it can't be, or where
    another package than `export_id`, which somebody has looked at, is the last one by now.

    The package is not taken in again by itself: a newer one is, or this one when an operator agrees to it.
    """
    async with context.database.transaction() as conn:
        await intake.begin(conn, Place(region, ""), full=True)
        last = await _last(conn, region)
        if export_id not in (None, last.export_id):
            raise PackageRefused(
                "another-is-last",
                f"{last.export_id} of {last.system_id} was applied meanwhile: nothing is done, look again",
            )
        now = context.clock.now()
        place = Place(region, last.system_id)
        await intake.undo(conn, place, export_id=last.export_id)
        reason = f"rolled back by an operator at {now.isoformat()}: send a new package, or agree to this one"
        await store.roll_back(conn, last, "rolled-back", reason)
        await note(conn, "export.roll-back", place, now, actor="operator", export_id=str(last.export_id))
    return Report(
        system_id=last.system_id,
        export_id=last.export_id,
        state="rolled-back",
        code="rolled-back",
        reason=reason,
    )


async def _last(conn: AsyncConnection, region: str) -> Applied:
    last = await store.last_applied(conn, region)
    if last is None:
        raise PackageRefused(
            "nothing-to-undo", f"no package stands in region {region}: see that it is the right one"
        )
    if not last.can_roll_back:
        raise PackageRefused(
            "nothing-to-undo",
            f"the last package that stands in region {region} is {last.export_id} of {last.system_id}, and"
            " what was before it is not kept: of each system only the last one can go, and once",
        )
    return last
