"""Reads style sheets, and what the templates and scripts that load them can put on a page, without a browser."""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

from core.web.bundles import BUNDLES

ROOT: Final = Path(__file__).resolve().parents[2]
TEMPLATES: Final = ROOT / "templates"
STATIC: Final = ROOT / "static"

_QUOTED = re.compile(r'"([^"\n]*)"|\'([^\'\n]*)\'|`([^`]*)`')
_WORD = re.compile(r"[\w-]+")
_CLASS_VALUE = re.compile(r'class="((?:\{\{.*?\}\}|\{%.*?%\}|[^"{])*)"')
_JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
_SENTENCE = re.compile(r'\b_\("[^"]*"')
_LOOKS_FOR = re.compile(r"""(?:querySelector(?:All)?|closest|matches)\((?:"[^"]*"|'[^']*'|`[^`]*`)""")
_HALF_NAME = re.compile(r"([\w-]+(?:--|__))(?:\{\{|\{%|\$\{)")
_BROWSERS_OWN: Final = frozenset({"html", "body", "head", "root", "svg", "use"})


@dataclass(slots=True)
class Vocabulary:
    """The names that some templates and scripts can put on a page."""

    names: set[str] = field(default_factory=set)
    """Classes and ids, as they stand there."""
    halves: set[str] = field(default_factory=set)
    """Beginnings of names (`lane--`) that a value completes."""
    values: set[str] = field(default_factory=set)
    """Words that may complete them, and values of attributes."""
    attributes: set[str] = field(default_factory=set)
    elements: set[str] = field(default_factory=lambda: set(_BROWSERS_OWN))

    def has_name(self, name: str) -> bool:
        return name in self.names or any(
            name.startswith(half) and name.removeprefix(half) in self.values for half in self.halves
        )

    def reads_template(self, text: str) -> None:
        """Learn from a template; its comments are nobody's words."""
        text = _COMMENT.sub("", text)
        for value in _CLASS_VALUE.findall(text):
            self.names.update(_WORD.findall(_JINJA.sub(" ", value)))
        self.names.update(re.findall(r'\bid="([\w-]+)"', text))
        self.halves.update(_HALF_NAME.findall(text))
        for expression in _JINJA.findall(_SENTENCE.sub("", text)):
            words = {word for said in _QUOTED.findall(expression) for word in _WORD.findall("".join(said))}
            self.names |= words
            self.values |= words | set(re.findall(r"\b\d+\b", expression))
        plain = _JINJA.sub(" ", text)
        self.values.update(word for said in _QUOTED.findall(plain) for word in _WORD.findall("".join(said)))
        self.attributes.update(_WORD.findall(text))
        self.elements.update(re.findall(r"<([a-z][a-z0-9]*)", text))
        self.elements.update(re.findall(r'<\{\{ "(\w+)" if \w+ else "(?:\w+)" \}\}', text))
        self.elements.update(re.findall(r'<\{\{ "(?:\w+)" if \w+ else "(\w+)" \}\}', text))
        if "<h{{ level }}>" in text:
            self.elements |= {"h1", "h2", "h3"}

    def reads_script(self, text: str) -> None:
        """Learn from a script. A selector in it (`.lane`, `#find`) looks for a name and puts none on the page."""
        text = _LOOKS_FOR.sub("", re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE))
        self.halves.update(_HALF_NAME.findall(text))
        for said in _QUOTED.findall(text):
            words = set(re.findall(r"(?<![.#:\w-])[\w-]+", "".join(said)))
            self.names |= words
            self.values |= words
            self.attributes |= words
        for camel in re.findall(r"dataset\.(\w+)", text):
            self.attributes.add("data-" + re.sub(r"([A-Z])", lambda found: f"-{found[1].lower()}", camel))
        self.elements.update(re.findall(r'createElement\("(\w+)"\)', text))


def style_sheets() -> list[Path]:
    """List our own style sheets."""
    return sorted(path for path in STATIC.rglob("*.css") if "vendor" not in path.parts)


