"""No memory for a request is no bug of ours: whoever asked is told to come again, and when."""

from types import SimpleNamespace

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from core.web import request_log

NO_MEMORY = [MemoryError(), RuntimeError("can't start new thread")]


def falls(application: FastAPI, error: Exception) -> str:
    """Give the address of a page that cannot be made."""

    async def fall() -> None:
        raise error

    application.add_api_route("/falls", fall)
    application.add_api_route("/api/v1/falls", fall)
    return "/falls"


@pytest.mark.parametrize("error", NO_MEMORY, ids=["memory", "thread"])
def test_people_read_that_memory_is_short(application: FastAPI, client: TestClient, error: Exception) -> None:
    answer = client.get(falls(application, error))

    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert "Memori komputer" in answer.text


@pytest.mark.parametrize("error", NO_MEMORY, ids=["memory", "thread"])
def test_programs_are_told_by_its_name(application: FastAPI, client: TestClient, error: Exception) -> None:
    answer = client.get(f"/api/v1{falls(application, error)}")

    assert (answer.status_code, answer.json()["type"]) == (503, "out-of-memory")
    assert int(answer.headers["retry-after"]) > 0


def test_without_memory_for_a_page_there_is_an_answer_all_the_same(
    application: FastAPI, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_page(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("core.web.problems._page", no_page)

    answer = client.get(falls(application, MemoryError()))

    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0


def test_without_memory_for_a_line_in_the_log_there_is_an_answer_all_the_same(
    application: FastAPI, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_line(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr(request_log, "_log", SimpleNamespace(exception=no_line, info=lambda *_, **__: None))

    assert client.get(falls(application, MemoryError())).status_code == 503


def test_another_error_stays_a_bug(application: FastAPI, client: TestClient) -> None:
    assert client.get(falls(application, RuntimeError("out of luck"))).status_code == 500
