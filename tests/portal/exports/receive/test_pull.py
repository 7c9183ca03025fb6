"""A package pulled from a journal on a real socket, through the SDK's client."""

from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import aiohttp
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from myedu.connector.adapters.netschool.package import export_tables
from myedu.connector.adapters.netschool.sample import sample_roster
from myedu.connector.adapters.netschool.source import RecordedSource, read_neighbours
from myedu.connector.sdk.client import (
    JournalAddress,
    JournalClient,
    JournalError,
    JournalSilent,
    JournalWrong,
)
from myedu.kit.clock import FixedClock, SystemClock
from myedu.kit.private_files import write_private
from myedu.portal.commands import CommandFailed
from myedu.portal.exports import commands
from myedu.portal.exports.models import LoadContext
from myedu.portal.exports.receive.verify import read_manifest
from myedu.portal.exports.service import apply_held, load_folder, pull
from myedu.portal.people.commands import register
from tests.portal.exports.conftest import Offering
from tests.portal.exports.packages import a_school, altered, id_of, put, put_manifest
from tests.portal.exports.taking import Ask, command_context


async def test_the_newest_package_is_pulled_once_and_not_kept(
    context: LoadContext, client: JournalClient, exports: Path, clock: FixedClock, ask: Ask
) -> None:
    put(exports, clock, a_school(2))
    clock.advance(timedelta(hours=1))
    newest = put(exports, clock, a_school(3))
    report = await pull(context, client)
    assert (report.state, report.export_id) == ("applied", id_of(newest))
    assert ask("SELECT count(*) FROM people.persons") == [6]
    assert list((context.spool / "r25-a").iterdir()) == []
    assert (await pull(context, client)).state == "unchanged"


async def test_a_held_package_is_kept_until_it_is_agreed_to(
    context: LoadContext, client: JournalClient, exports: Path, clock: FixedClock, ask: Ask
) -> None:
    put(exports, clock, a_school(30))
    await pull(context, client)
    clock.advance(timedelta(days=1))
    few = put(exports, clock, a_school(2))
    assert (await pull(context, client)).state == "held"
    assert (await pull(context, client)).state == "held"
    assert (await apply_held(context, "r25-a", UUID(few.name))).state == "applied"
    assert ask("SELECT count(*) FROM people.persons WHERE archived_at IS NULL") == [4]


async def test_a_package_spoilt_on_the_server_is_refused_and_fetched_anew_when_mended(
    context: LoadContext, client: JournalClient, exports: Path, clock: FixedClock, ask: Ask
) -> None:
    folder = put(exports, clock, a_school())
    right = (folder / "persons.csv.gz").read_bytes()
    (folder / "persons.csv.gz").write_bytes(right[:-1] + bytes([right[-1] ^ 1]))
    report = await pull(context, client)
    assert (report.state, report.code) == ("refused", "wrong-sum")
    assert ask("SELECT count(*) FROM people.persons") == [0]
    (folder / "persons.csv.gz").write_bytes(right)
    assert (await pull(context, client)).state == "applied"
    assert ask("SELECT state, code FROM exports.packages") == [("applied", None)]


async def test_another_regions_package_is_refused_before_it_is_fetched(
    context: LoadContext, client: JournalClient, exports: Path, clock: FixedClock
) -> None:
    put(exports, clock, a_school(), region="14")
    report = await pull(context, client)
    assert (report.state, report.code) == ("refused", "wrong-region")
    assert not context.spool.exists()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"bytes": 50 * 1024**3}, "too-large"),
        ({"bytes": 10**30}, "too-large"),
        ({"rows": 10**18}, "too-large"),
        (None, "too-many-tables"),
    ],
)
async def test_a_package_past_the_bounds_is_refused_before_it_is_fetched(
    context: LoadContext,
    client: JournalClient,
    exports: Path,
    clock: FixedClock,
    offering: Offering,
    change: dict[str, int] | None,
    code: str,
) -> None:
    folder = put(exports, clock, a_school())
    manifest = read_manifest(folder)
    if change is None:
        more = tuple(
            msgspec.structs.replace(manifest.tables[0], table=f"t{number}", file=f"t{number}.csv")
            for number in range(7_900)
        )
        files = (*manifest.tables, *more)
    else:
        files = tuple(msgspec.structs.replace(file, **change) for file in manifest.tables)
    put_manifest(folder, msgspec.structs.replace(manifest, tables=files))
    report = await pull(context, client)
    assert (report.state, report.code) == ("refused", code)
    assert not context.spool.exists()


async def test_more_bytes_than_the_manifest_says_are_not_taken(
    context: LoadContext, client: JournalClient, exports: Path, clock: FixedClock
) -> None:
    folder = put(exports, clock, a_school())
    manifest = read_manifest(folder)
    fewer = tuple(msgspec.structs.replace(file, bytes=file.bytes - 1) for file in manifest.tables)
    put_manifest(folder, msgspec.structs.replace(manifest, tables=fewer))
    with (folder / "persons.csv.gz").open("ab") as file:
        file.write(b"x" * 1000)
    with suppress(JournalWrong):
        await pull(context, client)
    sizes = {path.name.split(".")[0]: path.stat().st_size for path in context.spool.rglob("*.gz*")}
    assert all(sizes.get(file.table, 0) <= file.bytes for file in fewer)


