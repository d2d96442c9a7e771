"""Says where answers are otherwise than listed: `python -m tests.rights`; `--write` writes the table anew."""

import argparse
import logging
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog

from tests.rights.asks import asks_of, in_playing_order
from tests.rights.play import Answer, Player
from tests.rights.street import EVERYBODY, Identity, Street, build_street_file, open_copy
from tests.rights.table import PAGE, differences, read, table_of, written


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.rights", description=__doc__)
    parser.add_argument("--write", action="store_true", help="write answers.txt anew")
    asked = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with TemporaryDirectory() as folder:
        street = build_street_file(Path(folder) / "street.db")
        labels, answers = _play(street, Path(folder))
    table = table_of(answers)
    if asked.write:
        PAGE.write_text(written(table, labels), encoding="utf-8")
        return 0
    listed = read(PAGE.read_text(encoding="utf-8"))
    found = [line for who in EVERYBODY for line in differences(listed, table, who)]
    sys.stdout.write("".join(f"{line}\n" for line in found) or "Every answer is as listed.\n")
    return 1 if found else 0


def _play(street: Street, folder: Path) -> tuple[list[str], dict[Identity, list[Answer]]]:
    answers: dict[Identity, list[Answer]] = {}
    labels: list[str] = []
    for who in EVERYBODY:
        with open_copy(street, folder) as app:
            asks = asks_of(app)
            labels = [ask.label for ask in asks]
            answers[who] = Player(app, street, who).answers(in_playing_order(asks))
    return labels, answers


if __name__ == "__main__":
    sys.exit(main())
