"""The table of all faults, from the rows of the database up to the door of the shop."""

from typing import Final

from tests.broken_by_hand.board_faults import BOARD_FAULTS
from tests.broken_by_hand.case_faults import CASE_FAULTS
from tests.broken_by_hand.copy_faults import COPY_FAULTS
from tests.broken_by_hand.crew_faults import CREW_FAULTS
from tests.broken_by_hand.database_faults import DATABASE_FAULTS
from tests.broken_by_hand.door_faults import DOOR_FAULTS
from tests.broken_by_hand.doubt_faults import DOUBT_FAULTS
from tests.broken_by_hand.exception_faults import EXCEPTION_FAULTS
from tests.broken_by_hand.fault import Fault
from tests.broken_by_hand.gateway_faults import GATEWAY_FAULTS
from tests.broken_by_hand.memory_faults import MEMORY_FAULTS
from tests.broken_by_hand.money_faults import MONEY_FAULTS
from tests.broken_by_hand.moving_faults import MOVING_FAULTS
from tests.broken_by_hand.order_faults import ORDER_FAULTS
from tests.broken_by_hand.paper_faults import PAPER_FAULTS
from tests.broken_by_hand.party_faults import PARTY_FAULTS
from tests.broken_by_hand.people_faults import PEOPLE_FAULTS
from tests.broken_by_hand.refund_case_faults import REFUND_CASE_FAULTS
from tests.broken_by_hand.refund_faults import REFUND_FAULTS
from tests.broken_by_hand.review_faults import REVIEW_FAULTS
from tests.broken_by_hand.rights_faults import RIGHTS_FAULTS
from tests.broken_by_hand.second_look_faults import SECOND_LOOK_FAULTS
from tests.broken_by_hand.settlement_faults import SETTLEMENT_FAULTS
from tests.broken_by_hand.trace_faults import TRACE_FAULTS
from tests.broken_by_hand.tries_faults import TRIES_FAULTS
from tests.broken_by_hand.watch_faults import WATCH_FAULTS

FAULTS: Final[tuple[Fault, ...]] = (
    *DATABASE_FAULTS,
    *ORDER_FAULTS,
    *PARTY_FAULTS,
    *GATEWAY_FAULTS,
    *MONEY_FAULTS,
    *REFUND_FAULTS,
    *CASE_FAULTS,
    *WATCH_FAULTS,
    *DOOR_FAULTS,
    *TRIES_FAULTS,
    *SECOND_LOOK_FAULTS,
    *REVIEW_FAULTS,
    *REFUND_CASE_FAULTS,
    *DOUBT_FAULTS,
    *SETTLEMENT_FAULTS,
    *MEMORY_FAULTS,
    *PEOPLE_FAULTS,
    *MOVING_FAULTS,
    *COPY_FAULTS,
    *EXCEPTION_FAULTS,
    *RIGHTS_FAULTS,
    *BOARD_FAULTS,
    *CREW_FAULTS,
    *TRACE_FAULTS,
    *PAPER_FAULTS,
)
