"""`pip install myedu` without extras is enough to connect a journal: the README, on a clean machine."""

import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
HEAVY = ("litestar", "psycopg", "polars", "jinja2", "babel", "pgqueuer", "prometheus_client", "opentelemetry")
_NO_NETWORK = ("Failed to establish a new connection", "NameResolutionError", "Network is unreachable")


def run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    env = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTEST", "MYEDU", "PYTHON"))
    }
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, timeout=300)
    if any(words in done.stderr for words in _NO_NETWORK):
        pytest.skip("no package index from here")
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin folder of an environment that has our wheel and what it asks for, nothing else."""
    folder = tmp_path_factory.mktemp("clean")
    build = (
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--wheel-dir",
        folder,
        ROOT,
    )
    run(sys.executable, *build, cwd=folder)
    (wheel,) = folder.glob("myedu-*.whl")
    venv.create(folder / "venv", with_pip=True)
    binaries = folder / "venv" / "bin"
    run(binaries / "pip", "install", "--quiet", "--disable-pip-version-check", wheel, cwd=folder)
    return binaries


@pytest.mark.install
def test_nothing_heavy_comes_along(clean: Path, tmp_path: Path) -> None:
    ask = f"import importlib.util as u; print([n for n in {HEAVY!r} if u.find_spec(n)])"
    assert run(clean / "python", "-c", ask, cwd=tmp_path).stdout.strip() == "[]"


@pytest.mark.install
def test_from_new_to_a_green_judge(clean: Path, tmp_path: Path) -> None:
    run(clean / "myedu", "connector", "new", "fresh", cwd=tmp_path)
    project = tmp_path / "fresh"
    run(clean / "python", "sample.py", cwd=project)
    run(clean / "myedu", "connector", "key", "keys/try", cwd=project)
    written = run(clean / "myedu", "connector", "export", cwd=project).stdout.strip()
    assert (project / written / "manifest.json").is_file()
    # without pytest, which a bare install doesn't bring
    judge = "from pathlib import Path; from test_journal import *; test_the_rules_are_kept(Path('judged'))"
    run(clean / "python", "-c", judge, cwd=project)
