"""What a browser keeps of us for a bad line: unchanging files and one page, and nothing that belongs to anybody."""

import json
import re
from pathlib import Path

from fastapi import FastAPI
from starlette.testclient import TestClient

from core.web.assets import Assets


def _shell(client: TestClient) -> dict[str, object]:
    first_line = client.get("/sw.js").text.partition("\n")[0]
    shell: dict[str, object] = json.loads(first_line.removeprefix("const SHELL = ").removesuffix(";"))
    return shell


def test_the_worker_may_look_after_the_whole_site_and_is_asked_for_anew(client: TestClient) -> None:
    answer = client.get("/sw.js")

    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["service-worker-allowed"] == "/"
    assert answer.headers["cache-control"] == "no-cache"
    assert "worker-src 'self'" in answer.headers["content-security-policy"]
    assert "manifest-src 'self'" in answer.headers["content-security-policy"]


def test_the_worker_keeps_only_files_that_never_change(client: TestClient) -> None:
    files = _shell(client)["files"]

    assert isinstance(files, list)
    for file in files:
        answer = client.get(file)
        assert answer.status_code == 200, file
        assert "immutable" in answer.headers["cache-control"], file


def test_a_changed_file_makes_another_worker(tmp_path: Path) -> None:
    (tmp_path / "menu.css").write_text("a {}")
    (tmp_path / "sheet.css").write_text("b {}")
    assets = Assets(tmp_path)
    before = assets.version
    assert assets.version == before

    (tmp_path / "sheet.css").write_text("b { color: red }")

    assert assets.version != before


def test_the_worker_bears_the_version_of_all_files(client: TestClient, application: FastAPI) -> None:
    assert _shell(client)["version"] == application.state.assets.version


def test_the_page_for_no_line_speaks_both_languages_and_knows_nobody(client: TestClient, table: str) -> None:
    client.get(table)
    page = client.get("/offline")

    assert page.headers["cache-control"] == "no-cache"
    assert "set-cookie" not in page.headers
    for words in ("Tidak ada sambungan", "No connection", "Coba lagi", "Try again"):
        assert words in page.text
    assert table not in page.text


def test_the_manifest_names_icons_that_are_there(client: TestClient) -> None:
    answer = client.get("/manifest.webmanifest")
    manifest = answer.json()

    assert answer.headers["content-type"].startswith("application/manifest+json")
    assert {"192x192", "512x512"} <= {icon["sizes"] for icon in manifest["icons"]}
    assert {icon["purpose"] for icon in manifest["icons"] if "purpose" in icon} == {"any", "maskable"}
    for icon in manifest["icons"]:
        assert client.get(icon["src"]).headers["content-type"].startswith(icon["type"])


def test_every_page_of_a_diner_knows_the_shell_and_the_banner(client: TestClient, table: str) -> None:
    for path in (table, f"{table}/basket"):
        page = client.get(path).text
        assert 'rel="manifest"' in page, path
        assert re.search(r"shared/shell\.js\?v=", page), path
        assert 'id="connection"' in page, path


def test_large_text_files_stand_ready_packed(client: TestClient) -> None:
    for name in ("shared/icons.svg", "shared/page.css", "vendor/htmx-4.0.1/htmx.min.js"):
        answer = client.get(f"/static/{name}", headers={"accept-encoding": "gzip"})
        assert answer.headers["content-encoding"] == "gzip", name
