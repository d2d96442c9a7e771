"""Forms come from our own pages and change something only when they are sent."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from tests.rights.asks import Ask
from tests.rights.play import DONE, FIRST_SCREEN, Player
from tests.rights.street import Street, open_copy
from tests.rights.whole_database import changed, rows_of

SENT_BY_PROGRAMS: Final = frozenset({"POST /api/v1/webhooks/midtrans", "POST /api/v1/webhooks/midtrans/", "POST /csp"})
"""No cookie counts there: the gateway signs what it says, and a browser's report is only written down."""
CASE_STEPS: Final = "/cashier/money/{case_uid}/"
"""Whoever comes back to the address of a step is led to its case."""


FOREIGN: Final[Mapping[str, Mapping[str, str]]] = {
    "another website": {"Origin": "https://evil.example"},
    "another port of this machine": {"Origin": "http://127.0.0.1:8100"},
    "a page that may not say where it comes from": {"Origin": "null"},
    "another website, told by the browser alone": {"Sec-Fetch-Site": "cross-site"},
    "a neighbour below the same domain": {"Sec-Fetch-Site": "same-site"},
    "a browser that contradicts itself": {"Origin": "http://127.0.0.1", "Sec-Fetch-Site": "cross-site"},
    "a form that passes for plain text": {"Origin": "https://evil.example", "Content-Type": "text/plain"},
}


@pytest.mark.parametrize("headers", FOREIGN.values(), ids=FOREIGN)
def test_a_form_of_another_website_changes_nothing(
    street: Street, asks: Sequence[Ask], tmp_path: Path, headers: Mapping[str, str]
) -> None:
    forms = [ask for ask in asks if ask.method == "POST" and ask.route not in SENT_BY_PROGRAMS]
    with open_copy(street, tmp_path) as app:
        before = rows_of(app.state.core.db)

        answers = Player(app, street, "owner", dict(headers)).answers(forms, only=("own",))

        assert [one.ask.label for one in answers if one.word != "403"] == []
        assert changed(before, rows_of(app.state.core.db)) == []


def test_nothing_changes_when_the_address_of_a_form_is_only_looked_at(
    street: Street, asks: Sequence[Ask], tmp_path: Path
) -> None:
    pages = {ask.route for ask in asks if ask.method == "GET"}
    forms = [ask for ask in asks if ask.method == "POST" and ask.route.replace("POST", "GET") not in pages]
    with open_copy(street, tmp_path) as app:
        before = rows_of(app.state.core.db)

        looks = [replace(ask, method="GET") for ask in forms]
        answers = Player(app, street, "owner").answers(looks, only=("own",))

        assert changed(before, rows_of(app.state.core.db)) == []
    for one in answers:
        assert one.word == (DONE if CASE_STEPS in one.ask.label else "405"), one.ask.label


def test_what_nobody_asked_for_is_not_taken_from_any_form(street: Street, asks: Sequence[Ask], tmp_path: Path) -> None:
    """Mass assignment: whatever a form is sent beside its own fields is refused whole, before anything is done."""
    smuggled = {"is_paid": "yes", "payment_status": "paid", "price": "1", "total": "1", "is_active": "yes", "id": "1"}
    forms = [
        replace(ask, form={**ask.form, **smuggled})
        for ask in asks
        if ask.method == "POST" and ask.form and ask.json is None and not ask.files
    ]
    with open_copy(street, tmp_path) as app:
        before = rows_of(app.state.core.db)

        answers = Player(app, street, "owner").answers(forms, only=("own",))

        assert changed(before, rows_of(app.state.core.db)) == []
    # Whoever stands before no kiosk is led to its first screen, whatever they send.
    assert [(one.ask.label, one.word) for one in answers if one.word not in {"422", FIRST_SCREEN}] == []
