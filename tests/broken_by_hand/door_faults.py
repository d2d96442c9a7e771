"""Faults at the door: what strangers send, who may come in, what a wrong setting lets happen."""

from typing import Final

from tests.broken_by_hand.fault import Fault

_INBOX = "core/services/inbox.py"
_HOOKS = "tests/web/test_webhooks.py"
_BREAKS = "tests/web/test_webhooks_that_break.py"
_NEWS = "tests/services/test_notifications.py"
_SETTINGS = "core/base/settings.py"
_DOOR = "core/services/staff_door.py"
_SHIFT_DESK = "core/services/shift_desk.py"

_BELIEVE_THE_BODY = """\
            if hurried.rowcount == 1 and said.lower() == "settlement":
                from core.orders.queries import order_by_id_for_update
                from core.payments.gateway import GatewayState, PaymentReport
                from core.services.money_in import take_settlement

                attempt = attempt_by_reference(session, reference)
                order = order_by_id_for_update(session, attempt.order_id)
                report = PaymentReport(reference, GatewayState.SETTLED, attempt.amount, "IDR", "said")
                take_settlement(session, order, attempt, report, at=self.clock())
"""

DOOR_FAULTS: Final = (
    Fault(
        name="the notification's own status is believed",
        hurts="Whoever has seen one signed message marks an order as paid with it: the status is not signed.",
        file=_INBOX,
        old="            if hurried.rowcount == 0:\n",
        new=_BELIEVE_THE_BODY + "            if hurried.rowcount == 0:\n",
        tests=(f"{_NEWS}::test_a_well_signed_message_with_an_altered_status_changes_nothing",),
    ),
    Fault(
        name="a signature is not compared",
        hurts="Anybody may send notifications, fill the inbox and have the gateway asked without end.",
        file=_INBOX,
        old="    if not any(good):",
        new="    if not good:",
        tests=(
            f"{_NEWS}::test_a_forged_signature_is_refused_and_stores_nothing",
            f"{_NEWS}::test_one_bit_of_the_signature_is_enough_to_refuse_it",
        ),
    ),
    Fault(
        name="an empty signature is good enough",
        hurts="A message that leaves the signature out is taken for the gateway's.",
        file=_INBOX,
        old='    signature = message.get("signature_key")\n',
        new='    signature = message.get("signature_key")\n    if not signature:\n        return reference\n',
        tests=(f"{_NEWS}::test_a_forged_signature_is_refused_and_stores_nothing",),
    ),
    Fault(
        name="a blank key may sign",
        hurts="A second key that was left empty lets everybody sign.",
        file=_SETTINGS,
        old="        return (present, old) if old else (present,)",
        new="        return (present, old)",
        tests=("tests/base/test_settings.py::test_a_blank_signature_key_lets_nobody_sign",),
    ),
    Fault(
        name="a message that could not be stored is a 500",
        hurts="The gateway comes back once instead of four times, and the notification is lost.",
        file="core/web/webhooks.py",
        old="        raise Busy from error",
        new="        raise RuntimeError from error",
        tests=(f"{_BREAKS}::test_a_database_that_refuses_the_row_is_no_error_of_the_gateways",),
    ),
    Fault(
        name="a message that could not be stored is acknowledged",
        hurts="The gateway is told that all is well and never comes back.",
        file="core/web/webhooks.py",
        old="        raise Busy from error",
        new="        return",
        tests=(f"{_BREAKS}::test_a_database_that_refuses_the_row_is_no_error_of_the_gateways",),
    ),
    Fault(
        name="the webhook redirects",
        hurts="Midtrans takes the redirect for an answer, counts the message as delivered and never comes back.",
        file="core/web/webhooks.py",
        old='@router.post("/midtrans/", include_in_schema=False)\n',
        new="",
        tests=(f"{_HOOKS}::test_a_good_notification_is_stored_and_acknowledged",),
    ),
    Fault(
        name="every copy of a message is stored",
        hurts="A stranger who repeats one signed message fills the disk, and every copy asks the gateway.",
        file=_INBOX,
        old='hashlib.sha256(raw).hexdigest(),\n            "raw"',
        new='hashlib.sha256(raw).hexdigest() + __import__("secrets").token_hex(8),\n            "raw"',
        tests=(f"{_HOOKS}::test_the_same_notification_twice_is_one_message",),
    ),
    Fault(
        name="an amount may be written in any way",
        hurts="1e4 and full-width digits are signed and read as two different amounts.",
        file=_INBOX,
        old='_AMOUNT = re.compile(r"[0-9]{1,12}(\\.00)?", re.ASCII)',
        new='_AMOUNT = re.compile(r".{1,40}")',
        tests=(f"{_NEWS}::test_an_amount_that_is_no_whole_rupiah_is_refused_though_it_is_signed",),
    ),
    Fault(
        name="a field may stand in a message twice",
        hurts="One reader checks the first order id, another one acts on the second.",
        file=_INBOX,
        old="    if len(found) != len(pairs):",
        new="    if len(found) > len(pairs):",
        tests=(f"{_HOOKS}::test_what_cannot_be_read_is_refused_and_not_kept",),
    ),
    Fault(
        name="money of unknown orders is shown to nobody",
        hurts="After a restore, money of lost orders lies at the gateway and no person hears of it.",
        file=_INBOX,
        old='_TELLS_OF_MONEY = {"settlement", "capture",',
        new='_TELLS_OF_MONEY = {"nothing",',
        tests=(f"{_NEWS}::test_a_message_about_an_order_we_do_not_have_waits_for_the_manager",),
    ),
    Fault(
        name="a message hurries nobody",
        hurts="Every payment waits for the next look of the timer instead of being known at once.",
        file=_INBOX,
        old=".values(due_at=_NOW, wanted_at=_SINCE)",
        new=".values(due_at=_ATTEMPTS.c.due_at, wanted_at=_SINCE)",
        tests=(f"{_HOOKS}::test_a_notification_about_an_order_of_ours_ends_in_a_paid_order",),
    ),
    Fault(
        name="the forms of other websites are taken",
        hurts="A page that the cashier opens beside ours cancels orders in the cashier's name.",
        file="core/web/guards.py",
        old='            return site in {"same-origin", "none"}',
        new="            return bool(site)",
        tests=("tests/web/test_origin_guard.py::test_a_state_change_passes_only_from_our_own_pages",),
    ),
    Fault(
        name="a session never ends",
        hurts="A cashier who left last year still opens the drawer from a borrowed phone.",
        file="core/staff/sessions.py",
        old="        and now - found.started_at < LIFETIME\n",
        new="",
        tests=("tests/staff/test_door.py::test_a_session_ends_after_twelve_hours_however_busy",),
    ),
    Fault(
        name="signing out ends nothing",
        hurts="Whoever copied the cookie of a tablet goes on with it after the evening's last sign-out.",
        file="core/staff/sessions.py",
        old="        found.ended_at is None\n        and",
        new='        found.token_digest != ""\n        and',
        tests=("tests/staff/test_door.py::test_signing_out_ends_the_session_on_the_server",),
    ),
    Fault(
        name="passwords may be guessed without end",
        hurts="A night of guessing opens the owner's account.",
        file="core/staff/limits.py",
        old="                    raise TooManyTries(minutes=WINDOW_MINUTES)",
        new="                    return",
        tests=("tests/staff/test_door.py::test_after_five_wrong_tries_a_stranger_waits_even_with_the_right_password",),
    ),
    Fault(
        name="production runs against the simulator",
        hurts="A whole evening is paid with play money.",
        file=_SETTINGS,
        old='        if self.midtrans_environment == "simulator":\n            return "MEJA_MIDTRANS_ENVIRONMENT is',
        new='        if self.port < 0:\n            return "MEJA_MIDTRANS_ENVIRONMENT is',
        tests=("tests/base/test_settings.py::test_it_does_not_start_and_says_why",),
    ),
    Fault(
        name="what was counted stays in the drawer",
        hurts="The same notes are counted again as the next shift's change.",
        file=_SHIFT_DESK,
        old="                Line(Account.DRAWER, -counted),\n                Line(Account.OWNER, counted),\n",
        new="",
        tests=(
            "tests/shifts/test_shift_desk.py"
            "::test_what_was_counted_leaves_the_drawer_so_that_the_next_float_is_not_counted_twice",
        ),
    ),
    Fault(
        name="the drawer's difference is not posted",
        hurts="Fifty thousand are missing every evening and no report says so.",
        file=_SHIFT_DESK,
        old="                Line(Account.DRAWER, over, shift_id=shift.id),\n                Line(Account.OVER_SHORT, -over),\n",
        new="",
        tests=("tests/shifts/test_shift_desk.py::test_what_is_over_or_short_is_posted_and_shown",),
    ),
    Fault(
        name="a cashier carries out any amount alone",
        hurts="The evening's takings leave the drawer without a manager.",
        file=_SHIFT_DESK,
        old="if abs(amount) > MOVEMENT_LIMIT and not may_exceed:",
        new="if amount > MOVEMENT_LIMIT and not may_exceed:",
        tests=("tests/shifts/test_shift_desk.py::test_much_money_is_carried_by_a_manager",),
    ),
)
