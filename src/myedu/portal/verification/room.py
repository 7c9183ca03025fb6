"""The room `verification`."""

from litestar import Response

from myedu.kit.web.error_handlers import not_found
from myedu.kit.web.responses import AnyRequest, redirect
from myedu.portal.room import Room
from myedu.portal.verification import links
from myedu.portal.verification.models import SchoolNotConfirmed


def _not_confirmed(request: AnyRequest, error: SchoolNotConfirmed) -> Response[bytes]:
    if request.method == "GET":
        return redirect(links.SCHOOL)
    return not_found(request, error)


ROOM = Room(name="verification", errors={SchoolNotConfirmed: _not_confirmed})