def selectors(text: str) -> Iterator[str]:
    """Give the selectors of a style sheet, one by one."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    inside: list[str] = []
    for before, brace in re.findall(r"([^{}]*)([{}])", text):
        if brace == "}":
            inside.pop()
            continue
        prelude = before.rpartition(";")[2].strip()
        if not prelude.startswith("@") and not any(outer.startswith("@keyframes") for outer in inside):
            yield from re.split(r",(?![^(]*\))", prelude)
        inside.append(prelude)


def unknown_parts(selector: str, known: Vocabulary) -> list[str]:
    """List what a selector asks for that no page can have."""
    rest = selector
    missing = []
    for name, value in re.findall(r'\[([\w-]+)(?:[~|^$*]?="([^"]*)")?\]', rest):
        if name not in known.attributes or (value and value not in known.values | {"true", "false"}):
            missing.append(f"[{name}={value}]" if value else f"[{name}]")
    rest = re.sub(r"\[[^\]]*\]", "", rest)
    rest = re.sub(r":nth[\w-]*\([^)]*\)", "", rest)
    missing += [f".{name}" for name in re.findall(r"\.(-?[A-Za-z_][\w-]*)", rest) if not known.has_name(name)]
    missing += [f"#{name}" for name in re.findall(r"#([\w-]+)", rest) if not known.has_name(name)]
    rest = re.sub(r"[.#][\w-]+|::?[\w-]+", " ", rest)
    return missing + [name for name in re.findall(r"[a-z][a-z0-9]*", rest) if name not in known.elements]


def vocabulary_of(sheet: Path) -> Vocabulary:
    """Gather what the pages that load a style sheet can hold: their templates, partials and scripts."""
    own = sheet.relative_to(STATIC).as_posix()
    names = {own} | {bundle for bundle, parts in BUNDLES.items() if own in parts}
    known = Vocabulary(values=set(_words_of_the_code()))
    pages = {name for name, text in _templates().items() if any(f"'{each}'" in text for each in names)}
    # A page that extends another one loads what that one loads.
    while more := {name for name, text in _templates().items() if _links(text, "extends") & pages} - pages:
        pages |= more
    for name in _reached_from(pages):
        text = _templates()[name]
        known.reads_template(text)
        for path in re.findall(r"[\w-]+(?:/[\w-]+)+", text):
            for part in BUNDLES.get(f"{path}.js", [f"{path}.js"]):
                script = STATIC / part
                if script.is_file():
                    known.reads_script(script.read_text(encoding="utf-8"))
    return known


def _reached_from(pages: Iterable[str]) -> set[str]:
    reached: set[str] = set()
    todo = list(pages)
    while todo:
        name = todo.pop()
        if name in reached:
            continue
        reached.add(name)
        text = _templates()[name]
        for start in _links(text, "include|from|extends"):
            # What stands before a value is the beginning of several names.
            todo += [start] if start in _templates() else [other for other in _templates() if other.startswith(start)]
        if re.search(r"\{% include (?!\")", text):
            # Chosen by the code: any partial of the same face.
            face = name.partition("/")[0]
            todo += [other for other in _templates() if other.startswith(face) and "/_" in other]
        todo += [other for other in _fetched() if Path(other).parent == Path(name).parent]
    return reached


@cache
def _fetched() -> frozenset[str]:
    """The partials that no template includes: a script asks for them."""
    included = {link for text in _templates().values() for link in _links(text, "include|from")}
    return frozenset(name for name in _templates() if "/_" in name) - included


def _links(text: str, how: str) -> set[str]:
    return set(re.findall(rf'\{{%-? (?:{how}) "([\w/.-]+)"', text))


@cache
def _templates() -> dict[str, str]:
    return {
        path.relative_to(TEMPLATES).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(TEMPLATES.rglob("*.html"))
    }


@cache
def _words_of_the_code() -> frozenset[str]:
    """Words that the faces' code may hand to a template."""
    words: set[str] = set()
    for part in ("kiosk", "cashier", "core/web", "core/orders", "core/payments"):
        for path in (ROOT / part).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and _WORD.fullmatch(node.value):
                    words.add(node.value)
    return frozenset(words)
