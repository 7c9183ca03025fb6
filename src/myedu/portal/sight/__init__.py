"""What an operator can see of the portal while it works: numbers, traces, a line a request.

Nothing here tells of a person: labels are systems, methods, routes by template, and codes.
"""

from myedu.portal.sight.service import BulkheadState, Sight, open_sight

__all__ = ["BulkheadState", "Sight", "open_sight"]
