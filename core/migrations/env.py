"""Runs migrations; called by Alembic only."""

import os

from alembic import context
from core.base.database import Database, Record
from core.events import models as _events
from core.ledger import models as _ledger
from core.menu import models as _menu
from core.orders import models as _orders
from core.outlets import models as _outlets
from core.payments import models as _payments
from core.shifts import models as _shifts
from core.staff import models as _staff

url = context.config.attributes.get("url") or os.environ.get("MEJA_DATABASE_URL", "sqlite:///var/meja.db")
db = Database(url)
# One transaction for everything: a migration that is killed leaves the old shape.
with db.engine.execution_options(write=True).connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Record.metadata,
        render_as_batch=db.is_sqlite,
        transactional_ddl=True,
        compare_type=False,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
db.close()
