"""Every sentence that somebody may read is there in Indonesian too."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

from core.base.errors import MejaError
from core.web.languages import explain, languages_in, load_languages
from core.web.places import folder

ROOT = Path(__file__).resolve().parents[2]
KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}
VALUE = re.compile(r"%\((\w+)\)[sd]")


def _sentences() -> Iterator[tuple[str, str]]:
    """Give (place, sentence) for everything marked in the code and the templates."""
    parts = [ROOT / "core", ROOT / "kiosk", ROOT / "cashier"]
    sources = [("python", path) for part in parts for path in sorted(part.rglob("*.py"))]
    sources += [("jinja2.ext.babel_extract", path) for path in sorted((ROOT / "templates").rglob("*.html"))]
    for method, path in sources:
        found = extract_from_file(method, path, KEYWORDS, options={"trimmed": "true"})
        for line, message, _, _ in found:
            sentence = message[0] if isinstance(message, tuple) else message
            if sentence:
                yield f"{path.relative_to(ROOT)}:{line}", sentence


def test_every_sentence_is_translated() -> None:
    catalogue = load_languages(folder("locale"))["id"]
    known = {key[0] if isinstance(key, tuple) else key for key in catalogue._catalog}  # type: ignore[attr-defined] # gettext's own

    missing = [f"{place}: {sentence}" for place, sentence in _sentences() if sentence not in known]

    assert missing == []


@pytest.mark.parametrize("path", sorted((ROOT / "locale").rglob("*.po")), ids=lambda path: path.name)
def test_a_translation_carries_the_same_values(path: Path) -> None:
    with path.open("rb") as file:
        messages = [message for message in read_po(file) if message.id]

    for message in messages:
        source = message.id if isinstance(message.id, str) else message.id[-1]
        said = message.string
        strings = list(said) if isinstance(said, (list, tuple)) else [said]
        for string in strings:
            assert string, f"{source} is not translated"
            assert set(VALUE.findall(string)) == set(VALUE.findall(source)), source


def test_no_sentence_is_translated_twice_and_differently() -> None:
    seen: dict[object, tuple[object, str]] = {}
    for path in sorted((ROOT / "locale" / "id").glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file):
                if not message.id:
                    continue
                key = message.id if isinstance(message.id, str) else message.id[0]
                before = seen.setdefault(key, (message.string, path.name))
                assert before[0] == message.string, f"{key}: {before[1]} and {path.name} differ"


def _errors(kind: type[MejaError]) -> Iterator[type[MejaError]]:
    for one in kind.__subclasses__():
        yield one
        yield from _errors(one)


def test_an_error_speaks_both_languages_with_its_own_values() -> None:
    languages = load_languages(folder("locale"))

    class Full(MejaError):
        sentence = "This text is too long: at most %(limit)s characters."

    assert explain(Full(limit=5), languages["en"]) == "This text is too long: at most 5 characters."
    assert explain(Full(limit=5), languages["id"]) == "Teks ini terlalu panjang: paling banyak 5 huruf."


def test_every_kind_of_error_has_a_name_of_its_own_and_a_fitting_status() -> None:
    import main  # noqa: F401 - loads every part of the program

    for error in _errors(MejaError):
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", error.kind), error
        assert 400 <= error.status <= 503, error


def test_a_new_language_is_a_new_folder_of_catalogues(tmp_path: Path) -> None:
    for code in ("id", "ja", "empty"):
        (tmp_path / code).mkdir()
    for code in ("id", "ja"):
        (tmp_path / code / "kiosk.po").write_text("")

    assert languages_in(tmp_path) == {"id": "Bahasa Indonesia", "en": "English", "ja": "日本語"}
