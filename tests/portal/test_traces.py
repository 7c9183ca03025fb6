"""Spans as a collector receives them: a small OTLP/HTTP receiver on a real socket."""

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from myedu.connector.sdk.http_client import exchange, url_of
from myedu.connector.sdk.ssrf_guard import guarded_session
from myedu.kit.serve import serving
from myedu.kit.telemetry import Telemetry
from myedu.kit.telemetry.traces import Traces
from tests.portal.conftest import OpenWorld


class Collector:
    """What was sent to an OpenTelemetry collector."""

    def __init__(self) -> None:
        self.url = ""
        self.spans: list[Span] = []

    async def take(self, request: Request) -> Response:
        sent = ExportTraceServiceRequest.FromString(await request.body())
        for resource in sent.resource_spans:
            for scope in resource.scope_spans:
                self.spans += scope.spans
        return Response(b"", media_type="application/x-protobuf")

    def named(self, name: str) -> Span:
        return next(span for span in self.spans if span.name == name)


@pytest.fixture
async def collector() -> AsyncIterator[Collector]:
    collector = Collector()
    app = Starlette(routes=[Route("/v1/traces", collector.take, methods=["POST"])])
    async with serving(app) as address:
        collector.url = f"{address}/v1/traces"
        yield collector


def attributes(span: Span) -> dict[str, str]:
    return {item.key: item.value.string_value or str(item.value.int_value) for item in span.attributes}


async def test_a_request_and_its_parts_are_one_trace(collector: Collector, open_world: OpenWorld) -> None:
    child = uuid4()
    async with open_world(traces_url=collector.url) as world, world.browser() as browser:
        page = await browser.get("/view", traceparent=f"00-{'a' * 32}-{'b' * 16}-01")
        await browser.location_of(f"/c/{child}/week")
        browser.session.cookie_jar.update_cookies({"myedu_session": "nobodys"})
        await browser.location_of(f"/c/{child}/today")
    # The portal has ended, and so has sent everything.
    request, template = collector.named("GET /view"), collector.named("template")
    assert template.trace_id == request.trace_id
    assert template.parent_span_id == request.span_id
    assert attributes(template) == {"template": "web/appearance.html"}
    assert request.trace_id != bytes.fromhex("a" * 32)  # a browser's trace id is not trusted
    assert attributes(request) == {
        "http.request.method": "GET",
        "http.route": "/view",
        "http.response.status_code": "200",
        "myedu.request": page.headers["x-request-id"],
    }
    assert collector.named("GET /c/{child}/week")
    door = collector.named("door")
    assert door.parent_span_id == collector.named("GET /c/{child}/today").span_id
    assert attributes(door) == {"page": "today"}
    assert not any(str(child) in str(span) for span in collector.spans)


async def test_an_error_is_recorded_by_class_without_its_text(collector: Collector) -> None:
    traces = Traces(collector.url)
    headers: dict[str, str] = {}
    with contextlib.suppress(ValueError), Telemetry(None, traces).span("journal", system="r14-a"):
        traces.inject(headers)
        raise ValueError("Иванов")
    await asyncio.to_thread(traces.close)
    span = collector.named("journal")
    assert span.status.message == "ValueError"
    assert not span.events
    assert headers["traceparent"].startswith(f"00-{span.trace_id.hex()}-{span.span_id.hex()}-")


async def test_a_journal_gets_the_trace_id(collector: Collector) -> None:
    heard: list[str] = []

    async def hear(request: Request) -> Response:
        heard.append(request.headers.get("traceparent", ""))
        return Response(b"{}", media_type="application/json")

    traces = Traces(collector.url)
    async with serving(Starlette(routes=[Route("/", hear)])) as url:
        async with guarded_session(url, allow_private=True, carry=traces.inject) as session:
            with Telemetry(None, traces).span("journal"):
                await exchange(session, "GET", url_of(url), seconds=5, longest=100)
        async with guarded_session(url, allow_private=True) as session:
            await exchange(session, "GET", url_of(url), seconds=5, longest=100)
    await asyncio.to_thread(traces.close)
    span = collector.named("journal")
    assert heard[0].startswith(f"00-{span.trace_id.hex()}-{span.span_id.hex()}-")
    assert heard[1] == ""


def test_without_the_extra_the_message_names_it() -> None:
    code = (
        "import sys; sys.modules['opentelemetry'] = None\n"
        "from myedu.kit.settings import SettingsError\n"
        "from myedu.kit.telemetry import open_telemetry\n"
        "open_telemetry(())\n"
        "try: open_telemetry((), 'http://127.0.0.1:1/v1/traces')\n"
        "except SettingsError as error: print(error)\n"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "install the extra myedu[traces]" in printed


def test_no_part_of_the_sdk_is_imported_if_traces_are_off() -> None:
    code = "import sys, myedu.portal.app; print([n for n in sys.modules if n.startswith('opentelemetry')])"
    # Litestar itself imports the API; only we import the SDK and the exporter.
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "opentelemetry.sdk" not in printed
    assert "opentelemetry.exporter" not in printed
