"""A vendor pushes a package over HTTP: resumable, idempotent, bounded, and invisible to other vendors."""

import asyncio
import csv
import io
import shutil
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import aiohttp
import msgspec
import pytest

from myedu.connector.commands import push as push_command
from myedu.connector.sdk.errors import JournalRefuses
from myedu.connector.sdk.push import PushRefused, PushState
from myedu.contract.package import MANIFEST
from myedu.kit.db import Database
from myedu.kit.private_files import write_private
from myedu.portal.exports import queue
from myedu.portal.exports.models import LoadContext
from myedu.portal.exports.service import load_folder
from tests.portal.conftest import OpenWorld, World
from tests.portal.exports.packages import a_school, altered, package, rewrite
from tests.portal.exports.pushing import Vendor, cut_put, key_pair, pusher, token_of, vendor


class Scene(msgspec.Struct, frozen=True):
    """A portal, its database, a vendor and a stranger who is a vendor too."""

    world: World
    database: Database
    session: aiohttp.ClientSession
    vendor: Vendor
    stranger: Vendor
    folder: Path

    def package(self, rows: Any = None, **other: Any) -> Path:
        manifest = package(self.folder, rows or a_school(200), self.world.clock.now(), **other)
        return self.folder / str(manifest.export_id)

    async def headers(self, who: Vendor | None = None) -> dict[str, str]:
        token = await token_of(self.session, self.world, who or self.vendor)
        return {"Authorization": f"Bearer {token}"}

    async def ask(self, verb: str, path: str, who: Vendor | None = None, **more: Any) -> tuple[int, Any]:
        """Status and JSON (or text) of a raw request."""
        headers = {**await self.headers(who), **more.pop("headers", {})}
        url = f"{self.world.url}/exchange/v1/packages{path}"
        async with self.session.request(verb, url, headers=headers, **more) as answer:
            text = await answer.text()
            is_json = "json" in answer.headers.get("content-type", "")
            return answer.status, msgspec.json.decode(text) if is_json and text else text

    async def take_in(self, export_id: str) -> Any:
        """What the worker's job does."""
        context = LoadContext(self.database, self.world.clock, self.world.spool)
        return await load_folder(context, "r25-a", self.world.spool / "r25-a" / export_id)


