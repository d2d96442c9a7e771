"""Faults in what watches over the rest: the queue, the leases, the clock, the start, the poll and the watchdog."""

from typing import Final

from tests.broken_by_hand.fault import Fault

_LEASES = "core/payments/leases.py"
_QUEUE = "core/services/job_queue.py"
_JUMPS = "core/services/clock_jumps.py"
_POLL = "core/services/event_poll.py"
_PROOF = "core/services/self_test.py"
_TRIALS = "core/services/trials.py"
_WORKER = "core/services/gateway_worker.py"
_CHECKS = "core/services/book_checks.py"
_BOOKS = "core/services/books.py"
_DOG = "core/web/watchdog.py"
_WAITING = "tests/services/test_the_queue.py"
_ONE_JOB = "tests/services/test_one_job_at_a_time.py"
_ONCE = "tests/services/test_asked_once.py"
_SET = "tests/clock/test_the_worker_after_a_jump.py"
_OPEN = "tests/clock/test_the_open_shop.py"
_UNHEARD = "tests/events/test_without_redis.py"
_START = "tests/running/test_self_test.py"
_STILL = "tests/running/test_watchdog.py"
_ANEW = "tests/services/test_after_a_start.py"
_CHECKED = "tests/services/test_what_check_finds.py"

WATCH_FAULTS: Final = (
    Fault(
        name="a second hint sends an attempt to the end of the queue",
        hurts="The gateway repeats itself, and the guest who has waited longest waits longest.",
        file="core/services/inbox.py",
        old="_SINCE = func.coalesce(_ATTEMPTS.c.wanted_at, _NOW)",
        new="_SINCE = _NOW",
        tests=(f"{_WAITING}::test_what_was_heard_of_first_is_asked_about_first_however_often_it_is_heard_again",),
    ),
    Fault(
        name="who came last is asked about first",
        hurts="In a rush the first guests are never asked about.",
        file=_LEASES,
        old="is_paid, Attempt.wanted_at)",
        new="is_paid, Attempt.wanted_at.desc())",
        tests=(f"{_WAITING}::test_what_was_heard_of_first_is_asked_about_first_however_often_it_is_heard_again",),
    ),
    Fault(
        name="what is paid stands in the way of who has just paid",
        hurts="The gateway repeats its old words in a rush, and new money waits for seconds behind them.",
        file=_LEASES,
        old="is_paid, Attempt.wanted_at)",
        new="Attempt.wanted_at)",
        tests=(f"{_WAITING}::test_words_about_what_is_paid_already_stand_behind_new_money",),
    ),
    Fault(
        name="a storm of notifications takes every thread",
        hurts="While the gateway repeats itself, no guest gets a page and nobody's payment is asked about.",
        file="core/web/webhooks.py",
        old="CapacityLimiter(REQUEST_THREADS // 2)",
        new="CapacityLimiter(REQUEST_THREADS)",
        tests=("tests/web/test_webhooks.py::test_in_a_storm_of_notifications_a_guest_still_gets_an_answer",),
    ),
    Fault(
        name="a notification waits in line for as long as it takes",
        hurts="The gateway hangs up before it is answered, and nobody knows whether its word was kept.",
        file="core/web/webhooks.py",
        old="fail_after(_IN_LINE)",
        new="fail_after(None)",
        tests=(
            "tests/web/test_webhooks.py"
            "::test_a_notification_that_finds_no_place_is_asked_to_come_again_before_the_gateway_gives_up",
        ),
    ),
    Fault(
        name="who stood in line waits for the lock as long as everybody",
        hurts="A notification is answered after ten seconds or more, and the gateway has hung up.",
        file="core/base/database.py",
        old="is_short = waited > _LATE or patience < WAIT_SECONDS\n",
        new="is_short = waited < 0\n",
        tests=(
            "tests/base/test_database.py::test_who_stood_in_line_for_their_turn_waits_for_the_lock_by_so_much_less",
        ),
    ),
    Fault(
        name="guests wait behind the timetable",
        hurts="After a start at noon nobody gets a QR until every attempt of the day has been asked about.",
        file=_LEASES,
        old="    if rows is Attempt:\n",
        new="    if rows is None:\n",
        tests=(f"{_WAITING}::test_after_a_start_new_guests_do_not_stand_behind_everything_that_is_looked_at_anew",),
    ),
    Fault(
        name="refunds wait behind the timetable",
        hurts="After a start at noon no money goes back until every attempt of the day has been asked about.",
        file=_QUEUE,
        old="        if is_refund_due:",
        new="        if is_refund_due and not is_attempt_due:",
        tests=(f"{_WAITING}::test_after_a_start_a_refund_stands_behind_whoever_waits_and_before_the_timetable",),
    ),
    Fault(
        name="an open page asks for nothing while its attempt stands in line",
        hurts="Whoever looks at the page after a start is asked about no sooner than those who have gone home.",
        file="core/services/payment_desk.py",
        old="return stands_in_line or attempt.due_at",
        new="return attempt.due_at",
        tests=(f"{_WAITING}::test_after_a_start_new_guests_do_not_stand_behind_everything_that_is_looked_at_anew",),
    ),
    Fault(
        name="a dead process's lease is never freed",
        hurts="What it had in hand waits for the lease to run out, and the guest with it.",
        file=_LEASES,
        old="        for rows in (Attempt, Refund):\n            theirs",
        new="        for rows in ():\n            theirs",
        tests=(
            f"{_WAITING}::test_what_a_dead_process_had_in_hand_is_taken_over_when_it_has_been_silent",
            f"{_ONCE}::test_a_refund_that_a_dead_process_had_in_hand_is_taken_over",
        ),
    ),
    Fault(
        name="a dead process's refunds are forgotten",
        hurts="QR codes are taken over at once, and the money that was to go back waits.",
        file=_LEASES,
        old="        for rows in (Attempt, Refund):\n            theirs",
        new="        for rows in (Attempt,):\n            theirs",
        tests=(f"{_ONCE}::test_a_refund_that_a_dead_process_had_in_hand_is_taken_over",),
    ),
    Fault(
        name="a process that lives counts as dead",
        hurts="Two processes work on one payment at the same time, all evening.",
        file=_LEASES,
        old="Heartbeat.beat_at < now - SILENT_FOR",
        new="Heartbeat.beat_at < now + SILENT_FOR",
        tests=(f"{_WAITING}::test_what_a_dead_process_had_in_hand_is_taken_over_when_it_has_been_silent",),
    ),
    Fault(
        name="every lease of a process has one name",
        hurts="A job that took too long gives away what the next one has just taken in hand.",
        file=_QUEUE,
        old='f"{self.name}.{secrets.token_hex(4)}"',
        new='f"{self.name}.0"',
        tests=(f"{_ONE_JOB}::test_a_job_that_took_too_long_does_not_give_away_what_the_next_one_has_in_hand",),
    ),
    Fault(
        name="what the database could not take is not given back",
        hurts="A payment is known and not written down until its lease runs out.",
        file=_QUEUE,
        old="        self._unfinished.append(job.row)\n",
        new="        del job\n",
        tests=(f"{_WAITING}::test_news_that_the_database_could_not_take_is_asked_for_again_at_once",),
    ),
    Fault(
        name="plans that lie too far ahead stay there",
        hurts="The clock was set back a day, and nobody asks about a payment until tomorrow.",
        file=_JUMPS,
        old="            _bring_looks_back(session, now)\n",
        new="",
        tests=(
            f"{_SET}::test_a_payment_without_a_notification_is_found_though_the_clock_was_set_back",
            f"{_OPEN}::test_the_worker_itself_looks_again_though_the_clock_was_set_back",
        ),
    ),
    Fault(
        name="a clock that was set back forgets the refunds",
        hurts="The guest waits a day longer for money that nobody asks about.",
        file=_JUMPS,
        old="    for rows in (Attempt, Refund):\n",
        new="    for rows in (Attempt,):\n",
        tests=(f"{_ONCE}::test_a_refund_without_an_answer_is_asked_about_though_the_clock_was_set_back",),
    ),
    Fault(
        name="a lease is cut off when the clock is set back",
        hurts="A second call is made while the first is under way.",
        file=_JUMPS,
        old="leased.values(due_at=now + LEASE, leased_until=now + LEASE)",
        new="leased.values(due_at=now, leased_until=now)",
        tests=(f"{_SET}::test_a_lease_of_before_the_jump_ends_soon_and_not_too_soon",),
    ),
    Fault(
        name="a clock that is set on puts everybody out",
        hurts="Every guest who stands at the counter is told that the order has expired.",
        file=_JUMPS,
        old="            if set_on_by > timedelta():\n",
        new="            if set_on_by < timedelta():\n",
        tests=(f"{_SET}::test_nobody_who_waits_at_the_counter_is_put_out_at_once",),
    ),
    Fault(
        name="every deadline is believed after a jump",
        hurts="QR codes that can still be paid are closed under the guests' hands.",
        file=_JUMPS,
        old="        return monotonic() >= self.watch.distrusted_until\n",
        new="        return True\n",
        tests=(f"{_OPEN}::test_a_qr_that_the_gateway_still_holds_is_left_alone",),
    ),
    Fault(
        name="a lost nudge stays lost",
        hurts="Redis swallows one message, and the board does not show a paid order.",
        file=_POLL,
        old="    yield board_topic(news.outlet_id)\n",
        new="",
        tests=(f"{_UNHEARD}::test_a_nudge_that_redis_swallowed_is_found_in_the_database",),
    ),
    Fault(
        name="what came before the start is told again",
        hurts="At every start all screens look at once, for nothing.",
        file=_POLL,
        old="            return await asyncio.to_thread(self._newest)\n        news",
        new="            seen = 0\n        news",
        tests=(f"{_UNHEARD}::test_a_nudge_that_redis_swallowed_is_found_in_the_database",),
    ),
    Fault(
        name="more news than one look holds is cut off",
        hurts="After a rush half of the screens show what was.",
        file=_POLL,
        old="        if len(news) == _MOST:\n",
        new="        if len(news) > _MOST:\n",
        tests=(f"{_UNHEARD}::test_after_more_than_one_look_can_hold_everybody_looks_again",),
    ),
    Fault(
        name="a poll that gets no answer is the last",
        hurts="The database pauses once, and a process hears of nothing any more.",
        file=_POLL,
        old="            except Busy:\n",
        new="            except ZeroDivisionError:\n",
        tests=(f"{_ONE_JOB}::test_a_database_that_did_not_answer_once_is_asked_again",),
    ),
    Fault(
        name="nothing forbidden is tried at the start",
        hurts="A database whose guards somebody took away is served, and history can be rewritten.",
        file=_PROOF,
        old="    if problem is None and (allowed := allowed_acts(db, now)):\n",
        new="    if problem is None and (allowed := allowed_acts(db, now)) and not allowed:\n",
        tests=(
            f"{_START}::test_history_that_can_be_changed_is_not_served",
            f"{_START}::test_an_order_that_could_have_two_open_attempts_is_not_served",
        ),
    ),
    Fault(
        name="what the trials wrote stays",
        hurts="Every start leaves an outlet and an order in the books that nobody opened.",
        file=_TRIALS,
        old="            raise _Undo\n",
        new="            return\n",
        tests=(f"{_START}::test_sound_ground_is_let_through_and_nothing_of_the_trials_stays",),
    ),
    Fault(
        name="a guard that SQLite lost is not missed",
        hurts="Rows of money can be deleted from a file that somebody has repaired by hand.",
        file=_PROOF,
        old="    if problem is None and (missing := missing_triggers(db)):\n",
        new="    if problem is None and (missing := missing_triggers(db)) and not missing:\n",
        tests=(f"{_START}::test_rows_of_money_that_can_be_deleted_are_not_served",),
    ),
    Fault(
        name="a setting that is not in force is let through",
        hurts="SQLite does not sync, and a power cut loses the evening.",
        file=_PROOF,
        old="    wrong = next((name for name, value in wanted.items() if found[name] != value), None)\n",
        new="    wrong = next((name for name, value in wanted.items() if name not in found), None)\n",
        tests=(
            f"{_START}::test_a_setting_that_is_not_in_force_on_sqlite_is_named",
            f"{_START}::test_a_setting_that_is_not_in_force_on_postgresql_is_named",
        ),
    ),
    Fault(
        name="a database on a network share is served",
        hurts="SQLite's locks do not hold there, and two machines write over each other.",
        file=_PROOF,
        old="    if (kind := file_system_of(path, _mounts())) in _FAR_AWAY:\n",
        new="    if (kind := file_system_of(path, _mounts())) in _PRAGMAS:\n",
        tests=(f"{_START}::test_a_database_on_a_network_share_is_not_served",),
    ),
    Fault(
        name="a clock from before the program is believed",
        hurts="A machine without a battery writes the evening into another year.",
        file=_PROOF,
        old="    if now < BUILT_AT:\n",
        new="    if now == BUILT_AT:\n",
        tests=(f"{_START}::test_a_clock_from_before_the_program_was_built_is_not_believed",),
    ),
    Fault(
        name="a worker that stands still is left standing",
        hurts="No payment is asked about any more, and the server says that it is well.",
        file=_DOG,
        old="        still = 0 if now != before else still + 1\n",
        new="        still = 0\n",
        tests=(f"{_STILL}::test_a_loop_that_turns_is_left_alone_and_one_that_does_not_is_ended",),
    ),
    Fault(
        name="a worker that turns is ended all the same",
        hurts="The server restarts every half minute of a busy evening.",
        file=_DOG,
        old="        still = 0 if now != before else still + 1\n",
        new="        still += 1\n",
        tests=(f"{_STILL}::test_a_loop_that_turns_is_left_alone_and_one_that_does_not_is_ended",),
    ),
    Fault(
        name="a refund above its payment is not tried at the start",
        hurts="A migration copied the table of refunds, and more goes back than came.",
        file=_TRIALS,
        old="""_copy("refunds", _REFUND, id="-2", refund_key="'2'")""",
        new="""_copy("refunds", _REFUND, id="-2", refund_key="'2'", state="'refused'")""",
        tests=(f"{_START}::test_sound_ground_is_let_through_and_nothing_of_the_trials_stays",),
    ),
    Fault(
        name="a misshapen reference is not tried at the start",
        hurts="Two signatures can read alike, and the guard against it is gone without a word.",
        file=_TRIALS,
        old="""reference="'self-test'", state="'failed'"),""",
        new="""reference="'K0000000000000000SELFTEST03Q'", state="'failed'"),""",
        tests=(f"{_START}::test_sound_ground_is_let_through_and_nothing_of_the_trials_stays",),
    ),
    Fault(
        name="only triggers of rows that stay are missed",
        hurts="A table without a row of ours loses its guards, and the start says that all is well.",
        file="core/migrations/guarded.py",
        old='    rules = {f"{table}_{rule}" for table, rule in RULES}\n',
        new="    rules: set[str] = set()\n",
        tests=(f"{_START}::test_a_trigger_that_a_migration_makes_is_missed_when_it_is_gone",),
    ),
    Fault(
        name="a trigger that is called off counts as there",
        hurts="Somebody switches a guard off to mend a row by hand, and forgets it.",
        file=_TRIALS,
        old=" AND tgenabled IN ('O', 'A')",
        new="",
        tests=(f"{_START}::test_a_guard_that_is_there_and_called_off_on_postgresql_is_missed",),
    ),
    Fault(
        name="silence counts as an answer",
        hurts="After a night without power and a gateway that is down, paid orders are given up and become cases.",
        file=_WORKER,
        old="or_(Attempt.looked_at.is_(None), Attempt.looked_at < since)",
        new="Attempt.looked_at.is_(None)",
        tests=(
            f"{_ANEW}::test_an_order_paid_while_we_were_down_does_not_expire_because_the_gateway_is_silent",
            f"{_ANEW}::test_what_another_process_is_asking_about_does_not_count_as_answered",
        ),
    ),
    Fault(
        name="an order waits for an answer that nobody asks for",
        hurts="It holds its portions for ever, and the dish is sold out while it stands in the kitchen.",
        file=_WORKER,
        old="and_(Attempt.charges_sent > 0, Attempt.due_at.is_not(None))",
        new="Attempt.charges_sent > 0",
        tests=(f"{_ANEW}::test_an_order_whose_qr_nobody_asks_about_any_more_expires_after_a_start",),
    ),
    Fault(
        name="a clock that is set back makes every answer old",
        hurts="The clock was two days ahead at the start: for two days no order gives its portions back.",
        file=_WORKER,
        old="min(self._pulse.started_at, now)",
        new="self._pulse.started_at",
        tests=(f"{_ANEW}::test_a_clock_that_is_set_back_after_the_start_holds_an_order_no_longer_than_any",),
    ),
    Fault(
        name="nobody misses the money of a paid order",
        hurts="An order is cooked for which not a rupiah came, and `meja check` says that the books hold.",
        file=_CHECKS,
        old="WHERE o.paid_at IS NOT NULL AND NOT EXISTS",
        new="WHERE o.paid_at IS NOT NULL AND 1 = 0 AND NOT EXISTS",
        tests=(f"{_CHECKED}::test_an_order_in_the_kitchen_for_which_no_rupiah_came_is_found",),
    ),
    Fault(
        name="an unpaid order may say anything of its payment",
        hurts="Programs that read the status take a QR for over that can still be paid.",
        file=_CHECKS,
        old="WHEN a.state IN ('denied', 'failed') THEN 'failed' ELSE 'pending' END",
        new="WHEN a.state IN ('denied', 'failed') THEN 'failed' ELSE o.payment_status END",
        tests=(f"{_CHECKED}::test_an_order_that_says_otherwise_than_its_last_qr_is_found",),
    ),
    Fault(
        name="a step without an event is not found",
        hurts="Somebody cancels an order with a console, and its history does not say who.",
        file=_CHECKS,
        old="WHERE o.status <> t.status",
        new="WHERE o.status = t.status AND 1 = 0",
        tests=(
            f"{_CHECKED}::test_an_order_that_ended_without_a_word_is_found",
            f"{_CHECKED}::test_a_step_in_the_kitchen_that_was_not_told_is_found",
        ),
    ),
    Fault(
        name="what was undone is still done to the check",
        hurts="`meja check` cries wolf after every slip of a finger, and nobody listens any more.",
        file=_CHECKS,
        old="'order.cancelled', 'order.expired', 'order.undone') THEN id END",
        new="'order.cancelled', 'order.expired') THEN id END",
        tests=(
            f"{_CHECKED}::test_an_evening_with_everything_in_it_holds",
            f"{_CHECKED}::test_a_step_in_the_kitchen_that_was_not_told_is_found",
        ),
    ),
    Fault(
        name="a posting on no day is not missed",
        hurts="The days of a month do not add up to the month, and nobody can say where the money is.",
        file=_CHECKS,
        old="OR d.lines <> w.lines",
        new="OR d.lines > w.lines",
        tests=(f"{_CHECKED}::test_a_posting_that_stands_on_no_day_is_found",),
    ),
    Fault(
        name="a message may wait for ever",
        hurts="The gateway told of a payment, nothing came of it, and nobody is told.",
        file=_CHECKS,
        old="WHERE due_at IS NULL OR received_at < :yesterday",
        new="WHERE due_at IS NULL",
        tests=(f"{_CHECKED}::test_a_message_that_the_gateway_will_not_explain_waits_and_is_broken_after_a_day",),
    ),
    Fault(
        name="a message that nobody asks about is said to wait",
        hurts="For a day it looks as if an answer could still come.",
        file=_CHECKS,
        old="WHERE due_at IS NULL OR received_at < :yesterday",
        new="WHERE received_at < :yesterday",
        tests=(f"{_CHECKED}::test_a_message_that_nobody_will_ask_about_any_more_is_broken_at_once",),
    ),
    Fault(
        name="money that nobody has heard of is not looked for",
        hurts="After a copy was put back, payments of the lost hours lie at the gateway and on no page.",
        file=_BOOKS,
        old="if line.settled and is_gateway_reference",
        new="if not line.settled and is_gateway_reference",
        tests=(f"{_CHECKED}::test_money_at_the_gateway_under_a_reference_of_ours_that_nobody_knows_is_found",),
    ),
    Fault(
        name="money of others at the same gateway counts as ours",
        hurts="`meja check` finds fault with every demo in which somebody tries the simulator by hand.",
        file=_BOOKS,
        old="is_gateway_reference(ref) and ",
        new="",
        tests=(f"{_CHECKED}::test_money_of_others_at_the_same_gateway_is_not_ours",),
    ),
    Fault(
        name="a notification waits for its place and then for the database anew",
        hurts="The gateway hears nothing for nine seconds, where it is to be told within five to come again.",
        file="core/web/webhooks.py",
        old="core.inbox.receive(raw, within=left)",
        new="core.inbox.receive(raw)",
        tests=(
            "tests/web/test_webhooks.py"
            "::test_a_notification_waits_for_its_place_and_the_database_no_longer_than_for_one_of_them",
        ),
    ),
    Fault(
        name="who asks whether we are ready keeps the collector waiting",
        hurts="Anybody who asks often enough makes the figures late, and wakes somebody for a database that is well.",
        file="core/web/health.py",
        old="_in_time(_FIGURES, ",
        new="_in_time(_READY, ",
        tests=(
            "tests/web/test_health.py::test_who_asks_again_and_again_whether_we_are_ready_keeps_no_collector_waiting",
        ),
    ),
    Fault(
        name="what is alerted on comes with its first count",
        hurts="The first QR that is refused after a start raises no figure, and wakes nobody.",
        file="core/web/figures.py",
        old="    _EVENTS.labels(_alerted)\n",
        new="    pass\n",
        tests=(
            "tests/web/test_operation_files.py::test_what_is_alerted_on_by_its_increase_is_there_before_it_happens",
        ),
    ),
    Fault(
        name="a copy that was broken off counts as the newest",
        hurts="Copies fail every hour, and the alert for it sees one that is minutes old.",
        file="core/services/backups.py",
        old=" and file.stat().st_size",
        new="",
        tests=("tests/web/test_backups.py::test_a_copy_that_is_broken_off_does_not_look_like_one",),
    ),
    Fault(
        name="the log does not know the settings' secrets by sight",
        hurts="A key without a shape of its own stands in the log in whatever text carried it.",
        file="core/web/logs.py",
        old='"|".join([*map(re.escape, ours), _SECRET_TEXTS.pattern])',
        new="_SECRET_TEXTS.pattern",
        tests=("tests/web/test_logs.py::test_what_the_settings_hold_is_known_by_sight",),
    ),
    Fault(
        name="a collector elsewhere is turned away for the name it asks by",
        hurts="In production nobody can read the figures from another machine, token or not.",
        file="core/web/known_hosts.py",
        old=' or (scope["path"] == FIGURES and knows_token(headers, self.token))',
        new="",
        tests=(
            "tests/web/test_health.py"
            "::test_a_collector_on_another_machine_reads_figures_under_the_name_it_has_for_this_one",
        ),
    ),
)
