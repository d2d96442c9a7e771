"""Forms come from our own pages and change something only when they are sent."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from tests.rights.asks import Ask
from tests.rights.play import DONE, Player
from tests.rights.street import Street, open_copy
from tests.rights.whole_database import changed, rows_of

SENT_BY_PROGRAMS: Final = frozenset({"POST /api/v1/webhooks/midtrans", "POST /api/v1/webhooks/midtrans/", "POST /csp"})
"""No cookie counts there: the gateway signs what it says, and a browser's report is only written down."""
CASE_STEPS: Final = "/cashier/money/{case_uid}/"
"""Whoever comes back to the address of a step is led to its case."""


def test_a_form_of_another_website_changes_nothing(street: Street, asks: Sequence[Ask], tmp_path: Path) -> None:
    forms = [ask for ask in asks if ask.method == "POST" and ask.route not in SENT_BY_PROGRAMS]
    with open_copy(street, tmp_path) as app:
        before = rows_of(app.state.core.db)

        answers = Player(app, street, "owner", {"Origin": "https://evil.example"}).answers(forms, only=("own",))

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
