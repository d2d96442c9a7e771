"""Notifications that no honest gateway sends: forged, altered, stolen, spelled oddly, broken. With the answer each must get.

None of them may move money, whatever the answer: a message that is signed is taken in, and only makes us ask.
"""

import gzip
import hashlib
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

SERVER_KEY = "SB-Mid-server-meja"
_CHECKED = ("order_id", "status_code", "gross_amount", "signature_key", "transaction_status")
_JSON = "application/json"

Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Draw:
    """What a forger has at hand."""

    dice: Random
    victim: Body
    """A genuine message about a payment, seen on its way."""
    other: Body
    """A genuine message about somebody else's."""
    old: bytes
    """One that was delivered before, to the byte."""

    def claim(self, **changed: Any) -> Body:
        """A message that says: this is paid. Signed with nothing that fits."""
        said = {"transaction_status": "settlement", "status_code": "200", "fraud_status": "accept"}
        return self.victim | said | {"nonce": secrets.token_hex(8)} | changed

    def signed(self, **changed: Any) -> Body:
        """The same, with a signature that verifies, as the cancel call's answer brings one for code 200."""
        body = self.claim(**changed)
        return body | {"signature_key": signature(body["order_id"], body["status_code"], body["gross_amount"])}


@dataclass(frozen=True, slots=True)
class Sent:
    """One request body with what its head says of it."""

    body: bytes
    kind: str = _JSON
    encoding: str = ""
    is_chunked: bool = False


@dataclass(frozen=True, slots=True)
class Forgery:
    """One way to lie."""

    name: str
    make: Callable[[Draw], Body | bytes | Sent]
    answers: frozenset[int]

    def sent(self, draw: Draw) -> Sent:
        made = self.make(draw)
        if isinstance(made, Sent):
            return made
        return Sent(made if isinstance(made, bytes) else written(made))


def written(body: Body) -> bytes:
    """Write a message as the gateway does."""
    return json.dumps(body, separators=(",", ":")).encode()


def signature(reference: str, code: str, amount: str, key: str = SERVER_KEY) -> str:
    return hashlib.sha512(f"{reference}{code}{amount}{key}".encode()).hexdigest()


def _one_bit_off(draw: Draw) -> Body:
    body = draw.signed()
    at = draw.dice.randrange(128)
    digit = f"{int(body['signature_key'][at], 16) ^ 1:x}"
    return body | {"signature_key": body["signature_key"][:at] + digit + body["signature_key"][at + 1 :]}


def _upper_case(draw: Draw) -> Body:
    body = draw.signed()
    return body | {"signature_key": body["signature_key"].upper()}


def _cut_short(draw: Draw) -> Body:
    body = draw.signed()
    return body | {"signature_key": body["signature_key"][: draw.dice.randrange(1, 128)]}


def _other_key(draw: Draw) -> Body:
    body = draw.claim()
    key = draw.dice.choice(["SB-Mid-server-other", "", " ", "SB-Mid-client-meja"])
    return body | {"signature_key": signature(body["order_id"], "200", body["gross_amount"], key)}


def _signature_of_another_code(draw: Draw) -> Body:
    body = draw.claim()
    return body | {"signature_key": signature(body["order_id"], "201", body["gross_amount"])}


def _text_altered(draw: Draw) -> Body:
    said = draw.dice.choice(["settlement", "capture", "SETTLEMENT", "refund", "deny", "chargeback"])
    return draw.signed(status_code="201", transaction_status=said)


def _amount_spelled(draw: Draw) -> Body:
    rupiah = draw.victim["gross_amount"].partition(".")[0]
    spelled = [
        f"{rupiah}.0",
        f"{rupiah}.000",
        f"+{rupiah}",
        f" {rupiah}.00",
        f"{rupiah[0]}_{rupiah[1:]}.00",
        "1e4",
        "NaN",
    ]
    spelled += [
        rupiah.translate({48 + n: 0xFF10 + n for n in range(10)}),
        f"-{rupiah}.00",
        f"{rupiah},00",
        "",
        "Infinity",
    ]
    return draw.signed(gross_amount=draw.dice.choice(spelled))


def _twin(draw: Draw) -> Body:
    """The three signed parts are joined without a mark between them, so they can be cut elsewhere."""
    text = f"{draw.victim['order_id']}200{draw.victim['gross_amount']}"
    at = len(draw.victim["order_id"]) + draw.dice.choice([1, 2])
    body = draw.claim(order_id=text[:at], status_code=text[at : at + 3], gross_amount=text[at + 3 :])
    return body | {"signature_key": signature(draw.victim["order_id"], "200", draw.victim["gross_amount"])}


