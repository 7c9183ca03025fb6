"""A believable Russian region, the same for the same seed; school by school, so that millions stream."""

from myedu.journal.generator.cast import Cast, CastGuardian, CastPerson, CastPupil, CastTeacher
from myedu.journal.generator.region import generate_region

__all__ = ["Cast", "CastGuardian", "CastPerson", "CastPupil", "CastTeacher", "generate_region"]
