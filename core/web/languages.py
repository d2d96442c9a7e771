"""Says every sentence in the reader's language, from the .po files of all parts of the program."""

from __future__ import annotations

from collections.abc import Mapping
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from typing import TYPE_CHECKING, Final

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

if TYPE_CHECKING:
    from pathlib import Path

    from core.base.errors import MejaError

Languages = Mapping[str, NullTranslations]
"""Catalogues by language code."""

DEFAULT_LANGUAGE: Final = "id"
LANGUAGES: Final[Mapping[str, str]] = {"id": "Bahasa Indonesia", "en": "English"}
"""What each language calls itself."""


def load_languages(place: Path) -> Languages:
    """Read `<place>/<language>/*.po`, one merged catalogue per language.

    They are compiled in memory, so that no .mo file can lag behind its .po. English needs
    no file: its sentences are the message ids.
    """
    return {code: _load(code, sorted((place / code).glob("*.po"))) for code in LANGUAGES}


def _load(code: str, files: list[Path]) -> NullTranslations:
    if not files:
        return NullTranslations()
    merged = Catalog(locale=code)
    for path in files:
        with path.open("rb") as file:
            part = read_po(file, locale=code)
        # Babel's own idea of a language's plurals may differ from what the file is written for.
        merged.mime_headers = part.mime_headers
        for message in part:
            if message.id and message.string and not message.fuzzy:
                merged[message.id] = message
    compiled = BytesIO()
    write_mo(compiled, merged)
    compiled.seek(0)
    return GNUTranslations(compiled)


def explain(error: MejaError, catalogue: NullTranslations) -> str:
    """Say an error's sentence in the catalogue's language, with the error's own values in it."""
    sentence = catalogue.gettext(error.sentence)
    return sentence % error.values if error.values else sentence