def _unknown_order(draw: Draw) -> Body:
    letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    return draw.signed(order_id="K" + "".join(draw.dice.choices(letters, k=26)) + "Q")


def _not_ascii(draw: Draw) -> Body:
    return draw.dice.choice(
        [
            draw.claim(signature_key="é" * 128),
            draw.claim(signature_key="０" * 128),
            draw.signed(order_id="Ｋ" + draw.victim["order_id"][1:]),
            draw.signed(status_code="２００"),
        ]
    )


def _wrong_type(draw: Draw) -> Body:
    field = draw.dice.choice(_CHECKED)
    return draw.signed() | {field: draw.dice.choice([None, 200, 1.5, True, ["settlement"], {"a": 1}])}


def _lone_surrogate(draw: Draw) -> bytes:
    field = draw.dice.choice(["order_id", "signature_key", "transaction_status"])
    return written(draw.signed() | {field: "\ud800"})


def _key_twice(draw: Draw) -> bytes:
    first = written(draw.signed(transaction_status="pending"))
    return first[:-1] + b',"transaction_status":"settlement"}'


def _deep(draw: Draw) -> bytes:
    depth = draw.dice.choice([21, 500, 5_000])
    return written(draw.signed())[:-1] + b',"custom_field1":' + b"[" * depth + b"]" * depth + b"}"


def _not_a_number(draw: Draw) -> bytes:
    return written(draw.signed())[:-1] + b',"custom_field1":NaN}'


def _cut_off(draw: Draw) -> bytes:
    whole = written(draw.signed())
    return whole[: draw.dice.randrange(len(whole))]


def _too_large(draw: Draw) -> Sent:
    body = written(draw.signed(custom_field1="x" * 17 * 1024))
    return Sent(body, is_chunked=draw.dice.random() < 0.5)


def _other_type(draw: Draw) -> Sent:
    kinds = ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "text/json", "application/xml"]
    return Sent(written(draw.signed()), kind=draw.dice.choice(kinds))


def _forgery(name: str, make: Callable[[Draw], Body | bytes | Sent], *answers: int) -> Forgery:
    return Forgery(name, make, frozenset(answers))


FORGED: tuple[Forgery, ...] = (
    _forgery("random_signature", lambda draw: draw.claim(signature_key=secrets.token_hex(64)), 403),
    _forgery("empty_signature", lambda draw: draw.claim(signature_key=""), 403),
    _forgery("no_signature", lambda draw: {k: v for k, v in draw.claim().items() if k != "signature_key"}, 403),
    _forgery("upper_case_signature", _upper_case, 403),
    _forgery("signature_cut_short", _cut_short, 403),
    _forgery("signature_one_bit_off", _one_bit_off, 403),
    _forgery("another_key", _other_key, 403),
    _forgery("signature_of_another_code", _signature_of_another_code, 403),
    _forgery("status_text_altered", _text_altered, 200),
    _forgery("cancel_relabelled_settlement", lambda draw: draw.signed(), 200),
    _forgery("anothers_transaction_id", lambda draw: draw.signed(transaction_id=draw.other["transaction_id"]), 200),
    _forgery("amount_spelled_oddly", _amount_spelled, 400),
    _forgery("another_amount", lambda draw: draw.signed(gross_amount="1.00"), 200),
    _forgery("concatenation_twin", _twin, 200),
    _forgery("unknown_order", _unknown_order, 200),
    _forgery("another_merchant", lambda draw: draw.signed(merchant_id="G999999999"), 200),
    _forgery("another_currency", lambda draw: draw.signed(currency="USD"), 200),
    _forgery("old_replay", lambda draw: draw.old, 200),
    _forgery("not_ascii", _not_ascii, 400, 403),
    _forgery("wrong_type", _wrong_type, 400, 403),
    _forgery("lone_surrogate", _lone_surrogate, 400, 403),
)
"""30 % of all deliveries."""

MALFORMED: tuple[Forgery, ...] = (
    _forgery("key_twice", _key_twice, 400),
    _forgery("nan", _not_a_number, 400),
    _forgery("too_deep", _deep, 400),
    _forgery("cut_off", _cut_off, 400),
    _forgery("no_object", lambda draw: draw.dice.choice([b"", b"[]", b"null", b'"paid"', b"200", b"\x00"]), 400),
    _forgery("not_utf8", lambda draw: written(draw.signed()) + b"\xff", 400),
    _forgery("packed", lambda draw: Sent(gzip.compress(written(draw.signed())), encoding="gzip"), 415),
    _forgery("another_content_type", _other_type, 415),
    _forgery("too_large", _too_large, 413),
)
"""5 % of all deliveries."""
