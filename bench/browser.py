"""Boards that stand open in a real browser, and what they say of themselves: when a card was painted, what held them up."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, Page, ViewportSize, async_playwright

from bench.scene import Scene
from tests.servers import find_chromium

_LONGEST = 10_000
"""Milliseconds."""
_COUNTER: ViewportSize = {"width": 1366, "height": 768}
_LIVE = "document.getElementById('light')?.dataset.state === 'live'"
_WATCH = """
window.painted = {}; window.held = []; window.swaps = [];
const now = () => performance.timeOrigin + performance.now();
// The task after an animation frame runs when that frame has been painted.
const whenPainted = (job) => requestAnimationFrame(() => { const { port1, port2 } = new MessageChannel(); port1.onmessage = job; port2.postMessage(0); });
new MutationObserver((changes) => {
  for (const change of changes) for (const node of change.addedNodes) {
    const slips = node.matches?.("li.slip") ? [node] : node.querySelectorAll?.("li.slip") ?? [];
    for (const { id } of slips) if (!(id in painted)) { painted[id] = 0; whenPainted(() => { painted[id] = now(); }); }
  }
}).observe(document, { childList: true, subtree: true });
new PerformanceObserver((list) => { for (const task of list.getEntries()) held.push(task.duration); }).observe({ type: "longtask" });
let began;
document.addEventListener("htmx:before:swap", () => { began = performance.now(); });
document.addEventListener("htmx:after:swap", () => { swaps.push(performance.now() - began); });
"""


@asynccontextmanager
async def open_boards(scene: Scene, count: int) -> AsyncIterator[list[Page]]:
    """Open so many boards in one browser, each signed in for itself, and wait until all of them follow what happens."""
    async with async_playwright() as playwright:
        args = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = await playwright.chromium.launch(executable_path=find_chromium(), args=args)
        try:
            yield [await _open(browser, scene, session) for session in scene.restaurant.sessions[:count]]
        finally:
            await browser.close()


async def _open(browser: Browser, scene: Scene, session: str) -> Page:
    context = await browser.new_context(viewport=_COUNTER, locale="id-ID")
    await context.add_cookies([{"name": "meja_sid", "value": session, "url": scene.base}])
    page = await context.new_page()
    await page.add_init_script(_WATCH)
    await page.goto(f"{scene.base}/cashier")
    await page.wait_for_function(_LIVE)
    return page


async def painted_at(page: Page, order_uid: str) -> float:
    """Wait until a board has painted an order's card, and tell when that was, in seconds of the clock."""
    found = await page.wait_for_function("(id) => painted[id]", arg=f"o-{order_uid}", polling=100, timeout=_LONGEST)
    return float(await found.json_value()) / 1000


async def forget(page: Page) -> None:
    """Forget what held the page up so far."""
    await page.evaluate("() => { held.length = 0; swaps.length = 0; }")


async def hold_ups(page: Page) -> tuple[list[float], list[float]]:
    """Give how long each swap took, and each task that held the page up for 50 ms or longer, in seconds."""
    swaps, held = await page.evaluate("() => [swaps, held]")
    return [each / 1000 for each in swaps], [each / 1000 for each in held]
