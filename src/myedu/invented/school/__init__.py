"""A believable Russian region, the same for the same seed; school by school, so that millions stream."""

from myedu.invented.school.cast import Cast, CastGuardian, CastPerson, CastPupil, CastTeacher
from myedu.invented.school.region import generate_region

__all__ = ["Cast", "CastGuardian", "CastPerson", "CastPupil", "CastTeacher", "generate_region"]
