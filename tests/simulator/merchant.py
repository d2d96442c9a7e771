"""The other side of the gateway: a shop that calls it and takes its notifications."""

import hashlib
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar

import requests

Json = dict[str, Any]
T = TypeVar("T")


@dataclass(frozen=True)
class Post:
    """One notification as it came in."""

    path: str
    headers: dict[str, str]
    body: Json


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64


class Shop:
    """A server that keeps every post and answers as it is told."""

    def __init__(self) -> None:
        self.posts: list[Post] = []
        self.answers: list[tuple[int, dict[str, str]]] = []
        """Answers for the next posts, in order; 200 when none is left."""
        self._changed = threading.Condition()
        self._server = _Server(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def forget(self) -> None:
        with self._changed:
            self.posts.clear()
            self.answers.clear()

    def wait_for(self, count: int) -> list[Post]:
        """Return the posts once there are so many of them."""
        with self._changed:
            arrived = self._changed.wait_for(lambda: len(self.posts) >= count, timeout=5)
            assert arrived, f"{len(self.posts)} of {count} posts came"
            return list(self.posts)

    def wait_for_statuses(self, *statuses: str) -> list[Post]:
        """Return one post for each of these statuses, in this order, once exactly they have come.

        They may have come in another: posts travel side by side.
        """
        posts = self.wait_for(len(statuses))
        came = [str(post.body.get("transaction_status")) for post in posts]
        assert sorted(came) == sorted(statuses), came
        return [posts.pop([post.body["transaction_status"] for post in posts].index(each)) for each in statuses]

    def _take(self, post: Post) -> tuple[int, dict[str, str]]:
        with self._changed:
            self.posts.append(post)
            self._changed.notify_all()
            return self.answers.pop(0) if self.answers else (200, {})

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        take = self._take

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                status, headers = take(Post(self.path, dict(self.headers), json.loads(body)))
                self.send_response(status)
                for name, value in {"content-length": "0", **headers}.items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, *_arguments: object) -> None:
                pass

        return Handler


@dataclass
class Merchant:
    """Calls the gateway with the shop's keys, and its control surface as the test's own hand."""

    url: str
    server_key: str = "SB-Mid-server-meja"
    session: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        self.session.trust_env = False

    def call(self, method: str, path: str, body: object = None, **options: Any) -> requests.Response:
        options.setdefault("auth", (self.server_key, ""))
        options.setdefault("timeout", 10)
        options.setdefault("allow_redirects", False)
        return self.session.request(method, self.url + path, json=body, **options)

    def charge(self, order_id: str = "A-1", amount: int = 47_500, /, **fields: Any) -> Json:
        details = {"order_id": order_id, "gross_amount": amount}
        body = {"payment_type": "qris", "transaction_details": details, **fields}
        return json_of(self.call("POST", "/v2/charge", body))

    def status(self, any_id: str = "A-1") -> Json:
        return json_of(self.call("GET", f"/v2/{any_id}/status"))

    def post(self, any_id: str, what: str, body: object = None) -> Json:
        return json_of(self.call("POST", f"/v2/{any_id}/{what}", body))

    def control(self, method: str, path: str, body: object = None) -> Json:
        response = self.call(method, f"/simulator{path}", body)
        assert response.status_code == 200, response.text
        return json_of(response)

    def pay(self, any_id: str = "A-1", /, **options: Any) -> Json:
        return self.control("POST", f"/transactions/{any_id}/pay", options)

    def plan(self, *faults: Json) -> None:
        self.control("PUT", "/faults", {"faults": list(faults)})

    def settings(self, **settings: Any) -> None:
        self.control("PUT", "/settings", settings)

    def advance(self, seconds: float) -> None:
        self.control("PUT", "/clock", {"advance_seconds": seconds})

    def freeze(self, at: str | bool = True) -> None:
        self.control("PUT", "/clock", {"freeze": at})

    def book(self) -> Json:
        return self.control("GET", "/book")

    def sent(self) -> list[Json]:
        sent: list[Json] = self.control("GET", "/notifications")["notifications"]
        return sent

    def wait_for_outcome(self, number: int, outcome: str, attempts: int = 0) -> Json:
        """Return a notification once it has come to this outcome after so many attempts."""
        return eventually(
            lambda: self.sent()[number - 1],
            lambda each: each["outcome"] == outcome and len(each["attempts"]) >= attempts,
        )


def json_of(response: requests.Response) -> Json:
    """Read an answer, which is an object wherever the gateway answers at all."""
    answer: Json = response.json()
    return answer


def eventually(look: Callable[[], T], is_right: Callable[[T], bool]) -> T:
    """Look again until it is right; fail after five seconds."""
    pause = threading.Event()
    seen = look()
    for _ in range(500):
        if is_right(seen):
            return seen
        pause.wait(0.01)
        seen = look()
    msg = f"still {seen!r}"
    raise AssertionError(msg)


def signature_of(body: Json, key: str = "SB-Mid-server-meja") -> str:
    text = f"{body['order_id']}{body['status_code']}{body['gross_amount']}{key}"
    return hashlib.sha512(text.encode()).hexdigest()
