"""What the gateway, the banks and the post between do: end, refund, confirm, take back, stumble, repeat themselves."""

from datetime import timedelta

from hypothesis import strategies as st

from core.payments.models import Attempt
from tests.shop import notification
from tests.state.house import lets_pass
from tests.state.scenes import somebody_has_paid, somebody_waits, the_bank_has_a_refund
from tests.state.telling import Telling, act, which

_SAIDS = ["pending", "settlement", "expire", "cancel", "deny", "refund", "partial_refund"]
_SILENCES = ["drop_answer", "drop_request", "http_503", "html", "body_500", "half_json"]


class GatewayTurns(Telling):
    """The other end of the line, and the line."""

    def with_the_bank(self) -> list[Attempt]:
        """List the payments with a refund that the bank has not confirmed."""
        waiting = {name for name, line in self.book().items() if line["refunded"] > line["confirmed"]}
        return [attempt for attempt in self.attempts() if attempt.reference in waiting]

    @act(
        lambda story: story.attempts("charging", "unknown", "live"),
        somebody_waits,
        number=which,
        name=st.sampled_from(["expire", "deny", "cancel"]),
    )
    def the_gateway_ends_a_payment(self, number: int, name: str) -> bool:
        attempt = self.one(self.attempts("charging", "unknown", "live"), number)
        return attempt is not None and self.turn(attempt, name)

    @act(lambda story: story.attempts("settled"), somebody_has_paid, number=which)
    def the_gateway_denies_what_it_had_settled(self, number: int) -> bool:
        attempt = self.one(self.attempts("settled"), number)
        if attempt is None or not self.turn(attempt, "deny", reversal=True):
            return False
        self.undone.add(attempt.reference)
        self.moved.update(order.uid for order in self.orders())
        return True

    @act(
        lambda story: story.attempts("settled"),
        somebody_has_paid,
        number=which,
        part=st.sampled_from([None, 1_000, 5_000]),
    )
    def the_dashboard_refunds(self, number: int, part: int | None) -> bool:
        attempt = self.one(self.attempts("settled"), number)
        return attempt is not None and self.turn(attempt, "refund", **({"amount": part} if part else {}))

    @act(with_the_bank, the_bank_has_a_refund, number=which)
    def the_bank_confirms_a_refund(self, number: int) -> bool:
        attempt = self.one(self.with_the_bank(), number)
        return attempt is not None and self.turn(attempt, "confirm-refund")

    @act(lambda story: story.attempts("settled"), somebody_has_paid, number=which)
    def the_bank_takes_a_payment_back(self, number: int) -> bool:
        attempt = self.one(self.attempts("settled"), number)
        return attempt is not None and self.turn(attempt, "chargeback")

    @act(lambda story: story.attempts("settled"), somebody_has_paid, number=which, part=st.sampled_from([1_000, 5_000]))
    def the_bank_takes_a_part_back(self, number: int, part: int) -> bool:
        attempt = self.one(self.attempts("settled"), number)
        # The gateway never says how much: a second part looks like the first, told again.
        if attempt is None or self.book()[attempt.reference]["charged_back"]:
            return False
        return self.turn(attempt, "chargeback", amount=part)

    @act(call=st.sampled_from(["charge", "status", "cancel", "expire", "refund"]), kind=st.sampled_from(_SILENCES))
    def the_gateway_stumbles(self, call: str, kind: str) -> bool:
        self.street.simulator.misbehave({"call": call, "kind": kind, "count": 1})
        return True

    @act(
        fault=st.sampled_from(
            [
                ("refund", "refund_denied"),
                ("refund", "no_confirm"),
                ("charge", "charge_denied"),
                ("charge", "corrupt_qr_amount"),
                ("charge", "no_qr_string"),
                ("status", "body_404"),
                ("status", "upper_case_status"),
            ]
        )
    )
    def the_gateway_has_whims(self, fault: tuple[str, str]) -> bool:
        self.street.simulator.misbehave({"call": fault[0], "kind": fault[1], "count": 1})
        return True

    @act(lambda story: story.post, somebody_has_paid, first=which, count=st.integers(1, 4), copies=st.integers(1, 3))
    def the_post_brings_messages(self, first: int, count: int, copies: int) -> bool:
        """Some of what was sent comes, in any order, each as often as it likes."""
        brought = 0
        for _ in range(min(count, len(self.post))):
            message = self.post.pop(first % len(self.post))
            for _ in range(copies):
                self.core.inbox.receive(message)
                brought += 1
        return brought > 0

    @act(lambda story: story.attempts(), number=which, said=st.sampled_from(_SAIDS))
    def a_message_says_what_is_not_so(self, number: int, said: str) -> bool:
        attempt = self.one(self.attempts(), number)
        if attempt is None:
            return False
        self.core.inbox.receive(notification(attempt.reference, attempt.amount, said))
        return True

    @act(number=which)
    def a_message_about_nobodys_order_arrives(self, number: int) -> bool:
        self.core.inbox.receive(notification(f"K{number:026d}Q", 10_000, "settlement"))
        return True

    @act(seconds=st.sampled_from([1, 3, 9, 15, 70, 600, 1200]))
    def time_passes(self, seconds: int) -> bool:
        lets_pass(self.shop, timedelta(seconds=seconds))
        return True

    @act(hours=st.sampled_from([-24, -1, 1, 24]))
    def somebody_sets_the_clock(self, hours: int) -> bool:
        """Ours alone: the gateway's goes on."""
        self.shop.clock.added += timedelta(hours=hours)
        return True
