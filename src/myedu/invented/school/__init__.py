"""A believable region, school by school down to the last mark; the same seed gives the same region."""

from myedu.invented.school.cast import Cast, CastGuardian, CastPerson, CastPupil, CastSchool, CastTeacher
from myedu.invented.school.region import generate_region

__all__ = ["Cast", "CastGuardian", "CastPerson", "CastPupil", "CastSchool", "CastTeacher", "generate_region"]
