"""Settlement files against the books: what agrees, what does not, and that a file never makes money."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from core.base.clock import GATEWAY_ZONE
from core.events.models import Event
from core.events.record import SYSTEM, Actor
from core.ledger.models import Account, Entry
from core.orders.errors import ReasonNeeded
from core.orders.models import Order
from core.outlets.errors import NoOutlet
from core.outlets.models import MerchantClass, Outlet
from core.payments.models import CaseKind
from core.services.settlement_reports import FileReport
from core.settlements.errors import BadSettlementFile, NothingChosen, UnknownSettlementFile
from core.settlements.models import (
    BreakKind,
    BreakState,
    LineKind,
    SettlementBreak,
    SettlementFile,
    SettlementLine,
)
from tests.services.test_money_taken_back import bank_takes_back
from tests.services.test_refunds import ask
from tests.settlement_files import STRANGE, csv_file, payment, xlsx_file
from tests.shop import Shop

MANAGER = Actor("staff", 2, "Manager")


def paid(shop: Shop, *dishes: str, **how: Any) -> Order:
    """An order whose QR was paid, as the gateway has told us."""
    order = shop.order(*(dishes or ("Sate Ayam",)), **how)
    shop.wallet.pays(order)
    return order


def listed(shop: Shop, order: Order, **more: Any) -> dict[str, Any]:
    """How an export lists an order's payment."""
    attempt = shop.attempt(order)
    at = attempt.gateway_paid_at or shop.clock()
    return payment(attempt.reference, more.pop("gross", order.total), at, **more)


def takes_in(shop: Shop, *rows: dict[str, Any], name: str = "settlement.csv", by: Actor = MANAGER) -> FileReport:
    taken = shop.core.settlement_files.take_in(shop.outlet.id, name, csv_file(*rows), by)
    return report(shop, taken.uid)


def report(shop: Shop, uid: str) -> FileReport:
    return shop.core.settlement_reports.report(shop.outlet.id, uid)


def again(shop: Shop, before: FileReport) -> FileReport:
    """Compare a file once more."""
    uid = before.view.file.uid
    shop.core.settlement_files.compare_again(shop.outlet.id, uid, MANAGER)
    return report(shop, uid)


def open_breaks(found: FileReport) -> list[tuple[str, str, str, int | None, int | None]]:
    return [
        (str(group.kind), view.row.reference, view.row.what, view.row.ours, view.row.theirs)
        for group in found.groups
        for view in group.views
    ]


def kinds(found: FileReport) -> list[str]:
    return [kind for kind, *_ in open_breaks(found)]


def is_a(shop: Shop, merchant_class: MerchantClass | None) -> None:
    with shop.core.db.write() as session:
        session.execute(update(Outlet).values(merchant_class=merchant_class))


def entries(shop: Shop) -> int:
    with shop.core.db.read() as session:
        return session.scalar(select(func.count()).select_from(Entry)) or 0


def events(shop: Shop, kind: str) -> Sequence[Event]:
    with shop.core.db.read() as session:
        return session.scalars(select(Event).where(Event.kind == kind).order_by(Event.id)).all()


def next_day(shop: Shop) -> None:
    """Let the gateway's day be over."""
    shop.passes(timedelta(days=1))


def answers_again(shop: Shop) -> None:
    """Let the gateway be asked as soon as it lets us."""
    shop.passes(timedelta(seconds=10), at_the_gateway=False)
    shop.gateway_works()


def test_an_evening_that_both_sides_tell_alike_matches_whole(shop: Shop) -> None:
    first, second = paid(shop), paid(shop, "Es Teh", table=1)
    before, held = entries(shop), shop.balance(Account.GATEWAY)

    found = takes_in(
        shop,
        listed(shop, first, Fee="0", VAT="0", Net=first.total),
        listed(shop, second, Fee="0", VAT="0", Net=second.total),
    )

    file = found.view.file
    assert (found.view.tally.percent, found.view.tally.matched, open_breaks(found)) == (100, 2, [])
    assert (file.payments, file.gross, file.fee, file.vat) == (2, first.total + second.total, 0, 0)
    assert file.net == file.gross
    assert file.first_day == file.last_day == shop.clock().astimezone(GATEWAY_ZONE).date()
    assert (file.name, file.by, found.view.who) == ("settlement.csv", "staff:2", "Manager")
    # A file is no money.
    assert (entries(shop), shop.balance(Account.GATEWAY)) == (before, held)


