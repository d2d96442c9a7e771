"""Says what stands in the exception report, and why it is worth a second look. Words are message ids."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from cashier.act_words import ActView, view_of
from cashier.event_words import ACTORS, WORDS
from core.base.errors import N_
from core.services.audit import Act
from core.services.exception_kinds import ExceptionKind, ExceptionTopic, Mark
from core.services.exception_report import ExceptionPage, Finding, PersonSums

TOPIC_WORDS: Final[Mapping[ExceptionTopic, str]] = {
    ExceptionTopic.CANCELLED: N_("Cancellations"),
    ExceptionTopic.UNPAID: N_("Never paid"),
    ExceptionTopic.REFUNDS: N_("Refunds"),
    ExceptionTopic.CASES: N_("Money cases"),
    ExceptionTopic.DRAWER: N_("Drawer"),
    ExceptionTopic.SHIFTS: N_("Drawer counts"),
    ExceptionTopic.PRICES: N_("Prices and portions"),
    ExceptionTopic.PAPER: N_("Printed again"),
    ExceptionTopic.PEOPLE: N_("People"),
}
_KIND_WORDS: Final[Mapping[ExceptionKind, str]] = {
    ExceptionKind.PAID_CANCELLED: N_("A paid order was cancelled."),
    ExceptionKind.UNPAID_CANCELLED: N_("Staff cancelled an unpaid order."),
    ExceptionKind.SERVED_UNPAID: N_("Handed out, and not paid."),
    ExceptionKind.RAN_OUT: N_("Waited at the counter, and was never paid."),
    ExceptionKind.REFUNDED: N_("Money was given back."),
    ExceptionKind.REFUNDED_ELSEWHERE: N_("A refund was made in the Midtrans dashboard."),
    ExceptionKind.CASE_CLOSED: N_("A money case was closed with a reason."),
    ExceptionKind.MONEY_PLACED: N_("Money that fitted no order paid one."),
    ExceptionKind.CASH_OUT: N_("Cash was carried out of the drawer."),
    ExceptionKind.CASH_IN: N_("Cash was carried into the drawer."),
    ExceptionKind.COUNT_DIFFERS: N_("The count differs from what the drawer should hold."),
    ExceptionKind.COUNTED_AGAIN: N_("The drawer was counted again on the same day."),
    ExceptionKind.FLOAT_DIFFERS: N_("A shift began with another amount than was counted before it."),
    ExceptionKind.PRICES_CHANGED: N_("Prices were changed."),
    ExceptionKind.BILL_RULES_CHANGED: N_("A rule of the bill was changed."),
    ExceptionKind.PORTIONS_RECOUNTED: N_("The portions of a dish were counted again on the same day."),
    ExceptionKind.RECEIPT_AGAIN: N_("A receipt was printed again."),
    ExceptionKind.KITCHEN_SLIP_AGAIN: N_("A kitchen slip was printed again."),
    ExceptionKind.PINS_TRIED: N_("PINs were tried, again and again."),
}
"""Kinds that are not named here are said as the audit says their event."""
MARK_WORDS: Final[Mapping[Mark, tuple[str, str]]] = {
    Mark.CASH_TAKEN: (N_("cash had been taken"), "bad"),
    Mark.HANDED_OUT: (N_("the food was out"), "bad"),
    Mark.CHANGED_BACK: (N_("changed back the same day"), "bad"),
    Mark.IN_PARTS: (N_("in parts above the limit"), "bad"),
    Mark.BY_ONE_PERSON: (N_("by one person alone"), "wait"),
    Mark.FROM_THE_DRAWER: (N_("out of the drawer"), "wait"),
    Mark.CASH_FOR_QRIS: (N_("cash for a QRIS payment"), "wait"),
    Mark.IN_THE_KITCHEN: (N_("the kitchen had begun"), "wait"),
    Mark.TYPED_BY_STAFF: (N_("typed by staff"), "wait"),
    Mark.PUT_BACK: (N_("the same amount out and in"), "wait"),
    Mark.SAME_DAY: (N_("once before that day"), "wait"),
}
"""A badge's word and its look, the heaviest first."""


@dataclass(frozen=True, slots=True)
class PersonView:
    """What stands with one person's name, in words."""

    who: str
    """As the list is sifted by it; empty for whoever cannot be looked for."""
    name: str
    is_named: bool
    """Whether `name` is a name, and no message id."""
    amount: int
    """At stake, in whole rupiah."""
    parts: Sequence[tuple[str, int, int]]
    """A message id, how many, and how much of it."""
    allowed: int
    allowed_amount: int


def findings_in_words(page: ExceptionPage) -> Sequence[ActView]:
    """Put what is to be looked at into words, in its order."""
    people = {member.id: member.name for member in page.people}
    names = {f"staff:{number}": name for number, name in people.items()}
    return [_view(finding, names, people) for finding in page.findings]


def people_in_words(page: ExceptionPage) -> Sequence[PersonView]:
    """Put the sums of each person into words, in their order."""
    names = {f"staff:{member.id}": member.name for member in page.people}
    return [_person(sums, names) for sums in page.sums]


def _view(finding: Finding, names: Mapping[str, str], people: Mapping[int, str]) -> ActView:
    view = view_of(Act(finding.event, finding.order), names, people)
    return replace(
        view,
        what=_KIND_WORDS.get(finding.kind) or WORDS.get(finding.event.kind, finding.event.kind),
        who=names.get(finding.who, view.who),
        is_named=finding.who in names or view.is_named,
        # How a case ended stands in its title already.
        note="" if finding.kind is ExceptionKind.CASE_CLOSED else view.note,
        amount=finding.amount,
        marks=[said for mark, said in MARK_WORDS.items() if mark in finding.marks],
    )


def _person(sums: PersonSums, names: Mapping[str, str]) -> PersonView:
    kind_of_actor = sums.who.partition(":")[0]
    return PersonView(
        who=sums.who if sums.who in names or sums.who in {"gateway", "system"} else "",
        name=names.get(sums.who) or ACTORS.get(kind_of_actor, sums.who),
        is_named=sums.who in names or kind_of_actor not in ACTORS,
        amount=sums.amount,
        parts=[
            (word, sums.counts[topic], sums.amounts[topic]) for topic, word in TOPIC_WORDS.items() if sums.counts[topic]
        ],
        allowed=sums.allowed,
        allowed_amount=sums.allowed_amount,
    )
