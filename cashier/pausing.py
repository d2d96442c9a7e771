"""What the switch that stops new orders needs: it stands beside the menu, and on the board where the rush is seen first."""

from typing import Annotated, Any, Final, Literal

from pydantic import StringConstraints

from core.base.errors import N_
from core.services import Core
from core.services.house_desk import LONGEST_REASON
from core.staff.models import StaffMember
from core.staff.rights import Right, may
from core.web.forms import FormModel, OptionalDigits

_REASONS: Final = (N_("Kitchen is full"), N_("Short break"), N_("Ingredients are on their way"))
"""What is said most: the first stands in the field, the others are offered while somebody types."""
_MINUTES: Final = (15, 30, 60)


class ResumeForm(FormModel):
    """Which page the switch was pressed on."""

    back: Literal["stock", "cashier"] = "stock"


class PauseForm(ResumeForm):
    """Why no orders are taken, and for how long; an empty field means until somebody ends it."""

    reason: Annotated[str, StringConstraints(max_length=200)] = ""
    minutes: OptionalDigits = None


def pause_of(core: Core, member: StaffMember, typed: PauseForm | None = None) -> dict[str, Any]:
    """Gather what the switch's template needs."""
    return {
        "house": core.house.opening(member.outlet_id).house,
        "may_pause": may(member, Right.PAUSE_ORDERS),
        "reasons": _REASONS,
        "pauses": _MINUTES,
        "longest_reason": LONGEST_REASON,
        "typed": typed,
    }
