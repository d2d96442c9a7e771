"""Puts the pictures together: a sheet for each state to look over, and a page that leads to them all."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw

from tests.screens.camera import Picture

_HEIGHT: Final = 560
"""Of one picture on a sheet, in pixels."""
_GAP: Final = 12
_GROUND: Final = "#888888"


def make_album(pictures: Iterable[Picture], folder: Path) -> None:
    """Write `sheets/<state>.png` for each state, and `index.html`."""
    by_state: dict[str, list[Picture]] = defaultdict(list)
    for picture in pictures:
        by_state[picture.state].append(picture)
    (folder / "sheets").mkdir(exist_ok=True)
    for state, those in by_state.items():
        _sheet(state, those, folder).save(folder / "sheets" / f"{state}.png", optimize=False)
    (folder / "index.html").write_text(_index(by_state), encoding="utf-8")


def _sheet(state: str, pictures: Sequence[Picture], folder: Path) -> Image.Image:
    """Lay a state out: a row for each language and theme, the sizes side by side."""
    rows: dict[tuple[str, str], list[Image.Image]] = defaultdict(list)
    for picture in pictures:
        with Image.open(folder / picture.file) as image:
            width = round(image.width * _HEIGHT / image.height)
            rows[picture.language, picture.theme].append(image.convert("RGB").resize((width, _HEIGHT)))
    width = max(sum(image.width + _GAP for image in row) for row in rows.values()) + _GAP
    sheet = Image.new("RGB", (width, len(rows) * (_HEIGHT + _GAP) + 3 * _GAP), _GROUND)
    ImageDraw.Draw(sheet).text((_GAP, _GAP // 2), f"{state}: {', '.join(' '.join(row) for row in rows)}", "white")
    for number, row in enumerate(rows.values()):
        left = _GAP
        for small in row:
            sheet.paste(small, (left, 2 * _GAP + number * (_HEIGHT + _GAP)))
            left += small.width + _GAP
    return sheet


def _index(by_state: dict[str, list[Picture]]) -> str:
    parts = [
        f'<h2 id="{escape(state)}">{escape(state)}</h2>'
        f'<p><a href="sheets/{escape(state)}.png"><img src="sheets/{escape(state)}.png" width="700" alt=""></a></p><p>'
        + " ".join(f'<a href="{escape(picture.file)}">{escape(picture.file)}</a>' for picture in pictures)
        + "</p>"
        for state, pictures in by_state.items()
    ]
    return f'<!doctype html><meta charset="utf-8"><title>Meja: every page in every state</title>{"".join(parts)}\n'
