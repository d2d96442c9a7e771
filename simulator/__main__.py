"""Starts the simulator from the command line: `python -m simulator`."""

from __future__ import annotations

import argparse
from dataclasses import fields
from pathlib import Path

from simulator.config import SimulatorConfig
from simulator.server import serve


def main(arguments: list[str] | None = None) -> None:
    """Read the options and serve until stopped."""
    parser = _parser()
    options = parser.parse_args(arguments)
    given = {name: value for name, value in vars(options).items() if value is not None}
    host, port = given.pop("host", "127.0.0.1"), given.pop("port", 8100)
    given.setdefault("public_url", f"http://{host}:{port}")
    try:
        config = SimulatorConfig(**given)
    except ValueError as error:
        parser.error(str(error))
    print(f"Midtrans simulator on {config.public_url} - pay at {config.public_url}/v2/qris/index")  # noqa: T201
    serve(config, host, port)


def _parser() -> argparse.ArgumentParser:
    usual = {each.name: each.default for each in fields(SimulatorConfig)}
    parser = argparse.ArgumentParser(prog="simulator", description="A Midtrans to practise against. No real money.")
    parser.add_argument("--host", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=int, help="port to listen on (8100)")
    parser.add_argument("--public-url", help="address that links point back to (http://HOST:PORT)")
    parser.add_argument("--notify-url", help="where notifications are posted")
    parser.add_argument("--server-key", help=f"key that calls must carry ({usual['server_key']})")
    parser.add_argument("--client-key", help=f"key for browser card calls ({usual['client_key']})")
    parser.add_argument("--signature-key", help="key that notifications are signed with (the server key)")
    parser.add_argument("--merchant-id", help=f"merchant id ({usual['merchant_id']})")
    parser.add_argument("--merchant-name", help=f"name shown to payers ({usual['merchant_name']})")
    parser.add_argument("--time-scale", type=float, help="multiplies every wait (1.0)")
    parser.add_argument("--seed", type=int, help="makes ids and chance repeat")
    parser.add_argument("--state-file", type=Path, help="SQLite file that keeps transactions over a restart")
    return parser


if __name__ == "__main__":
    main()
