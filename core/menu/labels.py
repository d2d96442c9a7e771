"""Says what the labels of a dish mean: on the menu, on the kitchen's screen and on its paper."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from core.base.errors import N_


@dataclass(frozen=True, slots=True)
class Label:
    """A word beside a dish. `sentence` is a message id."""

    code: str
    sentence: str
    kind: str = ""
    """Kind of its badge."""


KNOWN: Final = {
    label.code: label
    for label in (
        Label("non_halal", N_("Non-halal"), "bad"),
        Label("halal", N_("Halal"), "good"),
        Label("best_seller", N_("Favourite"), "wait"),
        Label("top_seller", N_("Best seller"), "wait"),
        Label("new", N_("New"), "calm"),
        Label("spicy", N_("Spicy"), "bad"),
        Label("vegetarian", N_("Vegetarian"), "good"),
        Label("contains_alcohol", N_("Contains alcohol")),
        Label("contains_crustaceans", N_("Contains shrimp or crab")),
        Label("contains_egg", N_("Contains egg")),
        Label("contains_fish", N_("Contains fish")),
        Label("contains_gluten", N_("Contains gluten")),
        Label("contains_milk", N_("Contains milk")),
        Label("contains_nuts", N_("Contains nuts")),
        Label("contains_peanuts", N_("Contains peanuts")),
        Label("contains_pork", N_("Contains pork")),
        Label("contains_sesame", N_("Contains sesame")),
        Label("contains_shellfish", N_("Contains shellfish")),
        Label("contains_shrimp", N_("Contains shrimp")),
        Label("contains_soy", N_("Contains soy")),
    )
}
_CONTAINS: Final = "contains_"
_INSIDE: Final = {
    "contains_alcohol": N_("alcohol"),
    "contains_crustaceans": N_("shrimp or crab"),
    "contains_egg": N_("egg"),
    "contains_fish": N_("fish"),
    "contains_gluten": N_("gluten"),
    "contains_milk": N_("milk"),
    "contains_nuts": N_("nuts"),
    "contains_peanuts": N_("peanuts"),
    "contains_pork": N_("pork"),
    "contains_sesame": N_("sesame"),
    "contains_shellfish": N_("shellfish"),
    "contains_shrimp": N_("shrimp"),
    "contains_soy": N_("soy"),
}
"""What stands after one "contains", as message ids."""
_OF_NO_USE_TO_A_COOK: Final = frozenset({"halal", "best_seller", "new"})
_ON_PAPER: Final = {
    "non_halal": "NON-HALAL",
    "spicy": "pedas",
    "vegetarian": "vegetarian",
    "contains_alcohol": "alkohol",
    "contains_crustaceans": "udang atau kepiting",
    "contains_egg": "telur",
    "contains_fish": "ikan",
    "contains_gluten": "gluten",
    "contains_milk": "susu",
    "contains_nuts": "kacang pohon",
    "contains_peanuts": "kacang tanah",
    "contains_pork": "babi",
    "contains_sesame": "wijen",
    "contains_shellfish": "kerang",
    "contains_shrimp": "udang",
    "contains_soy": "kedelai",
}
"""Paper in the house is Indonesian. Those after `contains_` are named after one "mengandung"."""


def labels_of(codes: Iterable[str]) -> list[Label]:
    """Describe every label of a dish; one that nobody has described yet is shown by its own words."""
    return [KNOWN.get(code) or Label(code, code.replace("_", " ").capitalize()) for code in codes]


def for_the_kitchen(codes: Collection[str]) -> list[str]:
    """List the labels that a cook goes by, the plainest first: what is not halal, how it is made, what is in it."""
    useful = [code for code in codes if code not in _OF_NO_USE_TO_A_COOK]
    return sorted(useful, key=lambda code: (code != "non_halal", code.startswith(_CONTAINS)))


def inside(codes: Iterable[str]) -> list[str]:
    """List what a dish contains, as message ids; what nobody has described yet by its own word."""
    return [_INSIDE.get(code, code.removeprefix(_CONTAINS)) for code in codes if code.startswith(_CONTAINS)]


def apart_from_inside(codes: Iterable[str]) -> list[Label]:
    """Describe every label that does not say what a dish contains."""
    return labels_of(code for code in codes if not code.startswith(_CONTAINS))


def on_paper(codes: Collection[str]) -> str:
    """Say what a cook goes by as a slip does: "pedas, mengandung telur, kedelai"."""
    made = [_ON_PAPER.get(code, code.replace("_", " ")) for code in codes if not code.startswith(_CONTAINS)]
    has = [_ON_PAPER.get(code, code.removeprefix(_CONTAINS)) for code in codes if code.startswith(_CONTAINS)]
    return ", ".join([*made, f"mengandung {', '.join(has)}"] if has else made)
