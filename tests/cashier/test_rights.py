"""Every route of the staff against every role."""

import pytest
from fastapi import FastAPI

from cashier.routes import router
from tests.cashier.conftest import Counter
from tests.web.routes import routes_of

EVERYBODY = {"dapur", "kasir", "manager", "owner"}
NOT_THE_COOK = EVERYBODY - {"dapur"}
ORDER = "/cashier/orders/1"
CASE = "/cashier/money/1"

MAY = {
    ("GET", "/cashier"): EVERYBODY,  # the cook is sent on to the kitchen
    ("GET", "/cashier/board"): NOT_THE_COOK,
    ("GET", "/cashier/kitchen"): EVERYBODY,
    ("GET", "/cashier/kitchen/tickets"): EVERYBODY,
    ("GET", "/cashier/kitchen/recall"): EVERYBODY,
    ("GET", "/cashier/ready"): EVERYBODY,
    ("GET", "/cashier/ready/numbers"): EVERYBODY,
    ("GET", "/cashier/shift"): NOT_THE_COOK,
    ("GET", "/cashier/money"): NOT_THE_COOK,
    ("GET", "/cashier/money/cases"): NOT_THE_COOK,
    ("GET", CASE): NOT_THE_COOK,
    ("GET", f"{CASE}/refunds"): NOT_THE_COOK,
    ("GET", f"{CASE}/1"): NOT_THE_COOK,
    ("POST", f"{CASE}/take"): NOT_THE_COOK,
    ("POST", f"{CASE}/honour"): NOT_THE_COOK,
    ("POST", f"{CASE}/credit"): NOT_THE_COOK,
    # Whoever sees the money may bring a manager to their screen; the PIN decides.
    ("POST", f"{CASE}/refund"): NOT_THE_COOK,
    ("POST", f"{CASE}/withdraw"): NOT_THE_COOK,
    ("POST", f"{CASE}/close"): NOT_THE_COOK,
    ("POST", f"{CASE}/undo"): NOT_THE_COOK,
    ("GET", f"{ORDER}/money"): NOT_THE_COOK,
    ("GET", f"{ORDER}/desk"): NOT_THE_COOK,
    ("GET", f"{ORDER}/refund"): NOT_THE_COOK,
    ("POST", f"{ORDER}/refund"): NOT_THE_COOK,
    ("POST", f"{ORDER}/withdraw"): NOT_THE_COOK,
    ("POST", f"{ORDER}/start"): EVERYBODY,
    ("POST", f"{ORDER}/ready"): EVERYBODY,
    ("POST", f"{ORDER}/undo"): EVERYBODY,
    ("POST", f"{ORDER}/lines"): EVERYBODY,
    ("POST", f"{ORDER}/seen"): EVERYBODY,
    ("POST", f"{ORDER}/recall"): EVERYBODY,
    ("POST", f"{ORDER}/serve"): NOT_THE_COOK,
    ("POST", f"{ORDER}/cash"): NOT_THE_COOK,
    ("POST", f"{ORDER}/check"): NOT_THE_COOK,
    ("POST", f"{ORDER}/cancel"): NOT_THE_COOK,
    ("GET", "/cashier/pictures"): {"manager", "owner"},
    ("POST", "/cashier/pictures/1"): {"manager", "owner"},
    ("POST", "/cashier/pictures/1/take-down"): {"manager", "owner"},
    ("POST", "/cashier/shift/open"): NOT_THE_COOK,
    ("POST", "/cashier/shift/movement"): NOT_THE_COOK,
    ("POST", "/cashier/shift/close"): NOT_THE_COOK,
    ("POST", "/cashier/shift/no-sale"): NOT_THE_COOK,
    ("GET", "/cashier/devices"): {"manager", "owner"},
    ("POST", "/cashier/devices/approve"): {"manager", "owner"},
    ("POST", "/cashier/devices/1/revoke"): {"manager", "owner"},
    ("GET", "/cashier/printers"): {"manager", "owner"},
    ("GET", "/cashier/printers/list"): {"manager", "owner"},
    ("POST", "/cashier/printers/add"): {"manager", "owner"},
    ("POST", "/cashier/printers/1/change"): {"manager", "owner"},
    ("POST", "/cashier/printers/1/test"): {"manager", "owner"},
    ("POST", "/cashier/printers/1/remove"): {"manager", "owner"},
    ("POST", f"{ORDER}/print/receipt"): NOT_THE_COOK,
    ("POST", f"{ORDER}/print/kitchen"): NOT_THE_COOK,
    ("GET", "/cashier/tables"): NOT_THE_COOK,
    ("GET", "/cashier/tables/list"): NOT_THE_COOK,
    ("POST", "/cashier/tables/open"): NOT_THE_COOK,
    ("POST", "/cashier/tables/1/end"): NOT_THE_COOK,
    ("POST", "/cashier/tables/1/answer"): NOT_THE_COOK,
    ("POST", "/cashier/tables/1/code"): NOT_THE_COOK,
    ("POST", "/cashier/tables/codes"): {"manager", "owner"},
    ("GET", "/cashier/switch"): EVERYBODY,
    ("POST", "/cashier/switch"): EVERYBODY,
    ("GET", "/cashier/shift/sheets"): NOT_THE_COOK,
    ("GET", "/cashier/shift/sheets/1"): NOT_THE_COOK,
    ("GET", "/cashier/new"): NOT_THE_COOK,
    ("GET", "/cashier/new/1"): NOT_THE_COOK,
    ("GET", "/cashier/new/1/dishes/1"): NOT_THE_COOK,
    ("POST", "/cashier/new/1/lines"): NOT_THE_COOK,
    ("POST", "/cashier/new/1/lines/1"): NOT_THE_COOK,
    ("POST", "/cashier/new/1/serving"): NOT_THE_COOK,
    ("POST", "/cashier/new/1/place"): NOT_THE_COOK,
    ("GET", "/cashier/display"): NOT_THE_COOK,
    ("GET", "/cashier/display/now"): NOT_THE_COOK,
    ("GET", "/cashier/menu"): EVERYBODY,
    ("POST", "/cashier/menu/1/sale"): EVERYBODY,
    ("POST", "/cashier/menu/1/portions"): EVERYBODY,
    ("POST", "/cashier/menu/pause"): NOT_THE_COOK,
    ("POST", "/cashier/menu/resume"): NOT_THE_COOK,
    ("GET", "/cashier/money/settlements"): {"manager", "owner"},
    ("POST", "/cashier/money/settlements"): {"manager", "owner"},
    ("GET", "/cashier/money/settlements/1"): {"manager", "owner"},
    ("POST", "/cashier/money/settlements/1/compare"): {"manager", "owner"},
    ("POST", "/cashier/money/settlements/1/close"): {"manager", "owner"},
    ("GET", "/cashier/history"): NOT_THE_COOK,
    ("GET", "/cashier/history/payments"): NOT_THE_COOK,
    ("GET", "/cashier/history/1"): NOT_THE_COOK,
    ("GET", "/cashier/history/1.1"): {"manager", "owner"},
    ("GET", "/cashier/audit"): {"manager", "owner"},
    ("GET", "/cashier/exceptions"): {"manager", "owner"},
    ("GET", "/cashier/people"): {"manager", "owner"},
    # Whoever has no PIN is told so: it signs every change.
    ("POST", "/cashier/people"): {"manager", "owner"},
    ("GET", "/cashier/people/1"): {"manager", "owner"},
    ("POST", "/cashier/people/1"): {"manager", "owner"},
    ("GET", "/cashier/me"): EVERYBODY,
    ("POST", "/cashier/me"): EVERYBODY,
    ("GET", "/cashier/me/codes"): {"owner"},
    ("POST", "/cashier/me/codes"): {"owner"},
}
OPEN_TO_ALL = {
    ("GET", "/cashier/login"),
    ("POST", "/cashier/login"),
    ("GET", "/cashier/login/code"),
    ("POST", "/cashier/login/code"),
    ("POST", "/cashier/logout"),
}
FORM = {
    "tendered": "1",
    "opening_float": "1",
    "counted": "1",
    "kind": "in",
    "amount": "1",
    "reason": "x",
    "order_uid": "1",
    "asks": "no",
    "sold_out": "no",
}


