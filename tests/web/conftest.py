"""The whole application, as a browser meets it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from main import create_app
from tests.running_simulator import Simulator
from tests.shop import Shop, open_shop

HERE = "http://127.0.0.1"


@pytest.fixture
def house(migrated_sqlite: Path, tmp_path: Path, simulator: Simulator) -> Iterator[Shop]:
    """A restaurant on SQLite: what is tested here is the edge, which is the same on both databases."""
    path = tmp_path / "meja.db"
    shutil.copy(migrated_sqlite, path)
    shop = open_shop(f"sqlite:///{path}", simulator)
    yield shop
    shop.core.close()


@pytest.fixture
def application(house: Shop) -> FastAPI:
    return create_app(core=house.core)


@pytest.fixture
def client(application: FastAPI) -> Iterator[TestClient]:
    """A browser on this machine that does not follow redirects by itself."""
    with TestClient(application, base_url=HERE, follow_redirects=False, client=("127.0.0.1", 4711)) as client:
        yield client


@pytest.fixture
def table(house: Shop) -> str:
    """The address of table 1."""
    return f"/t/{house.tables[0].token}"
