"""kit.web.assets over a small folder such as the front end's build makes."""

import json

import pytest

from myedu.kit.web.assets import Assets


@pytest.fixture
def built(tmp_path):
    (tmp_path / "app.ABCD1234.css").write_text("body{}")
    (tmp_path / "app.ABCD1234.css.br").write_bytes(b"br")
    (tmp_path / "app.ABCD1234.css.gz").write_bytes(b"gz")
    (tmp_path / "sw.js").write_text("self")
    (tmp_path / "manifest.json").write_text(json.dumps({"app.css": "app.ABCD1234.css", "sw.js": "sw.js"}))
    return Assets.load(tmp_path)


def test_the_address_has_the_hash(built):
    assert built.url("app.css") == "/static/app.ABCD1234.css"


def test_an_unbuilt_checkout_has_no_addresses_and_no_files(tmp_path):
    assets = Assets.load(tmp_path)
    assert assets.url("app.css") is None
    assert assets.answer("app.css") is None


@pytest.mark.parametrize(
    ("accept", "body", "encoding"),
    [
        ("gzip, deflate, br, zstd", b"br", "br"),
        ("GZIP;q=1.0", b"gz", "gzip"),
        ("br;q=0, gzip", b"gz", "gzip"),
        ("", b"body{}", None),
        ("identity", b"body{}", None),
    ],
)
def test_encoding_is_negotiated(built, accept, body, encoding):
    answer = built.answer("app.ABCD1234.css", accept)
    assert answer.body == body
    assert dict(answer.headers).get("content-encoding") == encoding
    assert dict(answer.headers)["vary"] == "accept-encoding"


def test_a_hashed_file_is_cached_forever_and_the_service_worker_is_revalidated(built):
    style, worker = built.answer("app.ABCD1234.css"), built.answer("sw.js")
    assert "immutable" in dict(style.headers)["cache-control"]
    assert dict(worker.headers)["cache-control"] == "no-cache"
    assert dict(worker.headers)["content-type"].startswith("text/javascript")


@pytest.mark.parametrize("name", ["../pyproject.toml", "manifest.json", "app.css", "app.ABCD1234.css.br", ""])
def test_nothing_else_is_served(built, name):
    assert built.answer(name) is None