def _fields(address: str) -> dict[str, str]:
    names = {"cash": ["tendered"], "open": ["opening_float"], "close": ["counted"], "cancel": ["reason"]}
    names |= {
        "movement": ["kind", "amount", "reason"],
        "refund": ["amount", "reason"],
        "credit": ["order_uid"],
        "codes": ["asks"],
        "sale": ["sold_out"],
    }
    acts = {"/cashier/people/1": "edit", "/cashier/me": "password", "/cashier/me/codes": "on"}
    if address in acts:
        return {"act": acts[address]}
    wanted = ["reason"] if address in {f"{CASE}/close", f"{CASE}/undo"} else names.get(address.rsplit("/", 1)[1], [])
    return {name: FORM[name] for name in wanted}


def _all_routes() -> set[tuple[str, str]]:
    app = FastAPI()
    app.include_router(router)
    return {(method, path) for method, path in routes_of(app) if path.startswith("/cashier")}


def test_the_table_of_rights_names_every_route() -> None:
    assert _all_routes() == set(MAY) | OPEN_TO_ALL


@pytest.mark.parametrize(("method", "address"), sorted(MAY))
def test_a_stranger_gets_to_the_login_and_no_further(counter: Counter, method: str, address: str) -> None:
    answer = counter.browser.request(method, address, data=_fields(address) if method == "POST" else None)

    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/cashier/login")


@pytest.mark.parametrize("role", sorted(EVERYBODY))
def test_a_role_may_do_what_the_table_says_and_nothing_else(counter: Counter, role: str) -> None:
    counter.signs_in(role)

    for (method, address), allowed in sorted(MAY.items()):
        answer = counter.browser.request(method, address, data=_fields(address) if method == "POST" else None)
        refused = answer.status_code == 403
        assert refused != (role in allowed), f"{role} {method} {address}: {answer.status_code}"
        # An order that is not there is only looked for by whoever may ask.
        if address.startswith((ORDER, CASE)) and (method, address) != ("GET", f"{CASE}/1"):
            assert answer.status_code in {403, 404}


@pytest.mark.parametrize(("method", "address"), sorted(MAY))
def test_a_form_of_another_website_changes_nothing(cashier: Counter, method: str, address: str) -> None:
    if method == "POST":
        answer = cashier.browser.post(address, data=_fields(address), headers={"Origin": "https://evil.example"})
        assert answer.status_code == 403


@pytest.mark.parametrize("address", sorted({address for method, address in MAY if method == "POST"}))
def test_nothing_changes_by_being_looked_at(cashier: Counter, address: str) -> None:
    answer = cashier.browser.get(address)

    if address.startswith(CASE):
        assert (answer.status_code, answer.headers["location"]) == (303, CASE)
    elif ("GET", address) in MAY:
        # The form itself: of an order that is not there, or of a page that changes nothing by being shown.
        shown = 200 if "kasir" in MAY["GET", address] else 403
        assert answer.status_code == (404 if address.startswith(ORDER) else shown)
    else:
        assert answer.status_code == 405
