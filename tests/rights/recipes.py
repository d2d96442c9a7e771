"""What nobody can read off a route: what stands in its address, what its form holds, what else it lets be named."""

from collections.abc import Mapping
from typing import Any, Final

LEFT_OUT: Final[Mapping[str, str]] = {
    "ALL /static": "files of the release, the same for everybody; tests/web/test_static_files.py",
}
"""Routes that nobody is asked about, each with the reason."""

KEYS: Final = frozenset({"my_table", "my_qr", "my_cash", "my_paid", "picture"})
"""Stickers, addresses of orders and names of pictures: 128 random bits (or a digest) that open to whoever knows them."""

FILLS: Final[Mapping[str, Mapping[str, str]]] = {
    "/api/v1/orders/": {"order_uid": "{my_qr}"},
    "/live/menu/": {"token": "{my_table}"},
    "/live/orders/": {"uid": "{my_qr}"},
    "/pictures/": {"size": "small", "name": "{picture}"},
    "/t/": {"token": "{my_table}", "dish_id": "{ours[dish]}", "line_id": "{ours[my_line]}"},
    "/orders/": {"uid": "{my_qr}"},
    "/kiosk/": {"dish_id": "{dish}", "line_id": "{kiosk_line}"},
    "/cashier/orders/": {"uid": "{paid}"},
    "/cashier/shift/": {"shift_id": "{sheet}"},
    "/cashier/money/settlements/": {"uid": "{settlement}"},
    "/cashier/money/": {"case_uid": "{case}", "step": "take"},
    "/cashier/pictures/": {"dish_id": "{pictured}"},
    "/cashier/menu/": {"dish_id": "{spare_dish}"},
    "/cashier/new/": {"round_uid": "{round}", "dish_id": "{ours[dish]}", "line_id": "{ours[round_line]}"},
    "/cashier/devices/": {"device_uid": "{device}"},
    "/cashier/printers/": {"uid": "{printer}"},
    "/cashier/tables/": {"uid": "{coded}"},
    "/cashier/people/": {"username": "{person}"},
    "/cashier/history/": {"uid": "{paid}", "what": "orders", "form": "csv"},
}
"""What stands for a parameter, by how an address begins."""

_ONE_DISH: Final = {"table_token": "{my_table}", "lines": [{"dish_id": "{ours[dish]}", "quantity": 1}]}
_FOREIGN_DISH: Final = {"table_token": "{ours[my_table]}", "lines": [{"dish_id": "{dish}", "quantity": 1}]}
_IN_CASH: Final = {"payment_method": "cash", "expected_total": 1}
_FORGED: Final = {
    "order_id": "K01ARZ3NDEKTSV4RRFFQ69G5FAVQ",
    "status_code": "200",
    "gross_amount": "28000.00",
    "transaction_status": "settlement",
    "signature_key": "f" * 128,
}
_AT_ANOTHER_PRICE: Final = {"key": "a-key-of-the-table", "method": "cash", "expected_total": "1"}
_MANAGERS_PIN: Final = "135790"
_PRINTER: Final = {"name": "Baru", "host": "192.168.1.77", "port": "9100", "in_use": "yes"}
_REFUND: Final = {"amount": "1000", "reason": "Tumpah", "pin": _MANAGERS_PIN, "way": "gateway"}
_SIGNED: Final = {"reason": "Dicek", "pin": _MANAGERS_PIN}

