"""A printer stands in the house: by its address nobody makes the server call anything else."""

import socket
from typing import Any

import pytest

from core.printing.addresses import NotInTheHouse, addresses_of, tidy_host
from core.printing.errors import BadPrinterAddress


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" 192.168.1.50 ", "192.168.1.50"),
        ("10.0.0.7", "10.0.0.7"),
        ("172.31.255.1", "172.31.255.1"),
        ("127.0.0.1", "127.0.0.1"),
        ("::1", "::1"),
        ("FD12:3456::0:7", "fd12:3456::7"),
        ("Dapur.Local.", "dapur.local"),
        ("printer-1", "printer-1"),
    ],
)
def test_an_address_of_the_house_is_taken(typed: str, kept: str) -> None:
    assert tidy_host(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        *("169.254.169.254", "169.254.1.1", "fe80::1", "fe80::1%eth0", "fd00:ec2::254"),
        *("8.8.8.8", "172.32.0.1", "100.100.100.200", "100.64.0.1", "0.0.0.1", "255.255.255.255", "224.0.0.1"),
        *("::", "2001:db8::1", "::ffff:169.254.169.254", "::ffff:192.168.1.5", "64:ff9b::a9fe:a9fe"),
        *("127.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "192.168.1", "192.168.1.300"),
        *("", " ", "printer dapur", "a" * 64, "-a", "a..b", "http://192.168.1.5", "192.168.1.5:9100", "[::1]"),
        *("dapur\x00", "dapür", "a/b", "user@host", "192.168.1.5\r\nGET"),
    ],
)
def test_what_is_no_address_of_the_house_is_refused(typed: str) -> None:
    with pytest.raises(BadPrinterAddress):
        tidy_host(typed)


def test_a_name_of_this_machine_leads_to_it() -> None:
    assert set(addresses_of("localhost")) <= {"127.0.0.1", "::1"}


@pytest.mark.parametrize("name", ["no-such-printer.invalid", "x" * 63 + "." + "y" * 63])
def test_a_name_that_leads_nowhere_is_no_printer(name: str) -> None:
    with pytest.raises(NotInTheHouse):
        addresses_of(name)


@pytest.mark.parametrize("also", [[], ["192.168.1.50"]])
@pytest.mark.parametrize("leads_to", ["169.254.169.254", "8.8.8.8", "fe80::1", "::ffff:169.254.169.254"])
def test_a_name_that_leads_out_of_the_house_is_not_followed(
    monkeypatch: pytest.MonkeyPatch, leads_to: str, also: list[str]
) -> None:
    """No test may ask a real name server: what one could answer is said by the library."""

    def answer(*_: Any, **__: Any) -> list[tuple[Any, ...]]:
        return [(0, socket.SOCK_STREAM, 0, "", (address, 0)) for address in [*also, leads_to]]

    monkeypatch.setattr(socket, "getaddrinfo", answer)

    with pytest.raises(NotInTheHouse):
        addresses_of("metadata.internal")
