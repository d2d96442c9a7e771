"""The command `make screens`: pictures of every page in every state, into var/screens."""

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from playwright.sync_api import sync_playwright

from core.base.settings import Settings
from core.web.logs import configure_logging
from tests.screens.album import make_album
from tests.screens.camera import Picture, take_pictures
from tests.screens.house import open_house
from tests.screens.kitchen_states import KITCHEN
from tests.screens.staff_states import STAFF
from tests.screens.states import DEMO, DINER
from tests.screens.tablet_states import TABLET
from tests.servers import find_chromium

_MOST_SECONDS = 1_800
"""Whatever has not been pictured by then is left out, and said."""


def main(arguments: Sequence[str]) -> int:
    """Take the pictures; 0 when all of them were taken."""
    asked = _arguments(arguments)
    wanted = asked.only.split(",")
    states = [one for one in (*DINER, *TABLET, *KITCHEN, *STAFF, *DEMO) if any(part in one.name for part in wanted)]
    browser_path = find_chromium()
    if browser_path is None:
        print("No Chromium found (Debian: apt-get install chromium; or set MEJA_TEST_CHROMIUM).", file=sys.stderr)
        return 2
    folder = Path(asked.to)
    if not asked.only:
        shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="meja-screens-") as scratch, open_house(Path(scratch)) as house:
        configure_logging(Settings(_env_file=None), level=40)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
            pictures = list(_in_time(take_pictures(browser, house, states, folder)))
            browser.close()
    make_album(pictures, folder)
    taken = {picture.state for picture in pictures}
    missing = [state.name for state in states if state.name not in taken]
    print(f"{len(pictures)} pictures of {len(taken)} states: {folder / 'index.html'}")
    if missing:
        print(f"Out of time for: {', '.join(missing)}", file=sys.stderr)
    return 1 if missing else 0


def _arguments(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make screens", description=__doc__)
    parser.add_argument(
        "--only", default="", help="states whose name holds this, or one of several with commas between them"
    )
    parser.add_argument("--to", default="var/screens", help="folder of the pictures")
    return parser.parse_args(arguments)


def _in_time(pictures: Iterable[Picture]) -> Iterator[Picture]:
    began = time.monotonic()
    shown = ""
    for picture in pictures:
        yield picture
        if picture.state != shown:
            shown = picture.state
            print(f"{time.monotonic() - began:5.0f} s  {shown}", flush=True)
        if time.monotonic() - began > _MOST_SECONDS:
            return


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
