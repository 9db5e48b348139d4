"""What Alembic runs for every command: it works on the connection that `schema` hands over, in its transaction."""

from alembic import context

from eventsvc.schema import configuration_of

context.configure(**configuration_of(context.config))
context.run_migrations()
