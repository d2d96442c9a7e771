"""What others wrote and we carry is byte for byte what they published, with its licence beside it."""

import base64
import hashlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = sorted(path for path in (ROOT / "static" / "vendor").iterdir() if path.is_dir())
_ROW = re.compile(r"^\| `(?P<file>[^`]+)` \| `[^`]+` \| `(?P<hash>sha384-[A-Za-z0-9+/=]+)` \|$", re.MULTILINE)


def _listed(folder: Path) -> dict[str, str]:
    rows = _ROW.finditer((folder / "VENDOR.md").read_text(encoding="utf-8"))
    return {row["file"]: row["hash"] for row in rows}


def _hash(path: Path) -> str:
    return "sha384-" + base64.b64encode(hashlib.sha384(path.read_bytes()).digest()).decode()


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_vendored_file_is_the_one_that_was_published(folder: Path) -> None:
    files = [path for path in folder.iterdir() if path.name != "VENDOR.md"]

    assert {path.name: _hash(path) for path in files} == _listed(folder)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_vendored_folder_carries_its_licence_and_is_named_in_the_notices(folder: Path) -> None:
    notices = (ROOT / "THIRD_PARTY_NOTICES.md").read_text(encoding="utf-8")

    assert (folder / "LICENSE").exists()
    assert f"`static/vendor/{folder.name}/`" in notices
