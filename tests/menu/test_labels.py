"""What the labels of a dish mean to a cook, on the screen and on paper."""

import pytest

from core.menu.labels import _ON_PAPER, KNOWN, for_the_kitchen, labels_of, on_paper


def test_a_cook_reads_first_what_is_not_halal_then_how_it_is_made_then_what_is_in_it() -> None:
    codes = ["contains_egg", "best_seller", "spicy", "halal", "new", "contains_soy", "non_halal"]

    assert for_the_kitchen(codes) == ["non_halal", "spicy", "contains_egg", "contains_soy"]


@pytest.mark.parametrize(
    ("codes", "said"),
    [
        (["non_halal", "contains_pork"], "NON-HALAL, mengandung babi"),
        (["spicy", "contains_peanuts", "contains_soy"], "pedas, mengandung kacang tanah, kedelai"),
        (["vegetarian"], "vegetarian"),
        (["contains_mustard"], "mengandung mustard"),
        ([], ""),
    ],
)
def test_paper_says_it_in_indonesian(codes: list[str], said: str) -> None:
    assert on_paper(codes) == said


def test_every_label_that_a_cook_goes_by_has_its_word_on_paper() -> None:
    assert set(for_the_kitchen(list(KNOWN))) - {"top_seller"} == set(_ON_PAPER)


def test_a_label_that_nobody_has_described_is_shown_by_its_own_words() -> None:
    (label,) = labels_of(["contains_mustard"])

    assert label.sentence == "Contains mustard"
