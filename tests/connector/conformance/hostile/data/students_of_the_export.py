"""Exports a pupil whom it doesn't serve."""

from pathlib import Path

from msgspec.structs import replace

from tests.connector.conformance.good import good_tables, write_good_package
from tests.connector.conformance.hostiles import Hostile
from tests.connector.sdk.school import PUPIL


def package(folder: Path) -> None:
    tables = good_tables()
    (pupil,) = (entry for entry in tables["persons"] if entry.id == PUPIL)
    (studies,) = (entry for entry in tables["enrollments"] if entry.person_id == PUPIL)
    unserved = replace(pupil, id="moved-away", snils=None, esia_oid=None)
    write_good_package(
        folder,
        {
            **tables,
            "persons": [*tables["persons"], unserved],
            "enrollments": [*tables["enrollments"], replace(studies, id="e-9", person_id=unserved.id)],
        },
    )


HOSTILE = Hostile(package=package)
