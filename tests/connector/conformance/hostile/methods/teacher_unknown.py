"""Has an empty timetable for every id."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.connector.conformance.hostiles import Good, Hostile, path_of


async def spoil(request: Request, good: Good) -> Response:
    response = await good()
    if path_of(request).startswith("/v1/teachers/") and response.status_code == 404:
        about = {"teacher_id": path_of(request).split("/")[3], "time_zone": "Asia/Vladivostok"}
        return JSONResponse({**about, **request.query_params, "lessons": []})
    return response


HOSTILE = Hostile(spoil=spoil)