# What would end the play for those after it is sent incomplete, or at a price that nobody agrees to.
RECIPES: Final[Mapping[str, Mapping[str, Any]]] = {
    "POST /api/v1/webhooks/midtrans": {"json": _FORGED},
    "POST /api/v1/webhooks/midtrans/": {"json": _FORGED},
    "GET /api/v1/menu": {"query": "?table={my_table}"},
    "POST /api/v1/quotes": {"json": _ONE_DISH},
    "POST /api/v1/orders": {"json": _ONE_DISH | _IN_CASH},
    "POST /api/v1/payments/qris": {"json": {"order_id": "{my_qr}"}},
    "POST /t/{token}/basket": {"form": {"dish_id": "{ours[dish]}"}},
    "POST /t/{token}/basket/{line_id}": {"form": {"quantity": "1"}},
    "POST /t/{token}/orders": {"form": _AT_ANOTHER_PRICE},
    "POST /t/{token}/code": {"form": {"code": "0000"}},
    "POST /t/{token}/share": {"form": {"shares": "no"}},
    "POST /t/{token}/call": {"form": {"wanted": "help"}},
    "GET /orders/{uid}/receipt": {"fills": {"uid": "{my_paid}"}},
    "GET /orders/{uid}/receipt.pdf": {"fills": {"uid": "{my_paid}"}},
    "GET /orders/{uid}/progress": {"fills": {"uid": "{my_paid}"}},
    # What waits for the gateway is not pressed: nobody works behind this program.
    "POST /orders/{uid}/cash": {"fills": {"uid": "{my_cash}"}},
    "POST /orders/{uid}/cancel": {"fills": {"uid": "{my_cash}"}},
    "POST /language": {"form": {"language": "id"}},
    "POST /kiosk/staff": {"form": {"act": "nothing"}},
    "POST /kiosk/begin": {"form": {"serving": "dine_in"}},
    "POST /kiosk/serving": {"form": {"serving": "dine_in"}},
    "POST /kiosk/basket": {"form": {"dish_id": "{ours[dish]}"}},
    "POST /kiosk/basket/{line_id}": {"form": {"quantity": "1"}},
    "POST /kiosk/orders": {"form": _AT_ANOTHER_PRICE},
    "POST /cashier/login": {"form": {"username": "nobody", "password": "nothing"}},
    "POST /cashier/login/code": {"form": {"code": "000000"}},
    "POST /cashier/switch": {"form": {"username": "{person}", "pin": "271828"}},
    "POST /cashier/orders/{uid}/cash": {"fills": {"uid": "{waiting}"}, "form": {"tendered": "100000"}},
    "POST /cashier/orders/{uid}/start": {"fills": {"uid": "{new}"}},
    "POST /cashier/orders/{uid}/ready": {"fills": {"uid": "{cooking}"}},
    "POST /cashier/orders/{uid}/serve": {"fills": {"uid": "{ready}"}},
    "POST /cashier/orders/{uid}/undo": {"fills": {"uid": "{moved}"}},
    "POST /cashier/orders/{uid}/cancel": {"fills": {"uid": "{unpaid}"}, "form": {"reason": "Pergi"}},
    "POST /cashier/orders/{uid}/check": {"fills": {"uid": "{qr}"}},
    "GET /cashier/orders/{uid}/desk": {"fills": {"uid": "{qr}"}},
    "POST /cashier/orders/{uid}/refund": {"form": _REFUND},
    "POST /cashier/orders/{uid}/withdraw": {
        "fills": {"uid": "{refunding}"},
        "form": {"refund": "{refund}", "pin": _MANAGERS_PIN},
    },
    "POST /cashier/orders/{uid}/lines": {"fills": {"uid": "{lined}"}, "form": {"cooked": "{line}"}},
    "POST /cashier/orders/{uid}/seen": {"fills": {"uid": "{stopped}"}},
    "POST /cashier/orders/{uid}/recall": {"fills": {"uid": "{served}"}},
    "POST /cashier/shift/open": {"form": {"opening_float": "1"}},
    "POST /cashier/shift/movement": {"form": {"kind": "in", "amount": "1", "reason": "Kembalian"}},
    "POST /cashier/shift/no-sale": {"form": {"reason": "Tukar uang"}},
    "POST /cashier/money/settlements/{uid}/close": {
        "form": {"kind": "missing_here", "reason": "Toko lain", "chosen": "{chosen}"}
    },
    "POST /cashier/money/{case_uid}/honour": {"fills": {"case_uid": "{honoured}"}},
    "POST /cashier/money/{case_uid}/credit": {
        "fills": {"case_uid": "{credited}"},
        "form": {"order_uid": "{beside}"},
    },
    "POST /cashier/money/{case_uid}/refund": {"fills": {"case_uid": "{refunded}"}, "form": _REFUND},
    "POST /cashier/money/{case_uid}/withdraw": {
        "fills": {"case_uid": "{withdrawn}"},
        "form": {"refund": "{other_refund}", "pin": _MANAGERS_PIN},
    },
    "POST /cashier/money/{case_uid}/undo": {"fills": {"case_uid": "{undone}"}, "form": _SIGNED},
    "POST /cashier/money/{case_uid}/close": {"fills": {"case_uid": "{closed}"}, "form": _SIGNED},
    "POST /cashier/pictures/{dish_id}": {"files": {"picture": b"no picture"}},
    "POST /cashier/menu/pause": {"form": {"reason": "Istirahat", "minutes": "5"}},
    "POST /cashier/menu/{dish_id}/sale": {"form": {"sold_out": "yes"}},
    "POST /cashier/menu/{dish_id}/portions": {"form": {"portions": "7"}},
    "POST /cashier/new/{round_uid}/lines": {"form": {"dish_id": "{ours[dish]}"}},
    "POST /cashier/new/{round_uid}/lines/{line_id}": {"form": {"quantity": "1"}},
    "POST /cashier/new/{round_uid}/serving": {"form": {"serving": "take_away"}},
    "POST /cashier/new/{round_uid}/place": {"form": _AT_ANOTHER_PRICE},
    "POST /cashier/devices/approve": {"form": {"code": "{ours[pairing]}", "name": "Kios baru"}},
    "POST /cashier/printers/add": {"form": _PRINTER},
    "POST /cashier/printers/{uid}/change": {
        "fills": {"uid": "{changed_printer}"},
        "form": _PRINTER | {"name": "Lain"},
    },
    "POST /cashier/printers/{uid}/remove": {"fills": {"uid": "{removed_printer}"}},
    "POST /cashier/orders/{uid}/print/kitchen": {"fills": {"uid": "{printed}"}},
    "POST /cashier/tables/open": {"form": {"table": "{label}"}},
    "POST /cashier/tables/codes": {"form": {"asks": "no"}},
    "POST /cashier/tables/stickers": {"form": {"said": "https://elsewhere.example/t/abc"}},
    "POST /cashier/tables/{uid}/end": {"fills": {"uid": "{party}"}},
    "POST /cashier/tables/{uid}/answer": {"fills": {"uid": "{calling}"}},
    "POST /cashier/people": {"form": {"username": "baru", "name": "Baru", "role": "kitchen", "pin": "{pin}"}},
    "POST /cashier/people/{username}": {
        "form": {"act": "edit", "name": "Sari Baru", "role": "cashier", "pin": "{pin}"}
    },
    "POST /cashier/me": {"form": {"act": "nothing"}},
    "POST /cashier/me/codes": {"form": {"act": "nothing"}},
}
"""What a route is asked with, where it wants more than its plain address."""

