"""What the demo says when it is ready: where to look, how to get in, what to try."""

from core.cli.logins import Login
from core.services import Core
from core.services.table_desk import TableDesk


def welcome(core: Core, simulator_url: str, logins: list[Login], data: str) -> str:
    """Write the welcome. Every address in it can be clicked in most terminals."""
    base = core.settings.base_url
    outlet, tables = TableDesk(core.db, core.clock).tables()
    people = "\n".join(f"    {login.username:<9} password {login.password:<16} PIN {login.pin}" for login in logins)
    return f"""
  {outlet.name} is open. This is a rehearsal: no account is needed and no real money moves.

    {f"Order at table {tables[0].label}":<22} {base}/t/{tables[0].token}
    {f"All {len(tables)} tables":<22} {base}/
    {"Cashier's board":<22} {base}/cashier
    {"Kitchen screen":<22} {base}/cashier/kitchen
    {"Pay a QR (simulator)":<22} {simulator_url}/v2/qris/index
    {"JSON API":<22} {base}/docs

  Sign in as
{people}

  What to try
    1. Open the table, put a dish into the basket and choose QRIS.
    2. Pay it on the simulator's page: the guest's page and the board turn by themselves.
    3. On the board: start it, call it ready, serve it.
    4. Order again and pay cash: type the four characters at the cashier's and take the money.
    5. Run `meja check` in the end: it says whether the books hold (MEJA_DATABASE_URL=sqlite:///{data}/meja.db).

  Ctrl-C stops everything. What happened here is kept in {data}.
"""
