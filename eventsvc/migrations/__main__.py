"""Draft the next revision: what the models have and a database at the newest revision has not.

python -m eventsvc.migrations "what changed"

Look at the draft before keeping it: a renamed column arrives as one dropped and one added, which loses its content.
"""

import sys
import tempfile
from pathlib import Path

import sqlalchemy as sa
from alembic import command

from eventsvc import app, schema


def draft(message: str) -> None:
    """Write the next file under `versions/`."""
    with tempfile.TemporaryDirectory() as folder:
        engine = sa.create_engine(f"sqlite:///{Path(folder) / 'draft.sqlite3'}")
        schema.upgrade(engine)
        config = schema.configuration()
        number = f"{len(list((schema.MIGRATIONS / 'versions').glob('[0-9]*.py'))) + 1:04}"
        with engine.connect() as connection:
            config.attributes["connection"] = connection
            command.revision(config, message, autogenerate=True, rev_id=number)
        engine.dispose()


if __name__ == "__main__":
    if len(sys.argv) != 2 or not app.TABLES:
        sys.exit(__doc__)
    draft(sys.argv[1])