def test_a_workbook_does_as_well(shop: Shop) -> None:
    order = paid(shop)
    attempt = shop.attempt(order)
    book = xlsx_file(payment(attempt.reference, order.total, "") | {"Settlement time": attempt.gateway_paid_at})

    taken = shop.core.settlement_files.take_in(shop.outlet.id, "Report.xlsx", book, SYSTEM)

    found = report(shop, taken.uid)
    assert (found.view.tally.percent, found.view.who) == (100, "")


def test_lines_that_are_no_money_of_ours_are_told_apart(shop: Shop) -> None:
    order = paid(shop)
    rows = [
        listed(shop, order) | {"Transaction type": "payment"},
        payment("SHOP-7", 99_000, shop.clock()) | {"Transaction type": "payment"},
        payment("W-1", -500_000, shop.clock()) | {"Transaction type": "withdrawal"},
    ]

    found = takes_in(shop, *rows)

    sums = {kind: (one.count, one.gross) for kind, one in found.sums.items()}
    assert found.view.tally.percent == 100
    assert sums[LineKind.PAYMENT] == (1, order.total)
    assert sums[LineKind.FOREIGN] == (1, 99_000)
    assert sums[LineKind.OTHER] == (1, -500_000)
    assert found.others == ["withdrawal"]
    assert found.view.file.gross == order.total


def test_the_same_file_twice_is_one_import_whatever_it_is_called(shop: Shop) -> None:
    rows = csv_file(listed(shop, paid(shop)))

    first = shop.core.settlement_files.take_in(shop.outlet.id, "a.csv", rows, MANAGER)
    second = shop.core.settlement_files.take_in(shop.outlet.id, "b.csv", rows, SYSTEM)

    assert (first.is_new, second.is_new, second.uid) == (True, False, first.uid)
    assert [view.file.name for view in shop.core.settlement_reports.page(shop.outlet.id).views] == ["a.csv"]
    assert len(events(shop, "settlement.taken_in")) == 1


def test_two_exports_of_one_day_list_the_same_payment_and_that_is_no_fault(shop: Shop) -> None:
    order, other = paid(shop), paid(shop, table=1)
    day = takes_in(shop, listed(shop, order))

    month = takes_in(shop, listed(shop, order), listed(shop, other))

    assert [found.view.tally.percent for found in (day, month)] == [100, 100]


def test_money_of_no_attempt_of_ours_is_a_break_and_stands_on_the_money_desk(shop: Shop) -> None:
    before = entries(shop)

    found = takes_in(shop, listed(shop, paid(shop)), payment(STRANGE, 45_000, shop.clock()))

    (case,) = shop.cases()
    assert open_breaks(found) == [("missing_here", STRANGE, "unknown", None, 45_000)]
    assert found.view.tally.percent == 50
    assert (case.kind, case.reference, case.amount) == (CaseKind.UNMATCHED, STRANGE, 0)
    assert case.details["claimed"] == 45_000
    assert entries(shop) == before + 1


def test_a_case_that_somebody_has_settled_stays_settled_when_another_file_says_the_same(shop: Shop) -> None:
    takes_in(shop, payment(STRANGE, 45_000, shop.clock()))
    (case,) = shop.cases()
    shop.core.cases.close(shop.outlet.id, case.uid, "Uji coba", MANAGER)

    found = takes_in(shop, payment(STRANGE, 45_000, shop.clock()), listed(shop, paid(shop)))

    assert kinds(found) == ["missing_here"]
    assert shop.cases() == []


