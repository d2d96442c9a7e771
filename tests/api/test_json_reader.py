"""Bodies that no honest program writes are refused before anybody looks at them."""

import gzip
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.web.errors import UnreadableJson
from core.web.json_reader import DEEPEST, read_json
from tests.api.conftest import Program


def _nested(levels: int) -> bytes:
    return b"[" * levels + b"]" * levels


UNREADABLE = {
    "nothing": b"",
    "spaces": b"   ",
    "half": b'{"a": 1',
    "two": b"{} {}",
    "single quotes": b"{'a': 1}",
    "a comma too many": b"[1,]",
    "NaN": b'{"a": NaN}',
    "infinity": b"[-Infinity]",
    "a number beyond all": b"[1e999]",
    "a key twice": b'{"a": 1, "a": 2}',
    "a key twice, written differently": b'{"a": 1, "\\u0061": 2}',
    "a key twice, deep inside": b'[{"b": {"a": 1, "a": 2}}]',
    "too deep": _nested(DEEPEST + 1),
    "far too deep": _nested(30_000),
    "deep objects": b'{"a":' * 200 + b"1" + b"}" * 200,
    "a lone surrogate": b'["\\ud800"]',
    "a lone surrogate as a key": b'{"\\udfff": 1}',
    "not UTF-8": b'["\xff"]',
    "UTF-16": "{}".encode("utf-16"),
    "a byte order mark": b"\xef\xbb\xbf{}",
    "a bare control character": b'["\x00"]',
    "a number of 5,000 digits": b"9" * 5_000,
}


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=list(UNREADABLE))
def test_what_is_odd_is_unreadable(body: bytes) -> None:
    with pytest.raises(UnreadableJson):
        read_json(body)


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b"{}", {}),
        (_nested(DEEPEST), json.loads(_nested(DEEPEST))),
        (b'["\\ud83c\\udf5c"]', ["🍜"]),
        ('["🍜 é"]'.encode(), ["🍜 é"]),
        (b'["[[[[[[[[[[[["]', ["[[[[[[[[[[[["]),
        (b"[1.5, -2, 1e3, true, null]", [1.5, -2, 1000.0, True, None]),
        (b'[{"a": 1}, {"a": 2}]', [{"a": 1}, {"a": 2}]),
    ],
)
def test_what_is_in_order_is_read(body: bytes, value: object) -> None:
    assert read_json(body) == value


@given(value=st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=8))
def test_what_a_program_writes_is_read_as_it_was_meant(value: Any) -> None:
    assert read_json(json.dumps(value).encode("utf-8", "surrogatepass")) == value


@given(body=st.binary(max_size=300))
def test_no_bytes_make_a_fault(body: bytes) -> None:
    try:
        read_json(body)
    except UnreadableJson:
        return


@pytest.mark.parametrize("address", ["/api/v1/quotes", "/api/v1/orders", "/api/v1/payments/qris"])
@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"", {"content-type": "application/json"}, 400),
        (b"{", {"content-type": "application/json"}, 400),
        (b'{"a": 1, "a": 2}', {"content-type": "application/json"}, 400),
        (_nested(3_000), {"content-type": "application/json; charset=utf-8"}, 400),
        (b"{}", {"content-type": "application/json"}, 422),
        (b"[]", {"content-type": "application/json"}, 422),
        (b"null", {"content-type": "application/json"}, 422),
        (b"{}", {"content-type": "text/plain"}, 415),
        (b"{}", {"content-type": "application/x-www-form-urlencoded"}, 415),
        (b"{}", {}, 415),
        (gzip.compress(b"{}", mtime=0), {"content-type": "application/json", "content-encoding": "gzip"}, 415),
        (b"[" + b" " * 70_000 + b"]", {"content-type": "application/json"}, 413),
    ],
)
def test_every_call_reads_its_body_the_same_way(
    program: Program, address: str, body: bytes, headers: dict[str, str], status: int
) -> None:
    answer = program.http.post(address, content=body, headers=headers)

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status
