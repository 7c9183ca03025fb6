"""The short form of `make chaos-exports`."""

from pathlib import Path

from tests.chaos_exports import run


def test_imports_killed_at_random_end_as_undisturbed_ones(tmp_path: Path) -> None:
    result = run(tmp_path, kills=10, persons=1000, seed=20261123)
    assert result.tried == 10
    assert result.failed == 0, result
