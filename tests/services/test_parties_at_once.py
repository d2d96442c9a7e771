"""What two do at one table in the same moment: the second waits for the first, and sees what became of it."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.menu.quote import Pick
from core.orders.errors import UnknownSitting
from core.orders.models import CallFor, Sitting
from core.orders.sittings import end_sitting
from core.services.basket_lines import bring, empty, lines_of_for_update, open_visit, visit_of
from tests.shop import CASHIER, Shop

ANI, BUDI = "phone-of-ani", "phone-of-budi"
_LONG_ENOUGH = 0.4
"""In seconds: the second has come as far as the first lets it."""


def picks(shop: Shop, guest: str, name: str = "Es Teh", table: int = 0) -> None:
    shop.core.baskets.add(shop.tables[table].token, guest, Pick(shop.dishes[name].id, 1))


def basket(shop: Shop, guest: str, table: int = 0) -> list[tuple[str, int]]:
    visit = shop.core.baskets.visit(shop.tables[table].token, guest)
    return [(line.dish.name, line.quantity) for line in shop.core.baskets.basket(visit.id if visit else None).lines]


def clears(shop: Shop) -> Callable[[Session], None]:
    def act(session: Session) -> None:
        sitting = session.scalars(select(Sitting).where(Sitting.ended_at.is_(None)).with_for_update()).one()
        end_sitting(session, sitting, shop.clock(), by="staff:3")

    return act


def meanwhile(shop: Shop, first: Callable[[Session], object], second: Callable[[], object]) -> None:
    """Let the second begin when the first has done everything but keep it."""
    with ThreadPoolExecutor(1) as pool:
        with shop.core.db.write() as session:
            first(session)
            session.flush()
            waiting = pool.submit(second)
            time.sleep(_LONG_ENOUGH)
        with suppress(UnknownSitting):
            waiting.result()


def test_a_call_while_the_table_is_cleared_stands_on_the_board_until_it_is_answered(shop: Shop) -> None:
    picks(shop, ANI)

    meanwhile(shop, clears(shop), lambda: shop.core.parties.call(shop.tables[0].token, ANI, CallFor.HELP))

    (call,) = shop.core.board.snapshot(shop.outlet.id).calls
    shop.core.floor.answer(shop.outlet.id, call.sitting_uid, CASHIER)
    assert shop.core.board.snapshot(shop.outlet.id).calls == []


def test_an_order_while_the_table_is_cleared_belongs_to_a_party_that_is_there_or_is_not_placed(shop: Shop) -> None:
    with shop.core.db.write() as session:
        open_visit(session, shop.tables[0], ANI, shop.clock())

    meanwhile(shop, clears(shop), lambda: shop.order("Es Teh", charge=False))

    sitting = shop.core.parties.party(shop.tables[0].token, ANI).sitting
    assert sitting is not None
    assert shop.core.floor.floor(shop.outlet.id).tables[0].unpaid_orders == 1


def test_a_phone_that_taps_twice_while_it_joins_is_one_phone(shop: Shop) -> None:
    picks(shop, ANI)
    with shop.core.db.write() as session:
        clears(shop)(session)
    picks(shop, BUDI)

    meanwhile(shop, lambda session: open_visit(session, shop.tables[0], ANI, shop.clock()), lambda: picks(shop, ANI))

    party = shop.core.parties.party(shop.tables[0].token, ANI)
    assert (party.phones, party.number) == (2, 2)


def test_a_basket_brought_twice_at_once_is_not_doubled(shop: Shop) -> None:
    picks(shop, ANI)
    picks(shop, ANI, "Rendang", table=1)
    there = shop.tables[1]

    meanwhile(
        shop,
        lambda session: bring(session, open_visit(session, there, ANI, shop.clock())),
        lambda: shop.core.parties.bring_basket(there.token, ANI),
    )

    assert basket(shop, ANI, table=1) == [("Rendang", 1), ("Es Teh", 1)]


def test_what_is_being_ordered_at_one_table_is_not_brought_to_another(shop: Shop) -> None:
    picks(shop, ANI)

    def orders(session: Session) -> None:
        visit = visit_of(session, shop.tables[0], ANI)
        assert visit is not None
        assert len(lines_of_for_update(session, visit)) == 1
        empty(session, visit)

    meanwhile(shop, orders, lambda: shop.core.parties.bring_basket(shop.tables[1].token, ANI))

    assert basket(shop, ANI) == basket(shop, ANI, table=1) == []
