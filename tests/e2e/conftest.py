"""The browser of the browser tests: the machine's own Chromium."""

import os
from typing import Any

import pytest

from tests.conftest import unavailable
from tests.servers import find_chromium


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Start the browser that is installed here; as root it must do without its sandbox."""
    browser = find_chromium()
    if browser is None:
        unavailable("no Chromium found (Debian: apt-get install chromium; or set MEJA_TEST_CHROMIUM)")
    args = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {**browser_type_launch_args, "executable_path": browser, "args": args}
