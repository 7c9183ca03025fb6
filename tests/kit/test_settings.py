"""Settings from the environment, and the messages about wrong ones."""

from pathlib import Path
from typing import Annotated

import msgspec
import pytest
from msgspec import Meta

from myedu.kit.settings import Setting, SettingsError, describe_settings, read_settings


class Sample(msgspec.Struct, frozen=True):
    database_url: Annotated[
        str, Meta(description="Where PostgreSQL is.", extra={"secret": True}, min_length=9)
    ]
    port: Annotated[int, Meta(ge=0, le=65535, description="Port of the pages.")] = 8000
    data: Annotated[Path, Meta(description="Folder of data.")] = Path(".run")
    regions: Annotated[tuple[str, ...], Meta(description="Regions to show.")] = ("14", "25")
    secure: Annotated[bool, Meta(description="Cookies only over TLS.")] = True
    limit: Annotated[float | None, Meta(description="Seconds.")] = None


def test_values_have_their_types():
    env = {
        "MYEDU_DATABASE_URL": "postgresql://x",
        "MYEDU_PORT": "9000",
        "MYEDU_DATA": "/srv/data",
        "MYEDU_REGIONS": "14, 77,",
        "MYEDU_SECURE": "false",
        "MYEDU_LIMIT": " 2.5 ",
    }
    assert read_settings(Sample, env) == Sample(
        "postgresql://x", 9000, Path("/srv/data"), ("14", "77"), False, 2.5
    )


def test_missing_and_empty_variables_leave_the_default():
    settings = read_settings(Sample, {"X_DATABASE_URL": "postgresql://x", "X_PORT": ""}, "X_")
    assert settings == Sample("postgresql://x")


def test_all_mistakes_are_reported_at_once_without_secrets():
    with pytest.raises(SettingsError) as caught:
        read_settings(
            Sample, {"MYEDU_PORT": "many", "MYEDU_SECURE": "perhaps", "MYEDU_DATABASE_URL": "hunter2"}
        )
    lines = str(caught.value).splitlines()
    assert len(lines) == 3
    assert "hunter2" not in str(caught.value)
    assert lines[0].startswith("MYEDU_DATABASE_URL is (hidden): Expected `str` of length >= 9")
    assert lines[1].startswith("MYEDU_PORT is 'many': ")
    assert lines[1].endswith("expected int, Port of the pages.")
    assert lines[2].startswith("MYEDU_SECURE is 'perhaps': ")


def test_a_missing_setting_is_named():
    with pytest.raises(
        SettingsError, match=r"^MYEDU_DATABASE_URL is not set: expected str, Where PostgreSQL is\.$"
    ):
        read_settings(Sample, {})


def test_the_table_for_the_docs():
    assert describe_settings(Sample) == [
        Setting("MYEDU_DATABASE_URL", "", "Where PostgreSQL is."),
        Setting("MYEDU_PORT", "8000", "Port of the pages."),
        Setting("MYEDU_DATA", ".run", "Folder of data."),
        Setting("MYEDU_REGIONS", "14,25", "Regions to show."),
        Setting("MYEDU_SECURE", "true", "Cookies only over TLS."),
        Setting("MYEDU_LIMIT", "", "Seconds."),
    ]
