"""Where somebody is signed in is told in words that they know their own screens by."""

import pytest
from starlette.requests import Request

from core.web.browsers import browser_of


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ("(Linux; Android 15; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Mobile Safari/537.36", "Chrome, Android"),
        ("(Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/141.0 Safari/537.36 Edg/141.0", "Edge, Windows"),
        ("(Linux; Android 14; SM-A155F) AppleWebKit/537.36 SamsungBrowser/27.0 Chrome/125.0 Mobile Safari/537.36", "Samsung Internet, Android"),
        ("(iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Safari/604.1", "Safari, iPhone"),
        ("(iPad; CPU OS 18_5 like Mac OS X) AppleWebKit/605.1.15 CriOS/141.0 Safari/604.1", "Chrome, iPad"),
        ("(X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0", "Firefox, Linux"),
        ("(Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.5 Safari/605.1.15", "Safari, macOS"),
        ("curl/8.5", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_a_browser_is_named_by_what_it_says_of_itself(said: str, named: str) -> None:
    headers = [(b"user-agent", f"Mozilla/5.0 {said}".encode())] if said else []

    assert browser_of(Request({"type": "http", "headers": headers})) == named
