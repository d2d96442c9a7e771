"""A redirect stays on this site."""

import pytest

from core.web.redirects import own_path


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "evil.example",
        " /cashier",
        "",
        None,
        "/" + "a" * 3000,
        "/a b",
        "//[::1",
        "http:/cashier",
    ],
)
def test_a_foreign_or_odd_path_becomes_the_default(path: str | None) -> None:
    assert own_path(path, default="/cashier") == "/cashier"


@pytest.mark.parametrize("path", ["/", "/cashier", "/cashier?order=abc&find=A1", "/t/abc#top", "/%2f%2fevil.example"])
def test_an_own_path_is_kept(path: str) -> None:
    assert own_path(path) == path
