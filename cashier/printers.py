"""The shop's printers: where they stand, what they print, how they are, and a page to try them by."""

from collections.abc import Sequence
from typing import Annotated, Any, Final, Literal, Self

from fastapi import APIRouter, Form, Request
from pydantic import StringConstraints
from starlette.responses import Response

from cashier.printer_words import SLIPS, TROUBLES
from cashier.who import PrinterKeeper, actor
from core.base.errors import MejaError
from core.outlets.models import Station
from core.printing.errors import UnknownPrinter
from core.printing.models import Printer
from core.services import Core
from core.services.printer_desk import PrinterPlan, PrinterView
from core.staff.models import StaffMember
from core.web.access import CoreDep
from core.web.forms import FormModel, OptionalDigits
from core.web.pages import render
from core.web.redirects import see_other

router = APIRouter(prefix="/cashier/printers")

Ticked = Literal["", "yes"]
_USUAL_PORT: Final = 9100


class PrinterForm(FormModel):
    """A printer as it is described in a form."""

    name: Annotated[str, StringConstraints(max_length=80)] = ""
    host: Annotated[str, StringConstraints(max_length=300)] = ""
    port: OptionalDigits = _USUAL_PORT
    paper: Literal["58", "80"] = "80"
    kitchen: Ticked = ""
    station: OptionalDigits = None
    receipts: Ticked = ""
    after_cash: Ticked = ""
    drawer: Ticked = ""
    in_use: Ticked = ""

    @classmethod
    def of(cls, printer: Printer) -> Self:
        """Fill the form in with what is known of a printer."""
        ticks = {
            "kitchen": printer.prints_kitchen,
            "receipts": printer.prints_receipts,
            "after_cash": printer.prints_after_cash,
            "drawer": printer.opens_drawer,
            "in_use": printer.is_enabled,
        }
        texts = {"name": printer.name, "host": printer.host, "port": str(printer.port), "paper": str(printer.paper)}
        station = str(printer.station_id or "")
        ticked = {name: "yes" for name, is_set in ticks.items() if is_set}
        return cls.model_validate(texts | ticked | {"station": station})

    def plan(self) -> PrinterPlan:
        """Say it in the core's words."""
        return PrinterPlan(
            name=self.name,
            host=self.host,
            port=_USUAL_PORT if self.port is None else self.port,
            paper=int(self.paper),
            prints_kitchen=bool(self.kitchen),
            station_id=self.station,
            prints_receipts=bool(self.receipts),
            prints_after_cash=bool(self.after_cash),
            opens_drawer=bool(self.drawer),
            is_enabled=bool(self.in_use),
        )


Filled = Annotated[PrinterForm, Form()]


@router.get("", name="printers")
def printers(request: Request, core: CoreDep, member: PrinterKeeper, edit: str = "") -> Response:
    """List the printers, with the form that puts up another one, or changes the one named."""
    if not edit:
        return _page(request, core, member, PrinterForm(in_use="yes"))
    chosen = _printer(core, member, edit)
    return _page(request, core, member, PrinterForm.of(chosen), chosen)


@router.get("/list", name="printer_list")
def printer_list(request: Request, core: CoreDep, member: PrinterKeeper) -> Response:
    """Give the part of the page that changes while printers work."""
    outlet = core.door.workplace(member)
    return render(request, "cashier/_printers.html", **_list(core, member), outlet=outlet)


@router.post("/add", name="add_printer")
def add(request: Request, core: CoreDep, member: PrinterKeeper, form: Filled) -> Response:
    """Put up a printer."""
    try:
        core.printers.add(member.outlet_id, form.plan(), actor(member))
    except MejaError as problem:
        return _page(request, core, member, form, problem=problem)
    return see_other("printers")


@router.post("/{uid}/change", name="change_printer")
def change(uid: str, request: Request, core: CoreDep, member: PrinterKeeper, form: Filled) -> Response:
    """Change a printer."""
    try:
        core.printers.change(member.outlet_id, uid, form.plan(), actor(member))
    except UnknownPrinter:
        raise
    except MejaError as problem:
        return _page(request, core, member, form, _printer(core, member, uid), problem)
    return see_other("printers")


@router.post("/{uid}/test", name="test_printer")
def test(uid: str, core: CoreDep, member: PrinterKeeper) -> Response:
    """Have a page printed that shows whether everything is right."""
    core.printers.test(member.outlet_id, uid, actor(member))
    return see_other("printers")


@router.post("/{uid}/remove", name="remove_printer")
def remove(uid: str, core: CoreDep, member: PrinterKeeper) -> Response:
    """Take a printer out of the list."""
    core.printers.remove(member.outlet_id, uid, actor(member))
    return see_other("printers")


def _printer(core: Core, member: StaffMember, uid: str) -> Printer:
    known = {view.printer.uid: view.printer for view in core.printers.printers(member.outlet_id)}
    if uid not in known:
        raise UnknownPrinter
    return known[uid]


def _list(core: Core, member: StaffMember) -> dict[str, Any]:
    views = core.printers.printers(member.outlet_id)
    stations = core.printers.stations(member.outlet_id)
    return {
        "views": views,
        "stations": stations,
        "unprinted": _without_printer(views, stations),
        "troubles": TROUBLES,
        "slips": SLIPS,
        "now": core.clock(),
    }


def _without_printer(views: Sequence[PrinterView], stations: Sequence[Station]) -> list[Station]:
    """List the stations whose part of an order is printed nowhere, where there is paper in the kitchen at all."""
    served = {view.printer.station_id for view in views if view.printer.prints_kitchen and view.printer.is_enabled}
    return [] if not served or None in served else [station for station in stations if station.id not in served]


def _page(
    request: Request,
    core: Core,
    member: StaffMember,
    form: PrinterForm,
    chosen: Printer | None = None,
    problem: MejaError | None = None,
) -> Response:
    return render(
        request,
        "cashier/printers.html",
        status=problem.status if problem else 200,
        **_list(core, member),
        chosen=chosen,
        form=form,
        problem=problem,
        outlet=core.door.workplace(member),
        member=member,
    )