async def test_only_tables_of_the_contract_are_fetched(
    context: LoadContext, client: JournalClient, exports: Path, clock: FixedClock
) -> None:
    folder = put(exports, clock, a_school())
    manifest = read_manifest(folder)
    other = msgspec.structs.replace(manifest.tables[0], table="lunches", file="lunches.csv")
    put_manifest(folder, msgspec.structs.replace(manifest, tables=(*manifest.tables, other)))
    assert (await pull(context, client)).state == "applied"


async def test_received_files_are_their_owners_alone(
    context: LoadContext, client: JournalClient, exports: Path, clock: FixedClock
) -> None:
    put(exports, clock, a_school(30))
    await pull(context, client)
    clock.advance(timedelta(days=1))
    held = put(exports, clock, a_school(2))
    assert (await pull(context, client)).state == "held"
    folder = context.spool / "r25-a" / held.name
    files = list(folder.iterdir())
    assert {path.name for path in files} >= {"manifest.json", "persons.csv.gz"}
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    assert {path.stat().st_mode & 0o777 for path in (folder, folder.parent, context.spool)} == {0o700}


async def test_a_pull_drops_what_earlier_pulls_have_left(
    context: LoadContext, client: JournalClient, exports: Path, clock: FixedClock, offering: Offering
) -> None:
    """So that a journal that offers a new package each time can't fill the disk."""
    put(exports, clock, a_school(30))
    await pull(context, client)
    left = []
    for _ in range(3):
        clock.advance(timedelta(days=1))
        left.append(put(exports, clock, a_school(30)).name)
        offering.cut = "persons.csv.gz"
        with pytest.raises(JournalError):
            await pull(context, client)
        assert [path.name for path in (context.spool / "r25-a").iterdir()] == left[-1:]
    clock.advance(timedelta(days=1))
    held = put(exports, clock, a_school(2))
    assert (await pull(context, client)).state == "held"
    pushed = context.spool / "r25-a" / "7d8a2c52-3a1e-4f68-9a32-0f3a3f2a5c11"
    pushed.mkdir()
    async with context.database.transaction() as conn:
        await conn.execute(
            "INSERT INTO exports.uploads (system_id, export_id, manifest, began_at)"
            " VALUES (%s, %s, '{}', now())",
            ["r25-a", pushed.name],
        )
    clock.advance(timedelta(days=1))
    put(exports, clock, a_school(2))
    assert (await pull(context, client)).state == "held"
    kept = {path.name for path in (context.spool / "r25-a").iterdir()}
    assert kept >= {held.name, pushed.name}
    assert not kept & set(left)


async def test_a_silent_journal_is_the_callers_to_wait_for(context: LoadContext, clock: FixedClock) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    async with aiohttp.ClientSession() as http:
        silent = JournalClient(
            http, JournalAddress("r25-a", "http://127.0.0.1:9", "portal"), pem, clock=clock
        )
        with pytest.raises(JournalSilent):
            await pull(context, silent)


async def test_real_organisations_with_one_inn_stay_apart(
    context: LoadContext, exports: Path, clock: FixedClock, ask: Ask, real_data: Path
) -> None:
    schools = real_data / "netschool"
    roster = sample_roster("25", 2026)
    source = RecordedSource(schools)
    neighbours = read_neighbours(schools)
    rows = export_tables(roster, source.subjects(), neighbours, clock.now())
    report = await load_folder(context, "r25-a", put(exports, clock, rows))
    assert (report.state, set(report.problems)) == ("applied", {"unknown-code"})  # kindergarten
    distinct = len({school.inn for school in neighbours})
    assert distinct < len(neighbours) == 18
    assert ask("SELECT count(*), count(DISTINCT inn) FROM people.organizations") == [(19, distinct)]
    assert ask("SELECT count(*) FROM people.subjects") == [len(source.subjects())]


async def test_the_commands_speak_in_words(
    context: LoadContext, exports: Path, clock: FixedClock, capsys: pytest.CaptureFixture[str]
) -> None:
    clock.set(SystemClock().now())
    folder = put(exports, clock, altered(a_school(), "persons", "p1", sex="x"))
    await commands.load(command_context(context), "r25-a", folder)
    said = capsys.readouterr().out
    assert f"r25-a {folder.name}: applied" in said
    assert "6 rows, 6 added" in said
    assert "1 × unknown-code" in said
    await commands.problems(command_context(context), "r25-a", id_of(folder))
    assert capsys.readouterr().out.startswith("persons:2 sex unknown-code (x): ")
    await commands.load(command_context(context), "r25-a", folder)
    assert "unchanged" in capsys.readouterr().out
    with pytest.raises(CommandFailed, match="register it"):
        await commands.load(command_context(context), "nowhere", folder)


async def test_a_system_that_cannot_be_pulled_does_not_keep_the_others(
    context: LoadContext, client: JournalClient, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    address, key = client.address, ec.generate_private_key(ec.SECP256R1())
    await register(context.database, "r25-a", "25", "answers", address.base_url, "portal")
    await register(context.database, "r25-0", "25", "is down", "http://127.0.0.1:9", "portal")
    stranger = tmp_path / "stranger.pem"
    write_private(stranger, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    given = command_context(context, journal_key=str(stranger))
    with pytest.raises(CommandFailed) as failed:
        await commands.pull(given, [])
    assert [line.split(":")[0] for line in str(failed.value).splitlines()] == ["r25-0", "r25-a"]
    with pytest.raises(CommandFailed, match="not registered: r99"):
        await commands.pull(given, ["r99"])
