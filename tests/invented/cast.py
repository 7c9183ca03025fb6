"""Given people, and the day on which the generated schools of the tests are."""

from datetime import date

from myedu.invented.school import Cast, CastGuardian, CastPerson, CastPupil

TODAY = date(2026, 11, 23)
MOTHER = CastPerson(
    last_name="Тестова",
    first_name="Мария",
    sex="f",
    birth_date=date(1988, 3, 3),
    snils="00000060002",
    esia_oid="1000300001",
)
PUPIL = CastPerson(
    last_name="Тестов",
    first_name="Пётр",
    sex="m",
    birth_date=date(2014, 5, 5),
    snils="00000060003",
    esia_oid="1000300002",
)
CAST = Cast(
    pupils=(CastPupil(person=PUPIL, grade=5, guardians=(CastGuardian(person=MOTHER, relation="mother"),)),)
)
