"""Schemathesis as people run it, against a server of the test: bounded, and the same requests every time."""

import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

SEED, EXAMPLES, SECONDS = 12, 8, 240


async def no_server_error(
    folder: Path,
    document: Mapping[str, Any],
    url: str,
    headers: Mapping[str, str] | None = None,
    *,
    examples: int = EXAMPLES,
) -> None:
    """Requests made up from the document; fails with the request (as curl) and the answer if one is a 5xx."""
    file = folder / "openapi.json"
    file.write_bytes(msgspec.json.encode(document))
    given = [word for name, value in (headers or {}).items() for word in ("--header", f"{name}: {value}")]
    program = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "schemathesis.cli", "run", str(file), "--url", url, *given),
        *("--checks", "not_a_server_error", "--phases", "examples,coverage,fuzzing"),
        *("--max-examples", str(examples), "--seed", str(SEED), "--generation-deterministic"),
        *("--suppress-health-check", "all", "--warnings", "off"),
        *("--no-shrink", "--max-redirects", "0", "--request-timeout", "30", "--no-color"),
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        async with asyncio.timeout(SECONDS):
            printed, _ = await program.communicate()
    finally:
        if program.returncode is None:
            program.kill()
            await program.wait()
    text = printed.decode(errors="replace")
    assert program.returncode == 0, text
    assert " generated" in text, text  # it has asked at all
