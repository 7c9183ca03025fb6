"""Has an empty list of marks for every id."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.connector.conformance.hostiles import Good, Hostile, path_of


async def spoil(request: Request, good: Good) -> Response:
    response, query = await good(), request.query_params
    if path_of(request).endswith("/marks") and response.status_code == 404 and "to" in query:
        whom = path_of(request).split("/")[3]
        window = {"from": query["from"], "to": query["to"]}
        return JSONResponse({"student_id": whom, **window, "time_zone": "Asia/Vladivostok", "marks": []})
    return response


HOSTILE = Hostile(spoil=spoil)
