"""What can go wrong with a printer before anything is printed."""

from core.base.errors import N_, MejaError


class UnknownPrinter(MejaError):
    """No printer of this outlet has this uid, or not any more."""

    kind = "unknown-printer"
    status = 404
    sentence = N_("This printer is not in the list any more.")


class PrinterNameNeeded(MejaError):
    """A printer that nobody could speak of."""

    kind = "printer-name-needed"
    status = 422
    sentence = N_("Give the printer a name.")


class PrinterNameTaken(MejaError):
    """Two printers cannot have one name."""

    kind = "printer-name-taken"
    status = 409
    sentence = N_("There is a printer named %(name)s already.")


class BadPrinterAddress(MejaError):
    """An address outside the house's own network, or none at all."""

    kind = "bad-printer-address"
    status = 422
    sentence = N_("This is no address of your own network. Printers have one like 192.168.1.50.")


class BadPrinterPort(MejaError):
    """A port at which something else than a printer may listen."""

    kind = "bad-printer-port"
    status = 422
    sentence = N_("Printers listen at port %(first)s to %(last)s.")


class TooManyPrinters(MejaError):
    """Each has a thread of its own; more of them than a shop can have would eat each other's."""

    kind = "too-many-printers"
    status = 409
    sentence = N_("An outlet has at most %(most)s printers.")


class NoPrinter(MejaError):
    """Something to be printed that no printer is there for."""

    kind = "no-printer"
    status = 409
    sentence = N_("No printer prints this. Add one under Printers, or switch it on there.")


class NothingToPrint(MejaError):
    """A slip that would tell of nothing."""

    kind = "nothing-to-print"
    status = 409
    sentence = N_("There is nothing to print for this order.")
