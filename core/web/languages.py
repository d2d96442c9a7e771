"""Says every sentence in the reader's language, from the .po files of all parts of the program."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from core.base.day_time import Told
from core.web.places import folder

if TYPE_CHECKING:
    from pathlib import Path

    from core.base.errors import MejaError

Languages = Mapping[str, NullTranslations]
"""Catalogues by language code."""

DEFAULT_LANGUAGE: Final = "id"
_OWN_NAMES: Final[Mapping[str, str]] = {"id": "Bahasa Indonesia", "en": "English"}


def languages_in(place: Path) -> Mapping[str, str]:
    """List the languages that have a folder of catalogues, and English, each with what it calls itself."""
    found = sorted(path.name for path in place.iterdir() if path.is_dir() and any(path.glob("*.po")))
    codes = dict.fromkeys(("id", "en", *found))
    return {code: _OWN_NAMES.get(code) or Locale.parse(code).get_display_name() or code for code in codes}


LANGUAGES: Final[Mapping[str, str]] = languages_in(folder("locale"))
"""What each language calls itself. A new one is a new folder."""


@cache
def load_languages(place: Path) -> Languages:
    """Read `<place>/<language>/*.po`, one merged catalogue per language; once in a process.

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


def explain(error: MejaError, catalogue: NullTranslations, named: Mapping[str, str] = MappingProxyType({})) -> str:
    """Say an error's sentence in the catalogue's language, with its own values in it, or what those are named there."""
    sentence = catalogue.gettext(error.sentence)
    if not error.values:
        return sentence
    told = {
        key: value.told(catalogue.gettext) if isinstance(value, Told) else value for key, value in error.values.items()
    }
    return sentence % {**told, **named}
