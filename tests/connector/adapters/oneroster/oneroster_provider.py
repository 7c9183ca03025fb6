"""A small OneRoster 1.2 provider: rostering and gradebook over REST, with what the standard asks of one.

Client credentials by HTTP Basic, scopes, `limit`/`offset`, X-Total-Count, Link, `filter` by dateLastModified,
single objects in an envelope of their own, imsx_StatusInfo for errors; an answer has at most MOST rows.
"""

import base64
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.connector.adapters.oneroster.sets import STAMP, Rows

CLIENT, SECRET = "adapter", "not+so/secret"
MOST = 3
_SINGLE = {
    "orgs": "org", "courses": "course", "classes": "class", "users": "user", "students": "user",
    "academicSessions": "academicSession", "enrollments": "enrollment",
}  # fmt: skip
_FILTER = re.compile(r"dateLastModified>'([^']+)'")
Json = dict[str, Any]


class Provider:
    """`rows`: a set as the CSV tests have it. `asked`: what was asked, path and query."""

    def __init__(self, rows: Rows, today: date) -> None:
        self.collections = collections_of(rows) | gradebook_of(today)
        self.requests: list[str] = []
        self.tokens: set[str] = set()
        self.spoil: Callable[[Request], Response | None] = lambda _: None
        self.counts = self.links = True
        self.most = MOST

    def app(self) -> Starlette:
        root = "/ims/oneroster/rostering/v1p2"
        grades = "/ims/oneroster/gradebook/v1p2"
        return Starlette(
            routes=[
                Route("/oauth2/token", self.token, methods=["POST"]),
                Route(f"{root}/students/{{id}}/classes", self.guarded(self.classes_of)),
                Route(f"{root}/{{collection}}", self.guarded(self.collection)),
                Route(f"{root}/{{collection}}/{{id}}", self.guarded(self.single)),
                Route(f"{grades}/categories", self.guarded(self.categories)),
                Route(f"{grades}/classes/{{id}}/lineItems", self.guarded(self.line_items)),
                Route(f"{grades}/classes/{{id}}/students/{{student}}/results", self.guarded(self.results)),
            ]
        )

    async def token(self, request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode()))
        pair = base64.b64encode(b"adapter:not%2Bso%2Fsecret").decode()
        if request.headers.get("authorization") != f"Basic {pair}":
            return JSONResponse({"error": "invalid_client"}, 401)
        assert form["grant_type"] == "client_credentials"
        assert "scope/roster.readonly" in form["scope"]
        self.tokens.add(token := f"t{len(self.tokens)}")
        return JSONResponse({"access_token": token, "token_type": "bearer", "expires_in": 3600})

    def guarded(self, endpoint: Callable[[Request], Response]) -> Any:
        async def guard(request: Request) -> Response:
            self.requests.append(f"{request.url.path}?{request.url.query}")
            if request.headers.get("authorization", "").removeprefix("Bearer ") not in self.tokens:
                return status(401, "unauthorisedrequest")
            return self.spoil(request) or endpoint(request)

        return guard

    def collection(self, request: Request) -> Response:
        name = request.path_params["collection"]
        return self.page(request, name, self.collections.get(name))

    def single(self, request: Request) -> Response:
        name, wanted_id = request.path_params["collection"], request.path_params["id"]
        found = self.collections["users" if name == "students" else name]
        for user in found:
            is_student = name != "students" or any(role["role"] == "student" for role in user["roles"])
            if user["sourcedId"] == wanted_id and is_student:
                return JSONResponse({_SINGLE[name]: user})
        return status(404, "unknownobject")

    def classes_of(self, request: Request) -> Response:
        mine = {
            enrollment["class"]["sourcedId"]
            for enrollment in self.collections["enrollments"]
            if enrollment["user"]["sourcedId"] == request.path_params["id"]
            and enrollment["role"] == "student"
        }
        found = [
            school_class for school_class in self.collections["classes"] if school_class["sourcedId"] in mine
        ]
        return self.page(request, "classes", found)

    def categories(self, request: Request) -> Response:
        return self.page(request, "categories", self.collections["categories"])

    def line_items(self, request: Request) -> Response:
        wanted_id = request.path_params["id"]
        found = [item for item in self.collections["lineItems"] if item["class"]["sourcedId"] == wanted_id]
        return self.page(request, "lineItems", found)

    def results(self, request: Request) -> Response:
        wanted_id, items = (
            request.path_params["student"],
            {item["sourcedId"]: item["class"]["sourcedId"] for item in self.collections["lineItems"]},
        )
        found = [
            result
            for result in self.collections["results"]
            if result["student"]["sourcedId"] == wanted_id
            and items[result["lineItem"]["sourcedId"]] == request.path_params["id"]
        ]
        return self.page(request, "results", found)

    def page(self, request: Request, name: str, found: list[Json] | None) -> Response:
        if found is None:
            return status(404, "unknownobject")
        if condition := _FILTER.fullmatch(request.query_params.get("filter", "")):
            found = [thing for thing in found if thing["dateLastModified"] > condition[1]]
        offset, limit = int(request.query_params["offset"]), int(request.query_params["limit"])
        last = offset + min(limit, self.most)
        headers = {"X-Total-Count": str(len(found))} if self.counts else {}
        if not self.links:
            pass
        elif last < len(found):
            headers["Link"] = f'<{request.url.include_query_params(offset=last)}>; rel="next"'
        else:
            headers["Link"] = f'<{request.url.include_query_params(offset=0)}>; rel="first"'
        return JSONResponse({name: found[offset:last]}, headers=headers)


