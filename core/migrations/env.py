"""Runs migrations; called by Alembic only."""

import os
from contextlib import closing

from alembic import context

import core.base.heartbeat
import core.services  # noqa: F401 - together they know every table
from core.base.database import Database, Record

url = context.config.attributes.get("url") or os.environ.get("MEJA_DATABASE_URL", "sqlite:///var/meja.db")
# One transaction for everything: a migration that is killed leaves the old shape.
with closing(Database(url)) as db, db.write_on_a_line() as connection:
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