@pytest.fixture(scope="module")
async def the_scene(open_world: OpenWorld, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    folder = tmp_path_factory.mktemp("push")
    async with open_world(spool=folder / "spool") as world, aiohttp.ClientSession() as session:
        database = await Database.open(world.database_url, max_size=3)
        ours = await vendor(database, world.clock.now())
        stranger = await vendor(database, world.clock.now(), system_id="r14-b", region="14")
        yield Scene(world, database, session, ours, stranger, folder / "packages")
        await database.close()


@pytest.fixture
def scene(the_scene: Scene) -> Scene:
    the_scene.world.clock.advance(timedelta(minutes=1))  # each test's package is newer than those before
    return the_scene


async def queued(scene: Scene) -> list[queue.ImportJob]:
    async with scene.database.connection() as conn:
        found = await conn.execute("SELECT payload FROM jobs.pgqueuer WHERE entrypoint = 'exports/r25-a'")
        return [msgspec.json.decode(payload, type=queue.ImportJob) for (payload,) in await found.fetchall()]


async def test_a_package_goes_in_parts_once_and_its_vendor_reads_the_report(scene: Scene) -> None:
    folder = scene.package(altered(a_school(200), "persons", "p1", sex="x"))
    seen: list[tuple[str, int, int]] = []
    push = pusher(scene.session, scene.world, scene.vendor, part_bytes=7_000)
    state = await push.push(folder, lambda *far: seen.append(far))
    assert (state.state, str(state.export_id)) == ("queued", folder.name)
    assert sum(name == "persons.csv" for name, _, _ in seen) > 2  # in parts
    assert queue.ImportJob(way="push", export_id=UUID(folder.name)) in await queued(scene)
    with pytest.raises(PushRefused, match="not-found"):  # nothing to report yet
        await push.report(UUID(folder.name))

    assert (await scene.take_in(folder.name)).state == "applied"
    report = await push.report(UUID(folder.name))
    assert report["state"] == "applied"
    assert {line["changes"]["table"]: line["rows"] for line in report["tables"]}["persons"] == 400
    status, text = await scene.ask("GET", f"/{folder.name}/problems.csv")
    (row,) = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    assert (status, row["table"], row["code"], row["severity"]) == (200, "persons", "unknown-code", "warning")
    assert row["words_ru"].startswith("в словаре")
    assert row["words_en"].startswith("the dictionary")

    before = len(await queued(scene))
    assert (await push.push(folder)).state == "applied"
    assert len(await queued(scene)) == before


async def test_a_refused_package_says_why_where_its_vendor_asks(
    scene: Scene, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = scene.package()
    rewrite(folder, "persons", lambda text: text.replace(b"last_name", b"surname", 1), 400)
    await pusher(scene.session, scene.world, scene.vendor).push(folder)
    _, waiting = await scene.ask("GET", f"/{folder.name}")
    await scene.take_in(folder.name)
    _, refused = await scene.ask("GET", f"/{folder.name}")
    assert [waiting[name] for name in ("state", "code", "reason")] == ["queued", None, None]
    assert [refused[name] for name in ("state", "code")] == ["refused", "missing-column"]
    assert "no column last_name" in refused["reason"]
    capsys.readouterr()
    assert push_command.report_state(await pusher(scene.session, scene.world, scene.vendor).push(folder)) == 1
    assert capsys.readouterr().out.startswith(f"{folder.name}: refused (missing-column): persons.csv")


def test_the_command_says_of_a_package_that_waits_no_more_than_that(
    capsys: pytest.CaptureFixture[str],
) -> None:
    state = PushState(export_id=uuid4(), state="queued")
    assert push_command.report_state(state) == 0
    assert capsys.readouterr().out == f"{state.export_id}: queued\n"


async def test_a_cut_file_goes_on_where_it_was_cut(scene: Scene) -> None:
    folder = scene.package()
    await scene.ask("POST", "", data=(folder / MANIFEST).read_bytes())
    body = (folder / "persons.csv").read_bytes()
    path = f"/exchange/v1/packages/{folder.name}/persons.csv"
    token = await token_of(scene.session, scene.world, scene.vendor)
    await cut_put(scene.world, path, token, body, sent=9_000)

    seen: list[tuple[str, int, int]] = []
    async with scene.session.head(f"{scene.world.url}{path}", headers=await scene.headers()) as answer:
        here = int(answer.headers["upload-offset"])
    assert 0 < here <= 9_000
    push = pusher(scene.session, scene.world, scene.vendor, part_bytes=10**6)
    assert (await push.push(folder, lambda *far: seen.append(far))).state == "queued"
    spooled = scene.world.spool / "r25-a" / folder.name / "persons.csv"
    assert spooled.read_bytes() == body
    assert (await scene.take_in(folder.name)).state == "applied"


async def test_what_was_received_is_the_portals_alone(scene: Scene) -> None:
    folder = scene.package()
    await scene.ask("POST", "", data=(folder / MANIFEST).read_bytes())
    content = (folder / "persons.csv").read_bytes()
    about = {"Content-Range": f"bytes 0-99/{len(content)}"}
    await scene.ask("PUT", f"/{folder.name}/persons.csv", data=content[:100], headers=about)
    spooled = scene.world.spool / "r25-a" / folder.name
    assert [(path.name, path.stat().st_mode & 0o777) for path in spooled.iterdir()] == [
        ("persons.csv.part", 0o600)
    ]
    assert {path.stat().st_mode & 0o777 for path in (spooled, spooled.parent)} == {0o700}


async def test_a_manifest_of_thousands_of_tables_is_refused(scene: Scene) -> None:
    manifest = msgspec.json.decode((scene.package() / MANIFEST).read_bytes())
    one = manifest["tables"][0]
    manifest["tables"] += [
        {**one, "table": f"t{n}", "file": f"t{n}.csv", "sha256": "0" * 64} for n in range(6_500)
    ]
    status, fault = await scene.ask("POST", "", json=manifest)
    assert (status, fault["code"]) == (422, "too-many-tables")


async def test_another_vendors_package_is_no_package(scene: Scene) -> None:
    folder = scene.package()
    await pusher(scene.session, scene.world, scene.vendor).push(folder)
    await scene.take_in(folder.name)
    nothing = str(uuid4())
    for verb, path in (
        ("GET", ""),
        ("GET", "/report"),
        ("GET", "/problems.csv"),
        ("PUT", "/persons.csv"),
        ("POST", "/complete"),
    ):
        theirs = await scene.ask(verb, f"/{folder.name}{path}", scene.stranger)
        none = await scene.ask(verb, f"/{nothing}{path}", scene.stranger)
        assert theirs == none
        assert (theirs[0], theirs[1]["code"]) == (404, "not-found")
    # Nor may a stranger push for us: region and system are those of the token.
    status, fault = await scene.ask(
        "POST", "", scene.stranger, data=(scene.package() / MANIFEST).read_bytes()
    )
    assert (status, fault["code"]) == (422, "wrong-region")


async def test_a_manifest_stands_as_it_was_first_sent(scene: Scene) -> None:
    folder = scene.package()
    manifest = msgspec.json.decode((folder / MANIFEST).read_bytes())
    assert (await scene.ask("POST", "", json=manifest))[0] == 201
    status, again = await scene.ask("POST", "", json=manifest)
    assert (status, again["state"]) == (200, "uploading")
    other = {**manifest, "created_at": "2026-11-23T00:00:00Z"}
    status, fault = await scene.ask("POST", "", json=other)
    assert (status, fault["code"]) == (409, "other-manifest")
    status, fault = await scene.ask("POST", f"/{folder.name}/complete")
    assert (status, fault["code"]) == (409, "not-whole")
    assert "persons.csv" in fault["detail"]


async def test_a_newer_package_drops_what_was_left_unfinished(scene: Scene) -> None:
    left = scene.package()
    await scene.ask("POST", "", data=(left / MANIFEST).read_bytes())
    await scene.ask("PUT", f"/{left.name}/groups.csv", data=(left / "groups.csv").read_bytes())
    assert (scene.world.spool / "r25-a" / left.name).exists()
    await scene.ask("POST", "", data=(scene.package() / MANIFEST).read_bytes())
    assert not (scene.world.spool / "r25-a" / left.name).exists()
    assert (await scene.ask("GET", f"/{left.name}"))[0] == 404


async def test_what_does_not_fit_the_manifest_is_refused_in_words(scene: Scene) -> None:
    folder = scene.package()
    await scene.ask("POST", "", data=(folder / MANIFEST).read_bytes())
    right = (folder / "groups.csv").read_bytes()
    size = len(right)

    async def put(body: bytes, **headers: str) -> tuple[int, str]:
        status, answer = await scene.ask("PUT", f"/{folder.name}/groups.csv", data=body, headers=headers)
        return status, answer.get("code", answer.get("received"))

    assert await put(right + b"more") == (413, "too-large")
    assert await put(right, **{"Content-Range": f"bytes 0-{size - 1}/{size + 1}"}) == (400, "bad-range")
    assert await put(right, **{"Content-Range": "lines 1-2/3"}) == (400, "bad-range")
    assert await put(b"x", **{"Content-Range": f"bytes 5-5/{size}"}) == (409, "wrong-offset")
    assert await put(right[:3], **{"Content-Range": f"bytes 0-9/{size}"}) == (400, "cut")
    assert await put(right[3:], **{"Content-Range": f"bytes 3-{size - 1}/{size}"}) == (200, size)
    wrong = bytes([right[0] ^ 1]) + right[1:]
    second = scene.package()
    await scene.ask("POST", "", data=(second / MANIFEST).read_bytes())
    status, fault = await scene.ask("PUT", f"/{second.name}/groups.csv", data=wrong)
    assert (status, fault["code"]) == (422, "wrong-sum")
    status, file = await scene.ask("PUT", f"/{second.name}/groups.csv", data=right)
    assert (status, file["whole"]) == (200, True)


async def test_two_programs_do_not_write_one_file(scene: Scene) -> None:
    folder = scene.package()
    await scene.ask("POST", "", data=(folder / MANIFEST).read_bytes())
    body, seen = (folder / "persons.csv").read_bytes(), asyncio.Event()

    async def slowly() -> AsyncIterator[bytes]:
        yield body[:100]
        await seen.wait()
        yield body[100:]

    path, length = f"/{folder.name}/persons.csv", {"Content-Length": str(len(body))}
    first = asyncio.create_task(scene.ask("PUT", path, data=slowly(), headers=length))
    part = scene.world.spool / "r25-a" / folder.name / "persons.csv.part"
    for _ in range(200):
        if part.exists():
            break
        await asyncio.sleep(0.02)
    status, fault = await scene.ask("PUT", path, data=body)
    assert (status, fault["code"]) == (409, "busy")
    seen.set()
    assert (await first)[0] == 200
    assert (part.parent / "persons.csv").read_bytes() == body


async def test_a_spool_that_was_emptied_is_begun_again(scene: Scene) -> None:
    folder = scene.package()
    manifest, persons = ((folder / name).read_bytes() for name in (MANIFEST, "persons.csv"))
    await scene.ask("POST", "", data=manifest)
    shutil.rmtree(scene.world.spool / "r25-a" / folder.name)
    status, fault = await scene.ask("PUT", f"/{folder.name}/persons.csv", data=persons)
    assert (status, fault["code"]) == (404, "not-found")
    assert "begin with its manifest" in fault["detail"]
    assert (await scene.ask("POST", "", data=manifest))[0] == 200
    assert (await scene.ask("PUT", f"/{folder.name}/persons.csv", data=persons))[0] == 200


def manifest_with(**fields: Any) -> bytes:
    """A delta of no tables, of the region of the scene's vendor."""
    about = {"region": "25", "system": {"vendor": "a", "product": "b", "version": "1"}, "tables": []}
    made = {
        "export_id": str(uuid4()),
        "mode": "delta",
        "base": str(uuid4()),
        "created_at": "2026-11-23T09:00:00Z",
    }
    return msgspec.json.encode({**about, **made, **fields})


@pytest.mark.parametrize(
    ("verb", "path", "body", "status"),
    [
        ("POST", "", b"{", 400),
        ("POST", "", b"[]", 400),
        ("POST", "", b"\xff\xfe", 400),
        ("POST", "", b'{"a":' * 5000, 400),
        ("POST", "", manifest_with(contract="1.\x00"), 400),
        ("POST", "", manifest_with(created_at="0001-01-01T00:00:00+14:00"), 400),
        ("POST", "", manifest_with(created_at="2062-01-01T00:00:00Z"), 422),
        ("POST", "", b" " * 2_000_000, 413),
        ("GET", "/no-uuid", b"", 404),
        ("PUT", "/b05e3e83-95a8-429a-8c52-8f21ce286051/..%2fx.csv", b"", 404),
        ("DELETE", "/b05e3e83-95a8-429a-8c52-8f21ce286051", b"", 405),
    ],
)
async def test_nonsense_is_the_clients_own_mistake(
    scene: Scene, verb: str, path: str, body: bytes, status: int
) -> None:
    answered, fault = await scene.ask(verb, path, data=io.BytesIO(body))
    assert (answered, fault["status"]) == (status, status)


async def test_only_a_registered_key_buys_a_token_and_once_an_assertion(scene: Scene) -> None:
    with pytest.raises(JournalRefuses):
        await token_of(scene.session, scene.world, Vendor("r25-a", key_pair()[0]))
    with pytest.raises(JournalRefuses):
        await token_of(scene.session, scene.world, Vendor("nobody", scene.vendor.key))
    url = f"{scene.world.url}/exchange/oauth2/token"
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": pusher(scene.session, scene.world, scene.vendor)
        ._tokens._credentials.proof(scene.world.clock.now())
        .form["client_assertion"],
    }
    async with scene.session.post(url, data=form) as answer:
        assert answer.status == 200
    async with scene.session.post(url, data=form) as answer:
        fault = await answer.json(content_type=None)
        assert (answer.status, fault["error"]) == (401, "invalid_client")
        assert "used before" in fault["detail"]
    for nonsense in (b"", b"\xff", b"grant_type=password", b"grant_type=client_credentials&grant_type=x"):
        async with scene.session.post(url, data=nonsense) as answer:
            assert answer.status == 400


async def test_a_token_ends_with_its_time_and_with_its_key(scene: Scene) -> None:
    headers = await scene.headers(scene.stranger)
    url = f"{scene.world.url}/exchange/v1/packages/{uuid4()}"
    async with scene.session.get(url, headers=headers) as answer:
        assert answer.status == 404
    await vendor(scene.database, scene.world.clock.now(), system_id="r14-b", region="14")
    async with scene.session.get(url, headers=headers) as answer:
        assert (answer.status, answer.headers["www-authenticate"]) == (401, "Bearer")
    headers = await scene.headers()
    scene.world.clock.advance(timedelta(hours=1, seconds=1))
    async with scene.session.get(url, headers=headers) as answer:
        assert answer.status == 401
    async with scene.session.get(url) as answer:
        assert answer.status == 401


async def test_the_vendors_command_pushes_and_says_what_is_wrong(scene: Scene, tmp_path: Path) -> None:
    scene.world.clock.set(datetime.now(UTC))  # the command has the machine's clock
    folder, key = scene.package(), tmp_path / "vendor.pem"
    write_private(key, scene.vendor.key.encode())

    async def command(*changes: str) -> tuple[int, str, str]:
        line = ["push", str(folder), scene.world.url, "--system", "r25-a", "--key", str(key), *changes]
        program = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "myedu.connector", *line, stdout=PIPE, stderr=PIPE
        )
        out, err = await program.communicate()
        return program.returncode or 0, out.decode(), err.decode()

    code, out, err = await command()
    assert (code, out) == (0, f"{folder.name}: queued\n")
    assert "persons.csv: " in err
    code, out, err = await command("--system", "r14-b")
    assert (code, out) == (1, "")
    assert "check client_id, key" in err
    key.chmod(0o644)
    code, out, err = await command()
    assert (code, out) == (1, "")
    assert f"chmod 600 {key}" in err
    code, _, err = await command("--key", str(tmp_path / "none.pem"))
    assert (code, "Traceback" in err) == (1, False)