def status(code: int, minor: str) -> Response:
    body = {"imsx_codeMajor": "failure", "imsx_severity": "error", "imsx_description": minor}
    return JSONResponse(body, code)


def _ref(row: dict[str, str], column: str, kind: str) -> Json | None:
    return {"sourcedId": row[column], "type": kind, "href": ""} if row.get(column) else None


def _listed(row: dict[str, str], column: str) -> list[str]:
    return [part.strip() for part in row.get(column, "").split(",") if part.strip()]


def collections_of(rows: Rows) -> dict[str, list[Json]]:
    """A CSV set in the words of the REST binding."""
    roles = rows["roles"]

    def thing(row: dict[str, str], **more: Any) -> Json:
        plain = {
            "sourcedId": row["sourcedId"],
            "status": row.get("status") or "active",
            "dateLastModified": row.get("dateLastModified") or STAMP,
        }
        return plain | {name: value for name, value in more.items() if value is not None}

    def user(row: dict[str, str]) -> Json:
        return thing(
            row,
            enabledUser="true",
            username=row["username"],
            givenName=row["givenName"],
            familyName=row["familyName"],
            middleName=row["middleName"] or None,
            userIds=[
                dict(zip(("type", "identifier"), part.strip("{}").split(":"), strict=True))
                for part in _listed(row, "userIds")
            ],
            agents=[
                {"sourcedId": agent, "type": "user", "href": ""} for agent in _listed(row, "agentSourcedIds")
            ],
            roles=[
                {
                    "role": role["role"],
                    "roleType": "primary",
                    "org": _ref(role, "orgSourcedId", "org"),
                    **({"beginDate": role["beginDate"]} if role.get("beginDate") else {}),
                }
                for role in roles
                if role["userSourcedId"] == row["sourcedId"]
            ],
        )

    return {
        "academicSessions": [
            thing(
                row,
                **{key: row[key] for key in ("title", "type", "startDate", "endDate", "schoolYear")},
                parent=_ref(row, "parentSourcedId", "academicSession"),
            )
            for row in rows["academicSessions"]
        ],
        "orgs": [
            thing(row, name=row["name"], type=row["type"], parent=_ref(row, "parentSourcedId", "org"))
            for row in rows["orgs"]
        ],
        "courses": [
            thing(
                row,
                title=row["title"],
                org=_ref(row, "orgSourcedId", "org"),
                schoolYear=_ref(row, "schoolYearSourcedId", "academicSession"),
                subjects=_listed(row, "subjects"),
            )
            for row in rows["courses"]
        ],
        "classes": [
            thing(
                row,
                title=row["title"],
                classType=row["classType"],
                course=_ref(row, "courseSourcedId", "course"),
                school=_ref(row, "schoolSourcedId", "org"),
                terms=[
                    {"sourcedId": term, "type": "term", "href": ""} for term in _listed(row, "termSourcedIds")
                ],
                grades=_listed(row, "grades"),
            )
            for row in rows["classes"]
        ],
        "users": [user(row) for row in rows["users"]],
        "demographics": [
            thing(row, birthDate=row["birthDate"], sex=row["sex"]) for row in rows["demographics"]
        ],
        "enrollments": [
            thing(
                row,
                role=row["role"],
                user=_ref(row, "userSourcedId", "user"),
                school=_ref(row, "schoolSourcedId", "org"),
                beginDate=row.get("beginDate"),
                endDate=row.get("endDate"),
                **{"class": _ref(row, "classSourcedId", "class")},
            )
            for row in rows["enrollments"]
        ],
    }


def gradebook_of(today: date) -> dict[str, list[Json]]:
    """A task a day of the algebra class in the last fortnight and the next, half of them graded."""
    days = [today + timedelta(days=number) for number in range(-14, 14)]
    common = {"status": "active", "dateLastModified": STAMP}
    items = [
        common
        | {
            "sourcedId": f"li-{day}",
            "title": f"Работа {day:%d.%m}",
            "description": "№ 312, <b>315</b>" if day.day % 2 else None,
            "assignDate": f"{day - timedelta(days=1)}T00:00:00Z",
            "dueDate": f"{day}T23:59:00Z",
            "class": {"sourcedId": "a9b"},
            "category": {"sourcedId": "k1" if day.day % 2 else "k2"},
            "resultValueMin": 2,
            "resultValueMax": 5,
        }
        for day in days
    ]
    results = [
        common
        | {
            "sourcedId": f"res-{student}-{day}",
            "lineItem": {"sourcedId": f"li-{day}"},
            "student": {"sourcedId": student},
            "scoreStatus": "fully graded" if day.day % 3 else "not submitted",
            "score": 3 + day.day % 3,
            "scoreDate": f"{day}",
            "comment": "Молодец" if day.day % 2 else None,
        }
        for day in days
        if day < today
        for student in ("p1", "p2")
    ]
    categories = [
        common | {"sourcedId": name, "title": title}
        for name, title in (("k1", "Контрольная работа"), ("k2", "Прочее"))
    ]
    return {"lineItems": items, "results": results, "categories": categories}
