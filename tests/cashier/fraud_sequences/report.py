"""The exception report as a manager reads it, line by line, and the hands of those who stand in it."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from httpx2 import Response
from starlette.testclient import TestClient

from core.orders.models import Order
from main import create_app
from tests.cashier.conftest import HERE, MANAGERS_PIN, Counter
from tests.shop import Shop

EXCEPTIONS: Final = "/cashier/exceptions"
OWNERS_PIN: Final = "112358"
REASON: Final = "salah ketik"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the report, in English, without its time."""

    what: str
    who: str
    amount: str = ""
    """As it is written: Rp47.500."""
    allowed_by: str = ""
    about: str = ""
    """The order, the shift, or what else it leads to or names."""
    said: str = ""
    """The reason that somebody typed."""
    marks: frozenset[str] = frozenset()
    changes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class House:
    """The restaurant with one browser for each who works here."""

    shop: Shop
    cashier: Counter
    manager: Counter
    owner: Counter

    def sold_in_cash(self, *dishes: str) -> Order:
        """The cashier takes the cash of a guest who ordered on the phone."""
        order = self.shop.order(*(dishes or ("Sate Ayam",)), pay_by="cash")
        self.cashier.after(self.cashier.does(order, "cash", tendered="100000"))
        return order

    def sold_by_qris(self, *dishes: str, table: int = 0, **how: Any) -> Order:
        """A guest pays by QRIS."""
        order = self.shop.order(*(dishes or ("Sate Ayam",)), table=table)
        self.shop.wallet.pays(order, **how)
        return order

    def served(self, order: Order) -> Order:
        """Cook an order and hand it out."""
        for step in ("start", "ready", "serve"):
            assert self.cashier.does(order, step).status_code == 303
        return order

    def cancels(self, who: Counter, order: Order, **fields: str) -> None:
        """Cancel an order; a cashier has the manager's PIN typed for what was paid."""
        who.after(who.does(order, "cancel", reason=REASON, **fields))

    def gives_back(self, who: Counter, order: Order, amount: int, **fields: str) -> None:
        """Give money back with the manager's PIN."""
        wish = {"amount": str(amount), "reason": REASON, "pin": MANAGERS_PIN} | fields
        who.after(who.does(order, "refund", **wish))
        self.shop.gateway_works()

    def carries(self, who: Counter, kind: str, amount: int) -> None:
        """Carry cash into the drawer, or out of it."""
        form = {"kind": kind, "amount": str(amount), "reason": REASON}
        who.after(who.browser.post("/cashier/shift/movement", data=form))

    def counts(self, who: Counter, amount: int) -> None:
        who.after(who.browser.post("/cashier/shift/close", data={"counted": str(amount)}))

    def opens_shift(self, who: Counter, amount: int) -> None:
        who.after(who.browser.post("/cashier/shift/open", data={"opening_float": str(amount)}))

    def reads(self, query: str = "") -> list[Line]:
        """What stands in the manager's report, the newest first."""
        return list(_lines(self.page(query)))

    def page(self, query: str = "") -> str:
        """The report's page in English; the manager signs in anew, however much time has passed."""
        self.manager.signs_in("manager")
        return self.manager.sees(f"{EXCEPTIONS}?lang=en{query}")


def browser_of(shop: Shop, username: str) -> Counter:
    """Sign somebody in on a browser of their own."""
    browser = TestClient(create_app(core=shop.core), base_url=HERE, follow_redirects=False, client=("127.0.0.1", 4711))
    counter = Counter(browser, shop)
    assert counter.signs_in(username).status_code == 303
    return counter


def rupiah(amount: int) -> str:
    """Write an amount as the page does."""
    digits = f"{abs(amount):,}".replace(",", ".")
    return f"−Rp{digits}" if amount < 0 else f"Rp{digits}"


def ordered(order: Order) -> str:
    """Name an order as the page does."""
    return f"Order {order.label}"


def posted(answer: Response, status: int = 303) -> Response:
    """Make sure that a form was taken."""
    assert answer.status_code == status, answer.text
    return answer


def _lines(page: str) -> Iterator[Line]:
    for line in re.findall(r'<li class="act">(.*?)\n</li>', page, re.DOTALL):
        head, *rest = re.findall(r'<p class="act__line">(.*?)</p>', line, re.DOTALL)
        what, _, about = head.partition("</b>")
        who, _, allowed = _only(r'<p class="act__who">(.*?)</p>', line).partition(" allowed by ")
        yield Line(
            what=_text(what),
            who=who,
            allowed_by=allowed,
            amount=_only(r'<p class="amount act__amount">(.*?)</p>', line),
            about=_text(about),
            said=_only(r"<q[^>]*>(.*?)</q>", line),
            marks=frozenset(map(_text, re.findall(r'<span class="badge[^>]*>(.*?)</span>', line, re.DOTALL))),
            changes=tuple(map(_text, re.findall(r'<p class="act__change">(.*?)</p>', line, re.DOTALL))),
        )
        assert not rest


def _only(pattern: str, text: str) -> str:
    found = re.search(pattern, text, re.DOTALL)
    return _text(found[1]) if found else ""


def _text(markup: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", markup)).split())
