"""Draft the next revision: what the models have and a database at the newest revision has not.

python -m eventsvc.migrations "what changed"

Look at the draft before keeping it: a renamed column arrives as one dropped and one added, which loses its content.
Then format it: `ruff format eventsvc/migrations`.
"""

import re
import sys
import tempfile
from pathlib import Path

import sqlalchemy as sa
from alembic import command

from eventsvc import app, schema

VERSIONS = schema.MIGRATIONS / "versions"


def draft(message: str) -> Path:
    """Write the next file under `versions/`."""
    number = len(list(VERSIONS.glob("[0-9]*.py"))) + 1
    with tempfile.TemporaryDirectory() as folder:
        engine = sa.create_engine(f"sqlite:///{Path(folder) / 'draft.sqlite3'}")
        schema.upgrade(engine)
        config = schema.configuration()
        with engine.connect() as connection:
            # The first revision only makes tables; later ones change them, which SQLite does by copying.
            config.attributes |= {"connection": connection, "batch": number > 1}
            command.revision(config, message, autogenerate=True, rev_id=f"{number:04}")
        engine.dispose()
    (written,) = VERSIONS.glob(f"{number:04}_*.py")
    written.write_text(tidied(written.read_text()))
    return written


def tidied(text: str) -> str:
    """Without Alembic's remarks, and without dropping the indexes of tables that are dropped."""
    text = re.sub(r"\n *# ### .*", "", text)
    up, sign, down = text.partition("def downgrade")
    for table in re.findall(r"op\.drop_table\(['\"](\w+)['\"]\)", down):
        down = re.sub(rf"\n    op\.drop_index\([^\n]*table_name='{table}'[^\n]*", "", down)
    return up + sign + down


if __name__ == "__main__":
    if len(sys.argv) != 2 or not app.TABLES:
        sys.exit(__doc__)
    draft(sys.argv[1])
