"""The street that rights are tried on, built once in a run."""

from collections.abc import Sequence

import pytest

from tests import servers
from tests.rights.asks import Ask, asks_of
from tests.rights.street import Street, build_street_file, open_copy
from tests.rights.table import PAGE, Table, read


@pytest.fixture(scope="session")
def street() -> Street:
    """Two outlets in the middle of an evening, on SQLite; whoever plays there gets a copy."""
    return Street.read(servers.made_once("street-of-rights", _built))


def _built() -> str:
    return build_street_file(servers.open_run()[0] / "street-of-rights.db").written()


@pytest.fixture(scope="session")
def asks(street: Street, tmp_path_factory: pytest.TempPathFactory) -> Sequence[Ask]:
    """Everything that is asked of the running program."""
    with open_copy(street, tmp_path_factory.mktemp("routes")) as app:
        return asks_of(app)


@pytest.fixture(scope="session")
def listed() -> Table:
    """What the table says."""
    return read(PAGE.read_text(encoding="utf-8"))
