"""SNILS that never repeat."""

from myedu.invented.school.ids import Ids


def test_snils_of_neighbouring_regions_never_meet():
    def numbers(code: str, school: int) -> set[str]:
        ids = Ids(1, code, school)
        return {ids.snils() for _ in range(3000) if ids.long("person")}

    assert len(numbers("14", 1999) | numbers("15", 0) | numbers("14", 1998)) == 9000
