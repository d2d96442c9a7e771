"""The command `make lighthouse`: the diner's pages, as a middling phone on a slow line meets them.

Lighthouse's own mobile preset, with its simulated slow 4G, in Debian's Chromium, on the demo. Each page several times;
the median counts. It needs Node.js and, the first time, a network: what it installs is pinned beside this file.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any, Final

from core.base.settings import Settings
from core.web.logs import configure_logging
from tests.screens.house import DINNER, House, open_house
from tests.servers import find_chromium

HERE: Final = Path(__file__).parent
CATEGORIES: Final = ("performance", "accessibility", "best-practices")
_LEAST: Final = {"performance": 95, "accessibility": 100, "best-practices": 100}
_SLOWEST_LCP: Final = 1.5
_MOST_SHIFT: Final = 0.02
_FIRST_SCREEN: Final = 120 * 1024
_PATIENCE_SECONDS: Final = 180
_TEXT: Final = frozenset({"Document", "Stylesheet", "Script", "Fetch", "XHR"})


@dataclass(frozen=True, slots=True)
class Measured:
    """One page, measured once."""

    performance: int
    accessibility: int
    best_practices: int
    lcp_seconds: float
    layout_shift: float
    text_bytes: int
    """HTML, CSS and JavaScript as they went over the line."""
    all_bytes: int
    """With pictures and fonts."""
    complaints: tuple[str, ...]
    """Audits of accessibility and best practices that were not passed."""


def main(arguments: Sequence[str]) -> int:
    """Measure; 0 when every page keeps every promise."""
    asked = _arguments(arguments)
    chromium, npm = find_chromium(), shutil.which("npm")
    if chromium is None or npm is None:
        sys.stderr.write("Needs Chromium and npm (Debian: apt-get install chromium npm).\n")
        return 2
    asked.to.mkdir(parents=True, exist_ok=True)
    lighthouse = _installed(npm, asked.to / "npm")
    configure_logging(Settings(_env_file=None), level=40)
    with tempfile.TemporaryDirectory(prefix="meja-lighthouse-") as scratch, open_house(Path(scratch)) as house:
        pages = {
            name: _median([_measure(lighthouse, chromium, f"{house.url}{path}", cookie) for _ in range(asked.repeats)])
            for name, path, cookie in _pages(house)
        }
    (asked.to / "latest.json").write_text(json.dumps({name: asdict(page) for name, page in pages.items()}, indent=2))
    broken = [f"{name}: {what}" for name, page in pages.items() for what in _broken(page)]
    sys.stdout.write(f"{_table(pages)}\n")
    sys.stdout.writelines(f"{line}\n" for line in broken or ["Every promise is kept."])
    return 1 if broken else 0


def _arguments(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make lighthouse", description=__doc__)
    parser.add_argument("--repeats", type=int, default=3, help="how often each page (3)")
    parser.add_argument("--to", type=Path, default=Path("var/lighthouse"), help="folder of the figures")
    return parser.parse_args(arguments)


def _installed(npm: str, folder: Path) -> list[str]:
    """Install what the lock file names, unless it is there."""
    lock = (HERE / "package-lock.json").read_bytes()
    kept = folder / "package-lock.json"
    program = folder / "node_modules" / "lighthouse" / "cli" / "index.js"
    if not program.exists() or not kept.exists() or kept.read_bytes() != lock:
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, folder / name)
        subprocess.run([npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=folder, check=True, timeout=600)
    return ["node", str(program)]


def _pages(house: House) -> Iterator[tuple[str, str, tuple[str, str] | None]]:
    yield "menu", house.table, None
    yield "basket", f"{house.table}/basket", house.guest_with(*house.shop.picks(*DINNER))
    yield "payment", f"/orders/{house.live().uid}", None
    yield "status", f"/orders/{house.paid().uid}", None


def _measure(lighthouse: list[str], chromium: str, url: str, cookie: tuple[str, str] | None) -> Measured:
    flags = "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    command = [
        *lighthouse,
        url,
        "--quiet",
        "--output=json",
        f"--only-categories={','.join(CATEGORIES)}",
        f"--chrome-flags={flags}",
    ]
    if cookie is not None:
        command.append(f"--extra-headers={json.dumps({'Cookie': '='.join(cookie)})}")
    environment = os.environ | {"CHROME_PATH": chromium}
    # Now and then the browser does not answer its debugger in time: once more, and no oftener.
    for _ in range(2):
        done = subprocess.run(command, capture_output=True, check=False, timeout=_PATIENCE_SECONDS, env=environment)
        if done.returncode == 0:
            return _read(json.loads(done.stdout))
        sys.stderr.write(f"{url}: {done.stderr.decode(errors='replace').strip()[-600:]}\n")
    sys.exit(1)


def _read(report: dict[str, Any]) -> Measured:
    score = {name: round(100 * report["categories"][name]["score"]) for name in CATEGORIES}
    audits = report["audits"]
    requests = audits["network-requests"]["details"]["items"]
    return Measured(
        performance=score["performance"],
        accessibility=score["accessibility"],
        best_practices=score["best-practices"],
        lcp_seconds=audits["largest-contentful-paint"]["numericValue"] / 1000,
        layout_shift=audits["cumulative-layout-shift"]["numericValue"],
        text_bytes=sum(each["transferSize"] for each in requests if each.get("resourceType") in _TEXT),
        all_bytes=sum(each["transferSize"] for each in requests),
        complaints=tuple(_complaints(report)),
    )


def _complaints(report: dict[str, Any]) -> Iterator[str]:
    for category in ("accessibility", "best-practices"):
        for audit in report["categories"][category]["auditRefs"]:
            found = report["audits"][audit["id"]]
            if audit["weight"] and found["score"] is not None and found["score"] < 1:
                yield f"{found['title']} ({audit['id']})"


def _median(measured: Sequence[Measured]) -> Measured:
    """Take the middle of each figure; complaints of any run count."""
    return Measured(
        performance=round(median(each.performance for each in measured)),
        accessibility=min(each.accessibility for each in measured),
        best_practices=min(each.best_practices for each in measured),
        lcp_seconds=median(each.lcp_seconds for each in measured),
        layout_shift=median(each.layout_shift for each in measured),
        text_bytes=round(median(each.text_bytes for each in measured)),
        all_bytes=round(median(each.all_bytes for each in measured)),
        complaints=tuple(sorted({said for each in measured for said in each.complaints})),
    )


def _broken(page: Measured) -> Iterator[str]:
    score = {
        "performance": page.performance,
        "accessibility": page.accessibility,
        "best-practices": page.best_practices,
    }
    yield from (f"{name} {score[name]}, promised {least}" for name, least in _LEAST.items() if score[name] < least)
    if page.lcp_seconds >= _SLOWEST_LCP:
        yield f"largest paint after {page.lcp_seconds:.2f} s, promised {_SLOWEST_LCP} s"
    if page.layout_shift >= _MOST_SHIFT:
        yield f"layout shift {page.layout_shift:.3f}, promised {_MOST_SHIFT}"
    if page.all_bytes > _FIRST_SCREEN:
        yield f"{page.all_bytes:,} bytes with pictures, promised {_FIRST_SCREEN:,}"
    yield from page.complaints


def _table(pages: dict[str, Measured]) -> str:
    head = "page      performance  accessibility  best practices  LCP s   CLS    text bytes  all bytes"
    rows = [
        f"{name:<9} {page.performance:>11}  {page.accessibility:>13}  {page.best_practices:>14}  "
        f"{page.lcp_seconds:>5.2f}  {page.layout_shift:>5.3f}  {page.text_bytes:>10,}  {page.all_bytes:>9,}"
        for name, page in pages.items()
    ]
    return "\n".join([head, *rows])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
