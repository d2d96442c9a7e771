"""The counter is one place of its outlet, whoever asks for it first."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import func, select

from core.base.ids import new_uid
from core.orders.status import PaymentMethod
from core.outlets.models import Table, TableKind
from core.outlets.serving import Serving
from core.services.counter_desk import guest_of_round
from tests.shop import CASHIER, Shop


def test_cashiers_at_once_put_up_one_counter(shop: Shop) -> None:
    with ThreadPoolExecutor(8) as cashiers:
        found = list(cashiers.map(lambda _: shop.core.counter.counter(shop.outlet.id).id, range(8)))

    with shop.core.db.read() as session:
        counters = session.scalar(select(func.count()).where(Table.kind == TableKind.COUNTER))
    assert (len(set(found)), counters) == (1, 1)


def test_a_table_may_be_called_like_it(shop: Shop) -> None:
    with shop.core.db.write() as session:
        session.add(Table(outlet_id=shop.outlet.id, label="Kasir"))

    assert shop.core.counter.counter(shop.outlet.id).label == "Kasir 2"


def test_what_is_taken_away_is_known_before_anything_is_picked(shop: Shop) -> None:
    counter, round_uid = shop.core.counter.counter(shop.outlet.id), new_uid()

    shop.core.counter.serve(counter, round_uid, Serving.TAKE_AWAY)
    shop.core.baskets.add(counter.token, guest_of_round(round_uid), shop.picks("Sate Ayam")[0])
    order = shop.core.checkout.place_order(
        counter.token, guest_of_round(round_uid), key=new_uid(), pay_by=PaymentMethod.CASH, by=CASHIER
    )

    assert (order.serving, order.service) == (Serving.TAKE_AWAY, 0)


def test_a_table_code_is_not_asked_for_at_the_counter(shop: Shop) -> None:
    with shop.core.db.write() as session:
        session.merge(shop.outlet).asks_table_code = True
    counter, guest = shop.core.counter.counter(shop.outlet.id), guest_of_round(new_uid())

    shop.core.baskets.add(counter.token, guest, shop.picks("Es Teh")[0])
    order = shop.core.checkout.place_order(counter.token, guest, key=new_uid(), pay_by=PaymentMethod.CASH, by=CASHIER)

    assert order.sitting_id is None
