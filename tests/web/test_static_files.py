"""Files are sent packed, kept for ever under their version, and nothing else is ever served."""

import gzip
import re
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from core.web.assets import Assets
from core.web.bundles import BUNDLES
from core.web.places import folder

STYLE = "shared/base.css"


def test_under_its_version_a_file_is_kept_for_ever(client: TestClient, application: FastAPI) -> None:
    address = application.state.assets.address(STYLE)

    answer = client.get(address)

    assert re.fullmatch(rf"/static/{STYLE}\?v=[0-9a-f]{{12}}", address)
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"] == "text/css; charset=utf-8"


@pytest.mark.parametrize("query", ["", "?v=000000000000", "?v="])
def test_under_another_version_it_is_asked_for_again(client: TestClient, query: str) -> None:
    answer = client.get(f"/static/{STYLE}{query}")

    assert answer.headers["cache-control"] == "no-cache"


def test_a_file_that_has_not_changed_is_not_sent_again(client: TestClient) -> None:
    first = client.get(f"/static/{STYLE}")
    second = client.get(f"/static/{STYLE}", headers={"if-none-match": first.headers["etag"]})

    assert (second.status_code, second.content) == (304, b"")


def test_text_is_packed_for_who_can_unpack_it(client: TestClient) -> None:
    packed = client.get(f"/static/{STYLE}", headers={"accept-encoding": "gzip"})
    plain = client.get(f"/static/{STYLE}", headers={"accept-encoding": "identity"})

    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.content == plain.content == (folder("static") / STYLE).read_bytes()
    assert packed.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"
    assert packed.headers["etag"] != plain.headers["etag"]


def test_only_the_verbs_of_reading_are_known(client: TestClient) -> None:
    assert client.head(f"/static/{STYLE}").status_code == 200
    assert client.head(f"/static/{STYLE}").content == b""
    assert client.delete(f"/static/{STYLE}").status_code == 405


@pytest.mark.parametrize(
    "path",
    [
        "/static/",
        "/static/nothing.css",
        "/static/../main.py",
        "/static/%2e%2e/main.py",
        "/static/..%2fmain.py",
        "/static/....//main.py",
        "/static//etc/passwd",
        "/static/shared",
        "/static/shared/",
        "/static/%00",
        "/static/shared/base.css%00.js",
        "/static/shared\\base.css",
    ],
)
def test_nothing_outside_the_list_is_served(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_changed_file_gets_another_version(tmp_path: Path) -> None:
    file = tmp_path / "a.css"
    file.write_text("a{}" * 300)
    assets = Assets(tmp_path)
    before = assets.address("a.css")

    file.write_text("b{}" * 300)

    assert assets.address("a.css") != before
    found = assets.find("a.css")
    assert found is not None
    assert gzip.decompress(found.gzipped or b"") == file.read_bytes()


def test_a_bundle_is_its_parts_in_their_order_and_changes_with_each_of_them(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("a{}")
    (tmp_path / "b.css").write_text("b{}")
    assets = Assets(tmp_path, bundles={"page.css": ["b.css", "a.css"]})
    before = assets.address("page.css"), assets.version
    found = assets.find("page.css")
    assert found is not None
    assert found.body == b"b{}\na{}"

    (tmp_path / "a.css").write_text("a{color:red}")

    assert assets.address("page.css") != before[0]
    assert assets.version != before[1]


@pytest.mark.parametrize("name", BUNDLES)
def test_a_bundle_can_be_served_and_its_links_lead_where_those_of_its_parts_led(client: TestClient, name: str) -> None:
    answer = client.get(f"/static/{name}")

    assert answer.status_code == 200
    for part in BUNDLES[name]:
        assert Path(part).suffix == Path(name).suffix
        text = (folder("static") / part).read_text()
        assert text in answer.text
        assert "url(" not in text or Path(part).parent == Path(name).parent


def test_an_unknown_file_is_a_mistake_in_the_template(tmp_path: Path) -> None:
    with pytest.raises(LookupError, match=r"missing\.css"):
        Assets(tmp_path).address("missing.css")


def test_what_is_no_web_file_stays_inside(tmp_path: Path) -> None:
    (tmp_path / "notes.py").write_text("secret = 1")

    assert Assets(tmp_path).find("notes.py") is None
