"""The portal's own door: as many requests at a time as a process answers well; the rest are told when."""

from myedu.portal.crowd.door import Door
from myedu.portal.crowd.refusal import Refusal

__all__ = ["Door", "Refusal"]
