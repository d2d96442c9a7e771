"""Faults on the way to the gateway and back: waiting, believing, reading, charging twice."""

from typing import Final

from tests.broken_by_hand.fault import Fault

_SESSION = "core/gateways/bounded_session.py"
_MIDTRANS = "core/gateways/midtrans.py"
_QRIS = "core/payments/qris.py"
_ADAPTER = "tests/gateways/test_midtrans.py"
_LIMITS = "tests/gateways/test_limits_are_forced.py"
_SWITCHING = "tests/services/test_cash_and_switching.py"
_TROUBLE = "tests/services/test_gateway_trouble.py"
_REHEARSALS = "tests/services/test_rehearsals.py"
_BAD_QR = f"{_TROUBLE}::test_a_qr_that_would_not_pay_us_exactly_this_is_shown_to_nobody"

GATEWAY_FAULTS: Final = (
    Fault(
        name="a key that the gateway does not know is told to nobody",
        hurts="Every guest reads that no QR can be made, and the owner looks for the fault in the network.",
        file="core/services/gateway_jobs.py",
        old="            self.breaker.key_was_refused()\n",
        new="            pass\n",
        tests=(
            "tests/services/test_gateway_alarm.py::test_a_key_that_the_gateway_does_not_know_is_told_at_the_first_order",
        ),
    ),
    Fault(
        name="a wrong key is told for ever",
        hurts="The key is right again, another process saw it work, and this one's board sends every guest to pay cash.",
        file="core/services/breaker.py",
        old="        if monotonic() - self._troubled_at >= _SAID_FOR:",
        new="        if not self._is_key_refused and monotonic() - self._troubled_at >= _SAID_FOR:",
        tests=(
            "tests/services/test_gateway_alarm.py::test_a_key_that_another_process_saw_mended_is_not_told_for_ever",
        ),
    ),
    Fault(
        name="a gateway that is gone is told to nobody",
        hurts="Staff send guests to a QR that will not come, instead of taking cash.",
        file="core/services/board.py",
        old="                gateway_trouble=self.breaker.trouble_of_all(session, now),\n",
        new="",
        tests=("tests/services/test_gateway_alarm.py::test_a_gateway_that_is_gone_is_told_until_it_speaks",),
    ),
    Fault(
        name="each process tells only of what it has met itself",
        hurts="A board that asks now one and now another rings again and again for trouble that somebody has seen to.",
        file="core/services/breaker.py",
        old="met = [self.met(now), *met_by_all(session, now - SILENT_FOR)]",
        new="met = [self.met(now)]",
        tests=(
            "tests/services/test_gateway_alarm.py::test_whichever_process_is_asked_tells_what_one_of_them_has_met",
            "tests/services/test_gateway_alarm.py::test_what_a_process_has_met_that_is_gone_is_told_no_more",
        ),
    ),
    Fault(
        name="a call has no timeout",
        hurts="A silent gateway holds a thread until the deadline instead of a few seconds.",
        file=_SESSION,
        old='"timeout": self._timeout',
        new='"timeout": None',
        tests=(f"{_LIMITS}::test_silence_ends_after_the_time_allowed_for_an_answer",),
    ),
    Fault(
        name="a call has no deadline",
        hurts="A gateway that sends one letter a second holds every thread for ever, and nobody gets a QR.",
        file=_SESSION,
        old="_deadlines.set(self._seconds, self._cut)",
        new="_deadlines.set(600.0, self._cut)",
        tests=(
            "tests/gateways/test_bounded_session.py::test_a_body_that_trickles_without_a_length_is_cut_at_the_deadline",
        ),
    ),
    Fault(
        name="redirects are followed",
        hurts="Our server key travels to whatever address an answer names.",
        file=_SESSION,
        old='"allow_redirects": False',
        new='"allow_redirects": True',
        tests=(f"{_LIMITS}::test_our_key_goes_to_no_other_address",),
    ),
    Fault(
        name="a proxy of the surroundings is used",
        hurts="A variable that somebody left behind sends our key and every payment through a stranger.",
        file=_SESSION,
        old="self.trust_env = False",
        new="self.trust_env = True",
        tests=(f"{_LIMITS}::test_a_proxy_that_the_surroundings_name_is_not_asked",),
    ),
    Fault(
        name="an answer may be of any length",
        hurts="One answer fills the memory and ends the program in the middle of the evening.",
        file=_SESSION,
        old="if len(body) > most:",
        new="if most < 0:",
        tests=(f"{_ADAPTER}::test_an_answer_too_long_to_be_honest_is_not_read",),
    ),
    Fault(
        name="the answer of another order is believed",
        hurts="A mix-up at the gateway marks an order as paid that nobody paid.",
        file=_MIDTRANS,
        old='if body.get("order_id") != reference or _code(body)',
        new="if _code(body)",
        tests=(
            f"{_TROUBLE}::test_a_status_of_another_order_is_not_believed",
            f"{_ADAPTER}::test_a_status_that_does_not_fit_is_not_believed",
        ),
    ),
    Fault(
        name="an unknown word counts as paid",
        hurts="The gateway invents a new status, and every such order is cooked for nothing.",
        file=_MIDTRANS,
        old='_STATES.get(_text(body, "transaction_status").lower())',
        new='_STATES.get(_text(body, "transaction_status").lower(), GatewayState.SETTLED)',
        tests=(f"{_ADAPTER}::test_a_status_that_does_not_fit_is_not_believed",),
    ),
    Fault(
        name="the gateway's time is read as UTC",
        hurts="A QR of fifteen minutes counts as payable for seven hours more, and holds its order and portions.",
        file=_MIDTRANS,
        old=".replace(tzinfo=GATEWAY_ZONE)",
        new='.replace(tzinfo=__import__("datetime").UTC)',
        tests=(
            f"{_ADAPTER}::test_a_report_has_everything_in_our_words",
            "tests/clock/test_gateway_times.py::test_the_gateways_times_are_jakartas_wherever_the_shop_stands",
        ),
    ),
    Fault(
        name="not found under HTTP 200 is nonsense",
        hurts="A charge that never arrived is never made again, and the diner waits for a QR that will not come.",
        file=_MIDTRANS,
        old="        if _code(body) == 404:\n            raise UnknownToGateway\n        if _code(body) == 401",
        new="        if _code(body) == 401",
        tests=(
            f"{_ADAPTER}::test_not_found_under_http_200_is_not_found",
            f"{_TROUBLE}::test_a_charge_that_never_arrived_is_made_once_more_under_the_same_id",
        ),
    ),
    Fault(
        name="an error of the gateway is a refusal",
        hurts="A charge whose answer was an error is given up, though its QR exists and can be paid.",
        file=_MIDTRANS,
        old="*range(500, 600)}:\n        raise GatewayUnavailable(",
        new="*range(500, 600)}:\n        raise GatewayRefused(",
        tests=(
            f"{_ADAPTER}::test_each_code_of_a_charge_means_one_thing",
            f"{_TROUBLE}::test_an_answer_that_says_nothing_is_not_taken_for_a_refusal",
        ),
    ),
    Fault(
        name="a duplicate order id is a refusal",
        hurts="Our own earlier charge is taken for a stranger's, and its QR is shown to nobody.",
        file=_MIDTRANS,
        old="            raise AlreadyAtGateway",
        new='            raise GatewayRefused("duplicate")',
        tests=(f"{_TROUBLE}::test_a_duplicate_order_id_is_our_own_earlier_charge",),
    ),
    Fault(
        name="the charge's amount is not compared",
        hurts="The gateway makes a QR for another amount, and we show it.",
        file=_MIDTRANS,
        old=" or _amount(body) != request.amount:",
        new=":",
        tests=(f"{_ADAPTER}::test_a_charge_answer_that_does_not_fit_is_not_used",),
    ),
    Fault(
        name="a payment under suspicion is trusted",
        hurts="Food goes out for money that the gateway's fraud check takes back.",
        file=_MIDTRANS,
        old='body.get("fraud_status", "accept") == "accept"',
        new='body.get("fraud_status", "accept") != ""',
        tests=("tests/gateways/test_suspicion.py::test_only_what_the_fraud_check_accepts_is_trusted",),
    ),
    Fault(
        name="the QR's check sum is not looked at",
        hurts="Diners hold their phones before a damaged QR that no wallet can read.",
        file=_QRIS,
        old=' or f"{binascii.crc_hqx(text[:-4].encode(), 0xFFFF):04X}" != text[-4:]:',
        new=" or binascii is None:",
        tests=(
            "tests/payments/test_qris.py::test_one_changed_character_is_noticed",
            f"{_BAD_QR}[sqlite-corrupt_qr_crc]",
        ),
    ),
    Fault(
        name="the QR's amount is not compared",
        hurts="The diner pays another amount than the bill, and a person must sort it out.",
        file=_QRIS,
        old="    if qr.amount != amount:",
        new="    if amount < 0:",
        tests=(
            "tests/payments/test_qris.py::test_a_text_that_would_not_pay_us_exactly_this_is_refused",
            f"{_BAD_QR}[sqlite-corrupt_qr_amount]",
        ),
    ),
    Fault(
        name="the QR's merchant is not compared",
        hurts="The money goes to another shop.",
        file=_QRIS,
        old="qr.merchant_name.casefold() != merchant_name.casefold():",
        new="not qr.merchant_name:",
        tests=(
            "tests/payments/test_qris.py::test_a_text_that_would_not_pay_us_exactly_this_is_refused",
            f"{_BAD_QR}[sqlite-corrupt_qr_merchant]",
        ),
    ),
    Fault(
        name="the QR's currency is not compared",
        hurts="A QR in ringgit or dollars is shown as one in rupiah.",
        file=_QRIS,
        old='    if qr.currency != "360" or qr.country != "ID":',
        new='    if qr.currency == "":',
        tests=("tests/payments/test_qris.py::test_a_text_that_would_not_pay_us_exactly_this_is_refused",),
    ),
    Fault(
        name="the breaker never opens",
        hurts="Fifty diners wait one after another for a gateway that is gone, and nobody is offered cash.",
        file="core/services/breaker.py",
        old="            if self._silences < FAILURES:\n                return True",
        new="            if self._silences >= 0:\n                return True",
        tests=(f"{_TROUBLE}::test_fifty_diners_are_all_told_at_once_when_the_gateway_is_gone",),
    ),
    Fault(
        name="a test payment's notification is money of nobody's",
        hurts="Whoever tries whether payments work finds a case of lost money on the desk.",
        file="core/services/inbox.py",
        old="        if was_rehearsed(session, reference, now if said in _TELLS_OF_MONEY else None):",
        new="        if False:",
        tests=(f"{_REHEARSALS}::test_its_money_is_in_no_book_and_on_nobodys_desk",),
    ),
    Fault(
        name="a test payment is called paid when its QR is heard of",
        hurts="An owner reads that notifications come, and none of a payment ever did.",
        file="core/services/inbox.py",
        old="now if said in _TELLS_OF_MONEY else None):",
        new="now):",
        tests=(f"{_REHEARSALS}::test_only_word_of_its_money_counts_as_heard",),
    ),
    Fault(
        name="test payments are made where money is real",
        hurts="A press of a button makes a QR that somebody pays for nothing.",
        file="core/services/rehearsals.py",
        old='        if self.environment == "production":\n            raise NoRehearsal\n',
        new="",
        tests=(f"{_REHEARSALS}::test_where_money_is_real_there_are_none",),
    ),
    Fault(
        name="a gateway that will not close a QR leaves nothing to decide",
        hurts="The guest stands at the counter with the cash in hand, and not even the owner can take it.",
        file="core/services/gateway_jobs.py",
        old="                self._stays_open(attempt)\n                return\n",
        new="                pass\n",
        tests=(f"{_SWITCHING}::test_cash_for_a_qr_that_the_gateway_will_not_close_is_a_managers_decision",),
    ),
    Fault(
        name="what went back is read as text only",
        hurts="Midtrans writes it as a number: no look at that payment is understood, and its refund is given up unknown.",
        file="core/gateways/midtrans.py",
        old='        return _amount({"refund_amount": f"{value:.0f}"}, "refund_amount")\n',
        new='        raise GatewayUnavailable(reason="nonsense")\n',
        tests=("tests/gateways/test_midtrans.py::test_what_went_back_is_read_as_a_number_too",),
    ),
)
