"""Fields of forms are text; only what is surely a number becomes one."""

import pytest
from pydantic import TypeAdapter, ValidationError

from core.web.forms import Digits, Key, OptionalDigits, RupiahField

AMOUNT: TypeAdapter[int] = TypeAdapter(RupiahField)


@pytest.mark.parametrize(
    "text", ["", " 7", "7 ", "+7", "-7", "1_0", "1e2", "0x7", "７", "7.0", "9" * 13, "true", "٣", "7\n"]
)
def test_only_plain_digits_are_a_number(text: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Digits).validate_python(text)


@pytest.mark.parametrize("value", [True, 7, 7.0, None, ["7"], b"7"])
def test_what_is_no_text_is_no_field(value: object) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Digits).validate_python(value)


def test_an_empty_field_may_mean_nothing() -> None:
    assert TypeAdapter(OptionalDigits).validate_python("") is None
    assert TypeAdapter(OptionalDigits).validate_python("12") == 12


@pytest.mark.parametrize("text", ["50000", "50.000", "Rp50.000", "Rp 50.000", " 50.000 ", "Rp50000"])
def test_an_amount_may_be_typed_as_people_write_it(text: str) -> None:
    assert AMOUNT.validate_python(text) == 50_000


@pytest.mark.parametrize("text", ["50,000", "50.00", "5.0000", "50.000,00", "-50.000", "Rp", "1.2.3", "50 000", "5e4"])
def test_an_amount_that_could_mean_two_things_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        AMOUNT.validate_python(text)


@pytest.mark.parametrize("text", ["short", "x" * 65, "with space", "smörgås-1", "tab\tinside"])
def test_a_once_only_key_is_eight_to_sixty_four_visible_characters(text: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Key).validate_python(text)