VARIANTS: Final[Mapping[str, Mapping[str, Mapping[str, Any]]]] = {
    "POST /api/v1/quotes": {"dish_id": {"json": _FOREIGN_DISH}},
    "POST /api/v1/orders": {"dish_id": {"json": _FOREIGN_DISH | _IN_CASH}},
    "GET /t/{token}/dishes/{dish_id}": {"dish_id": {"address": "/t/{ours[my_table]}/dishes/{dish}"}},
    "POST /t/{token}/basket": {
        "dish_id": {"form": {"dish_id": "{dish}"}},
        "option_ids": {"form": {"option_ids": "{option}"}},
    },
    "POST /t/{token}/basket/{line_id}": {"line_id": {"address": "/t/{ours[my_table]}/basket/{my_line}"}},
    "POST /kiosk/basket": {"dish_id": {"form": {"dish_id": "{dish}"}}},
    "GET /cashier": {
        "order": {"query": "?order={paid}"},
        "find": {"query": "?find={claim}"},
        "moved": {"query": "?moved={moved}"},
    },
    "GET /cashier/kitchen": {"moved": {"query": "?moved={moved}"}, "station": {"query": "?station={station}"}},
    "GET /cashier/kitchen/tickets": {"station": {"query": "?station={station}"}},
    "GET /cashier/kitchen/recall": {"station": {"query": "?station={station}"}},
    "GET /cashier/printers": {"edit": {"query": "?edit={printer}"}},
    "GET /cashier/history": {"find": {"query": "?find={claim}"}},
    "GET /cashier/audit": {"by": {"query": "?by={member}"}},
    "POST /cashier/orders/{uid}/start": {
        "station": {"address": "/cashier/orders/{ours[stationed]}/start", "form": {"station": "{station}"}}
    },
    "POST /cashier/orders/{uid}/ready": {
        "station": {"address": "/cashier/orders/{ours[stationed]}/ready", "form": {"station": "{station}"}}
    },
    "POST /cashier/orders/{uid}/lines": {"cooked": {"form": {"cooked": "{line}"}}},
    "POST /cashier/orders/{uid}/refund": {
        "not_made": {"address": "/cashier/orders/{ours[partly]}/refund", "form": {"not_made": "{partly_line}"}}
    },
    "POST /cashier/orders/{uid}/withdraw": {"refund": {"form": {"refund": "{refund}"}}},
    "POST /cashier/orders/{uid}/print/receipt": {"printer": {"form": {"printer": "{printer}"}}},
    "POST /cashier/money/{case_uid}/credit": {"order_uid": {"form": {"order_uid": "{beside}"}}},
    "POST /cashier/money/{case_uid}/withdraw": {"refund": {"form": {"refund": "{other_refund}"}}},
    "POST /cashier/money/settlements/{uid}/close": {"chosen": {"form": {"chosen": "{chosen_too}"}}},
    "GET /cashier/new/{round_uid}/dishes/{dish_id}": {
        "dish_id": {"address": "/cashier/new/{ours[round]}/dishes/{dish}"}
    },
    "POST /cashier/new/{round_uid}/lines": {"dish_id": {"form": {"dish_id": "{dish}"}}},
    "POST /cashier/new/{round_uid}/lines/{line_id}": {
        "line_id": {"address": "/cashier/new/{ours[round]}/lines/{round_line}"}
    },
    "POST /cashier/printers/add": {"station": {"form": {"name": "Pos", "station": "{station}"}}},
    "POST /cashier/printers/{uid}/change": {"station": {"form": {"station": "{station}"}}},
}
"""What else a query or a form can name of a route: each has a row of its own, with everything else ours."""
