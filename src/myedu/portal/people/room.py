"""The room `people`."""

from psycopg import AsyncConnection

from myedu.contract.tables import TABLES
from myedu.portal.people import find
from myedu.portal.people.commands import COMMANDS
from myedu.portal.people.models import Place
from myedu.portal.people.service import erase_kids, erase_staff
from myedu.portal.room import Room


async def _erase(conn: AsyncConnection, region: str, system_id: str) -> None:
    place = Place(region, system_id)
    await erase_kids(conn, place)
    await erase_staff(conn, place)


ROOM = Room(
    name="people",
    commands=(*COMMANDS, *find.COMMANDS),
    erase=_erase,
    published_sql={
        "people.visible_students": "the door for families: a page's one statement joins it",
        "people.systems": "the registry of journal systems: exports lists packages beside it",
        "people.current_persons": "persons whom their system still has: federation renews their copies",
        "people.current_organizations": "verification matches schools with ESIA's organisations",
        "people.verified_organizations": "which school is which organisation of ESIA: rooms join it",
        "people.school_contacts": "the pilot lists schools that are missing, with whom to write to",
        "people.posts": "verification matches them with ESIA's people",
        "people.post_subjects": "a school's head reads them beside the posts",
        "people.verified_staff": "verification notes what heads have confirmed, and withdraws it",
        "people.erased_persons": "whom this transaction erases: rooms delete what they keep of them",
        "people.erased": "exports lists the persons whom a package or the retention erases",
        "people.open_region": "exports opens a region's partitions for its first rows",
        "people.create_unindexed_partition": "exports loads a region's first package into it",
        "people.attach_unindexed_partition": "exports shows a region's first package",
        **{f"people.{table}": "exports writes the rows of packages" for table in TABLES},
    },
)