def test_an_attempt_that_nobody_told_us_was_paid_is_asked_about_and_the_gateway_decides(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    shop.simulator.pay(shop.attempt(order).reference)
    before = entries(shop)

    found = takes_in(shop, listed(shop, order))

    assert open_breaks(found) == [("missing_here", shop.attempt(order).reference, "unpaid", None, order.total)]
    assert entries(shop) == before
    answers_again(shop)
    assert shop.status(order) == ("confirmed", "paid")

    now = again(shop, found)
    assert (open_breaks(now), now.view.tally.percent) == ([], 100)
    assert [(view.row.state, view.row.closed_by) for view in now.closed] == [(BreakState.CLEARED, "system")]


def test_a_file_that_lies_makes_no_money(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    before = entries(shop)

    found = takes_in(shop, listed(shop, order))
    answers_again(shop)

    assert shop.status(order) == ("awaiting_payment", "pending")
    assert entries(shop) == before
    assert kinds(again(shop, found)) == ["missing_here"]
    assert shop.cases() == []


def test_money_of_a_qr_that_was_given_up_long_ago_is_found_by_it(shop: Shop) -> None:
    order = shop.order("Sate Ayam")
    shop.core.payments.cancel(order.uid)
    shop.gateway_works()
    shop.passes(timedelta(days=3))
    shop.gateway_works()
    shop.simulator.pay(shop.attempt(order).reference, late=True)
    shop.gateway_works()
    assert shop.cases() == []

    takes_in(shop, listed(shop, order, Status="settlement"))
    answers_again(shop)

    assert [case.kind for case in shop.cases()] == [CaseKind.AFTER_CANCEL]


def strangers(shop: Shop, count: int) -> list[dict[str, Any]]:
    """Payments under references of our shape that no attempt of ours has: another restaurant's, or lost by our books."""
    return [payment(f"K{number:026}Q", 1_000, shop.clock()) for number in range(count)]


def test_a_file_that_is_mostly_unknown_stands_on_the_money_desk_as_one_case_and_does_not_bury_it(shop: Shop) -> None:
    found = takes_in(shop, listed(shop, paid(shop)), *strangers(shop, 12), name="30 Nov.csv")

    (case,) = shop.cases()
    assert (found.groups[0].count, found.view.tally.percent) == (12, 7)
    assert (case.kind, case.reference, case.amount) == (CaseKind.STRANGE_FILE, found.view.file.uid, 0)
    assert case.details == {"file": "30 Nov.csv", "payments": 12, "claimed": 12_000}

    shop.core.cases.close(shop.outlet.id, case.uid, "Berkas toko lain", MANAGER)
    again(shop, found)
    assert shop.cases() == []


def test_a_few_unknown_payments_stand_on_the_money_desk_each_by_itself(shop: Shop) -> None:
    takes_in(shop, *strangers(shop, 10))

    assert [case.kind for case in shop.cases()] == [CaseKind.UNMATCHED] * 10


def test_what_is_open_of_another_file_does_not_make_a_strange_one_known(shop: Shop) -> None:
    mine = [paid(shop) for _ in range(11)]
    takes_in(shop, *(listed(shop, order, gross=order.total + 5) for order in mine))

    takes_in(shop, *strangers(shop, 11))

    assert [case.kind for case in shop.cases()] == [CaseKind.STRANGE_FILE]


def test_a_payment_of_a_day_that_is_over_is_missed_until_a_file_lists_it(shop: Shop) -> None:
    order, forgotten = paid(shop), paid(shop, "Es Teh", table=1)
    row, late = listed(shop, order), listed(shop, forgotten)
    next_day(shop)

    found = takes_in(shop, row)

    assert open_breaks(found) == [("missing_there", shop.attempt(forgotten).reference, "", forgotten.total, None)]
    assert found.view.tally.percent == 50
    assert shop.core.settlement_reports.open_breaks(shop.outlet.id) == 1

    takes_in(shop, late, name="rest.csv")
    assert open_breaks(report(shop, found.view.file.uid)) == []
    assert report(shop, found.view.file.uid).view.tally.percent == 100


def test_a_day_that_is_not_over_is_not_judged_and_is_when_the_next_file_comes(shop: Shop) -> None:
    order, forgotten = paid(shop), paid(shop, "Es Teh", table=1)

    today = takes_in(shop, listed(shop, order))
    assert (open_breaks(today), today.view.tally.percent) == ([], 100)

    next_day(shop)
    tomorrow = takes_in(shop, listed(shop, paid(shop, table=2)))
    assert open_breaks(tomorrow) == []
    assert kinds(report(shop, today.view.file.uid)) == ["missing_there"]
    assert open_breaks(report(shop, today.view.file.uid))[0][1] == shop.attempt(forgotten).reference


def test_a_day_of_which_no_file_speaks_is_not_missed(shop: Shop) -> None:
    paid(shop)
    next_day(shop)
    order = paid(shop, table=1)
    next_day(shop)

    assert open_breaks(takes_in(shop, listed(shop, order))) == []


def test_a_day_that_is_still_to_come_keeps_the_file_out_and_no_later_payment_is_missed_by_it(shop: Shop) -> None:
    old, other = paid(shop), paid(shop, table=1)
    bad = listed(shop, old) | {"Settlement time": "2098-01-05 10:00:00"}

    with pytest.raises(BadSettlementFile) as refused:
        takes_in(shop, listed(shop, other), bad)
    paid(shop, table=2)
    next_day(shop)
    takes_in(shop, listed(shop, paid(shop)))

    assert "Row 3, date: 2098-01-05 is still to come." in str(refused.value)
    assert shop.core.settlement_reports.open_breaks(shop.outlet.id) == 0


def test_files_that_overlap_miss_a_payment_once(shop: Shop) -> None:
    order = paid(shop)
    paid(shop, "Es Teh", table=1)
    row = listed(shop, order)
    next_day(shop)

    takes_in(shop, row)
    both = takes_in(shop, row, payment("SHOP-1", 5, shop.clock()))

    assert kinds(both) == ["missing_there"]
    assert shop.core.settlement_reports.open_breaks(shop.outlet.id) == 1


def test_a_payment_that_the_gateway_undid_is_missed_by_nobody(shop: Shop) -> None:
    order, undone = paid(shop), paid(shop, "Es Teh", table=1)
    reference = shop.attempt(undone).reference
    shop.simulator.call("POST", f"/simulator/transactions/{reference}/deny", {"reversal": True})
    shop.hears_of(shop.attempt(undone), said="deny")
    row = listed(shop, order)
    next_day(shop)

    assert open_breaks(takes_in(shop, row)) == []


def test_cash_is_none_of_the_gateways_business(shop: Shop) -> None:
    cash = shop.order("Es Teh", pay_by="cash")
    shop.core.cash.take(cash.uid, 20_000, MANAGER)
    row = listed(shop, paid(shop, table=1))
    next_day(shop)

    assert open_breaks(takes_in(shop, row)) == []


def test_another_amount_is_a_break_and_changes_nothing(shop: Shop) -> None:
    order = paid(shop)

    found = takes_in(shop, listed(shop, order, gross=order.total + 1_000))

    reference = shop.attempt(order).reference
    assert open_breaks(found) == [("wrong_amount", reference, "", order.total, order.total + 1_000)]
    assert shop.received(order) == order.total


def test_a_payment_that_one_file_lists_twice_is_a_break(shop: Shop) -> None:
    order = paid(shop)

    found = takes_in(shop, listed(shop, order), listed(shop, order))

    assert [(kind, what) for kind, _, what, *_ in open_breaks(found)] == [("listed_twice", "file")]
    assert found.groups[0].views[0].line is not None
    assert found.groups[0].views[0].line.row_number == 3
    assert (found.view.tally.matched, found.view.tally.percent) == (1, 50)


def test_a_payment_in_two_payouts_is_a_break(shop: Shop) -> None:
    order = paid(shop)
    takes_in(shop, listed(shop, order, **{"Payout ID": "P-1"}))

    same = takes_in(shop, listed(shop, order, **{"Payout ID": "P-1"}, Status="settlement"))
    other = takes_in(shop, listed(shop, order, **{"Payout ID": "P-2"}))

    assert open_breaks(same) == []
    assert [(kind, what) for kind, _, what, *_ in open_breaks(other)] == [("listed_twice", "payout")]


def test_a_refund_of_ours_agrees_and_another_is_a_break_that_the_gateway_is_asked_about(shop: Shop) -> None:
    order = paid(shop)
    ask(shop, order, 1_000)
    shop.simulator.refund(shop.attempt(order).reference, 2_000, "dashboard")
    reference, at = shop.attempt(order).reference, shop.clock()
    refunds = [payment(reference, -amount, at) for amount in (1_000, 2_000)]

    found = takes_in(shop, listed(shop, order), *refunds)

    assert open_breaks(found) == [("unknown_refund", reference, "", None, 2_000)]
    assert (found.sums[LineKind.REFUND].count, found.view.tally.percent) == (2, 100)
    answers_again(shop)
    assert open_breaks(again(shop, found)) == []


def test_what_a_bank_took_back_agrees_with_our_loss(shop: Shop) -> None:
    lost, kept = paid(shop), paid(shop, table=1)
    bank_takes_back(shop, lost)

    found = takes_in(shop, listed(shop, lost, Status="chargeback"), listed(shop, kept, Status="chargeback"))

    assert open_breaks(found) == [("unknown_refund", shop.attempt(kept).reference, "", None, kept.total)]


def test_two_refunds_of_one_amount_need_two_in_our_books(shop: Shop) -> None:
    order = paid(shop)
    ask(shop, order, 1_000)
    reference, at = shop.attempt(order).reference, shop.clock()

    found = takes_in(shop, listed(shop, order), payment(reference, -1_000, at), payment(reference, -1_000, at))

    assert kinds(found) == ["unknown_refund"]


def test_a_payment_listed_as_given_back_that_we_did_not_give_back_is_a_break(shop: Shop) -> None:
    given, kept = paid(shop), paid(shop, table=1)
    ask(shop, given, given.total)

    found = takes_in(shop, listed(shop, given, Status="refund"), listed(shop, kept, Status="refund"))

    assert open_breaks(found) == [("unknown_refund", shop.attempt(kept).reference, "", None, kept.total)]
    assert (found.view.tally.matched, found.view.tally.percent) == (1, 50)


def test_without_a_merchant_class_no_fee_is_judged(shop: Shop) -> None:
    assert open_breaks(takes_in(shop, listed(shop, paid(shop), Fee="9000", VAT="1"))) == []


@pytest.mark.parametrize(
    ("merchant_class", "fee"), [("micro", 0), ("small", 226), ("large", 226), ("education", 194), ("public", 129)]
)
def test_the_fee_of_each_class_agrees_and_half_a_percent_more_does_not(
    shop: Shop, merchant_class: str, fee: int
) -> None:
    order, other = paid(shop), paid(shop, table=1)
    assert order.total == 32_340
    is_a(shop, MerchantClass(merchant_class))
    vat = round(fee * 0.11)

    found = takes_in(
        shop,
        listed(shop, order, Fee=fee, VAT=vat, Net=order.total - fee - vat),
        listed(shop, other, Fee=fee + 162, VAT=vat, Net=other.total - fee - vat),
    )

    assert open_breaks(found) == [("wrong_fee", shop.attempt(other).reference, "fee", fee, fee + 162)]
    assert found.view.tally.percent == 50


def test_the_tax_on_it_and_what_is_left_are_judged_too(shop: Shop) -> None:
    is_a(shop, MerchantClass.SMALL)
    orders = [paid(shop, table=table) for table in range(3)]
    rows = [
        listed(shop, orders[0], Fee="226.38", VAT="24.90", Net="32088.72"),
        listed(shop, orders[1], Fee=226, VAT=45, Net=32_069),
        listed(shop, orders[2], Fee=226, VAT=25, Net=32_000),
    ]

    found = takes_in(shop, *rows)

    told = [(what, ours, theirs) for _, _, what, ours, theirs in open_breaks(found)]
    assert told == [("vat", 25, 45), ("net", 32_089, 32_000)]


@pytest.mark.parametrize("more", [{"Fee": "226"}, {"Fee": "251"}, {"Net": "32089"}, {"Net": "32114"}])
def test_a_file_that_names_only_a_part_may_mean_it_with_the_tax_or_without(shop: Shop, more: dict[str, str]) -> None:
    is_a(shop, MerchantClass.MEDIUM)

    assert open_breaks(takes_in(shop, listed(shop, paid(shop), **more))) == []


@pytest.mark.parametrize("more", [{"Fee": "300"}, {"Net": "32000"}])
def test_a_part_that_fits_neither_is_a_break(shop: Shop, more: dict[str, str]) -> None:
    is_a(shop, MerchantClass.MEDIUM)

    assert kinds(takes_in(shop, listed(shop, paid(shop), **more))) == ["wrong_fee"]


def test_a_class_that_is_set_later_judges_when_the_file_is_compared_again(shop: Shop) -> None:
    found = takes_in(shop, listed(shop, paid(shop), Fee="9000"))

    is_a(shop, MerchantClass.SMALL)
    assert kinds(again(shop, found)) == ["wrong_fee"]
    is_a(shop, None)
    assert kinds(again(shop, found)) == []
    assert kinds(again(shop, found)) == []
    is_a(shop, MerchantClass.SMALL)
    assert kinds(again(shop, found)) == ["wrong_fee"]


def test_a_manager_closes_what_is_explained_and_it_stays_closed(shop: Shop) -> None:
    order, other = paid(shop), paid(shop, table=1)
    wrong = [listed(shop, one, gross=one.total - 5) for one in (order, other)]
    found = takes_in(shop, *wrong)
    first = found.groups[0].views[0].row
    files, uid = shop.core.settlement_files, found.view.file.uid

    closed = files.close(shop.outlet.id, uid, BreakKind.WRONG_AMOUNT, "Promo bank", MANAGER, chosen=[first.uid])

    now = again(shop, report(shop, uid))
    assert closed == 1
    assert [view.row.reference for view in now.groups[0].views] == [shop.attempt(other).reference]
    assert [(view.row.reason, view.who) for view in now.closed] == [("Promo bank", "Manager")]
    assert now.view.tally.percent == 0
    assert [event.data["difference"] for event in events(shop, "settlement.closed")] == ["wrong_amount"]

    assert files.close(shop.outlet.id, uid, BreakKind.WRONG_AMOUNT, "Sama", MANAGER, chosen=None) == 1
    assert report(shop, uid).groups == []


def test_nothing_is_closed_without_a_reason_or_twice_or_of_another_file(shop: Shop) -> None:
    found = takes_in(shop, listed(shop, order := paid(shop), gross=order.total - 5))
    other = takes_in(shop, listed(shop, paid(shop, table=1)))
    files, uid, kind = shop.core.settlement_files, found.view.file.uid, BreakKind.WRONG_AMOUNT
    mine = [found.groups[0].views[0].row.uid]

    with pytest.raises(ReasonNeeded):
        files.close(shop.outlet.id, uid, kind, " ", MANAGER, chosen=mine)
    with pytest.raises(NothingChosen):
        files.close(shop.outlet.id, uid, kind, "x", MANAGER, chosen=[])
    with pytest.raises(NothingChosen):
        files.close(shop.outlet.id, other.view.file.uid, kind, "x", MANAGER, chosen=mine)
    with pytest.raises(UnknownSettlementFile):
        files.close(shop.outlet.id + 1, uid, kind, "x", MANAGER, chosen=mine)
    with pytest.raises(UnknownSettlementFile):
        files.close(shop.outlet.id, "nobody's", kind, "x", MANAGER, chosen=mine)
    assert files.close(shop.outlet.id, uid, kind, "x", MANAGER, chosen=mine) == 1
    with pytest.raises(NothingChosen):
        files.close(shop.outlet.id, uid, kind, "x", MANAGER, chosen=mine)


def test_a_bad_row_keeps_the_whole_file_out(shop: Shop) -> None:
    raw = csv_file(listed(shop, paid(shop)), payment(STRANGE, "28.5", shop.clock()))

    with pytest.raises(BadSettlementFile):
        shop.core.settlement_files.take_in(shop.outlet.id, "bad.csv", raw, MANAGER)

    with shop.core.db.read() as session:
        counts = [
            session.scalar(select(func.count()).select_from(table))
            for table in (SettlementFile, SettlementLine, SettlementBreak)
        ]
    assert counts == [0, 0, 0]
    assert shop.cases() == []
    assert shop.core.settlement_reports.page(shop.outlet.id).views == []


def test_a_file_for_a_house_that_is_not_there_is_refused(shop: Shop) -> None:
    with pytest.raises(NoOutlet):
        shop.core.settlement_files.take_in(shop.outlet.id + 1, "a.csv", csv_file(listed(shop, paid(shop))), MANAGER)


def test_the_list_has_pages(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.services.settlement_reports.PAGE", 2)
    for number in range(3):
        takes_in(shop, payment(f"SHOP-{number}", 5, shop.clock()), name=f"{number}.csv")
    reports = shop.core.settlement_reports

    newest = reports.page(shop.outlet.id)
    oldest = reports.page(shop.outlet.id, cursor=newest.cursor)

    assert [view.file.name for view in newest.views] == ["2.csv", "1.csv"]
    assert ([view.file.name for view in oldest.views], oldest.cursor) == (["0.csv"], "")
    assert [view.tally.percent for view in newest.views] == [None, None]
