"""Stopping and starting: what is kept, and how the program behaves."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from simulator.__main__ import main
from simulator.config import SimulatorConfig
from tests.simulator.conftest import free_socket, running
from tests.simulator.merchant import Merchant, eventually

ROOT = Path(__file__).resolve().parent.parent.parent


@contextmanager
def simulator(state_file: Path | None, **options: Any) -> Iterator[Merchant]:
    listener, url = free_socket()
    with running(SimulatorConfig(public_url=url, state_file=state_file, seed=1, **options), listener) as merchant:
        yield merchant


def test_transactions_and_money_survive_a_restart(tmp_path: Path) -> None:
    state_file = tmp_path / "var" / "simulator.db"
    with simulator(state_file) as merchant:
        charged = merchant.charge("A-1", 47_500, custom_field1="table-12")
        merchant.charge("A-2")
        merchant.pay("A-2", issuer="dana")
        merchant.post("A-2", "refund", {"refund_key": "R1", "amount": 7_000})
        before = (merchant.book(), merchant.status("A-1"), merchant.status("A-2"))

    with simulator(state_file) as merchant:
        after = (merchant.book(), merchant.status("A-1"), merchant.status("A-2"))
        again = merchant.charge("A-3")
        merchant.advance(20)
        confirmed = merchant.book()["total_confirmed"]
        merchant.advance(900)
        expired = merchant.status("A-1")["transaction_status"]

    assert before == after
    assert again["transaction_id"] != charged["transaction_id"]
    assert (confirmed, expired) == (7_000, "expire")


def test_without_a_file_nothing_is_kept() -> None:
    with simulator(None) as merchant:
        merchant.charge()
    with simulator(None) as merchant:
        assert merchant.book()["transactions"] == []


def test_a_reset_empties_the_file(tmp_path: Path) -> None:
    state_file = tmp_path / "simulator.db"
    with simulator(state_file) as merchant:
        merchant.charge()
        merchant.control("POST", "/reset")
    with simulator(state_file) as merchant:
        assert merchant.book()["transactions"] == []


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_the_program_says_where_it_is_and_stops_when_told(by: signal.Signals, tmp_path: Path) -> None:
    listener, url = free_socket()
    port = url.rpartition(":")[2]
    listener.close()
    command = [sys.executable, "-m", "simulator", "--port", port, "--state-file", str(tmp_path / "simulator.db")]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as program:
        assert program.stdout is not None
        greeting = program.stdout.readline()
        merchant = Merchant(url)
        book = eventually(lambda: _book_if_up(merchant), lambda book: book is not None)
        merchant.session.close()
        program.send_signal(by)
        rest, _nothing = program.communicate(timeout=5)

    assert f"{url}/v2/qris/index" in greeting
    assert book == {
        "transactions": [],
        **{f"total_{name}": 0 for name in ("settled", "refunded", "confirmed", "charged_back")},
    }
    assert "Traceback" not in rest
    assert program.returncode in (0, -by)


@pytest.mark.parametrize("wrong", [["--merchant-name", "x" * 26], ["--time-scale", "0"], ["--colour", "red"]])
def test_an_option_that_makes_no_sense_stops_the_start(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(wrong)

    assert stopped.value.code == 2
    assert wrong[0].strip("-").replace("-", "_") in capsys.readouterr().err.replace("-", "_")


def _book_if_up(merchant: Merchant) -> object:
    try:
        return merchant.book()
    except OSError:
        return None
