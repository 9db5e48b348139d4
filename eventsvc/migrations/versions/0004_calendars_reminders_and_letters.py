"""Stored calendar files, calendars of one person, reminders, letters in the organizers' words, domains and addresses that refuse."""

import sqlalchemy as sa
from alembic import op

from eventsvc.zones import RELEASE

revision = "0004"
down_revision = "0003"


def upgrade() -> None:  # noqa: PLR0915 - one line for each column
    op.create_table(
        "calendar_files",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("changed", sa.DateTime(timezone=True), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_calendar_files")),
    )
    op.create_table(
        "domain_pauses",
        sa.Column("mark", sa.LargeBinary(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_domain_pauses")),
    )
    op.create_table(
        "letter_texts",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("letter", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_letter_texts_event_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("event_id", "letter", "language", name=op.f("pk_letter_texts")),
    )
    op.create_table(
        "personal_feeds",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("owner_index", sa.LargeBinary(), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_personal_feeds_event_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_personal_feeds")),
        sa.UniqueConstraint("owner_index", name=op.f("uq_personal_feeds_owner_index")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_personal_feeds_secret_hash")),
    )
    with op.batch_alter_table("personal_feeds", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_personal_feeds_event_id"), ["event_id"], unique=False)

    op.create_table(
        "refused_addresses",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("recipient_index", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('address', 'soft')", name=op.f("ck_refused_addresses_known_kind")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_refused_addresses_event_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("event_id", "recipient_index", name=op.f("pk_refused_addresses")),
    )
    op.create_table(
        "reminder_runs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cursor", sa.Uuid(), nullable=True),
        sa.Column("expected", sa.Integer(), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("slots", sa.JSON(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('day_before', 'hour_before', 'afterwards')", name=op.f("ck_reminder_runs_known_kind")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_reminder_runs_event_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_runs")),
        sa.UniqueConstraint("event_id", "kind", "starts_at", name=op.f("uq_reminder_runs_event_id_kind_starts_at")),
    )
    with op.batch_alter_table("reminder_runs", schema=None) as batch_op:
        batch_op.create_index(
            "ix_reminder_runs_unfinished",
            ["begun_at"],
            unique=False,
            sqlite_where=sa.text("done_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL"),
        )

    op.create_table(
        "reminders",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("material_url", sa.Text(), nullable=False),
        sa.Column("survey_url", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('day_before', 'hour_before', 'afterwards')", name=op.f("ck_reminders_known_kind")),
        sa.CheckConstraint("minutes >= 0", name=op.f("ck_reminders_minutes_not_negative")),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_reminders_event_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("event_id", "kind", name=op.f("pk_reminders")),
    )
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.add_column(sa.Column("previous_starts", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("zone_release", sa.Text(), nullable=False, server_default=RELEASE))

    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.add_column(sa.Column("domain_mark", sa.LargeBinary(), nullable=True))
        batch_op.drop_index("ix_messages_due")
        batch_op.create_index("ix_messages_due", ["status", "lane", "next_try_at", "domain_mark"])

    with op.batch_alter_table("registrations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("unsubscribed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("told_sequence", sa.Integer(), nullable=False, server_default="0"))

    with op.batch_alter_table("calendar_states", schema=None) as batch_op:
        batch_op.add_column(sa.Column("event_sequence", sa.Integer(), nullable=False, server_default="0"))

    _everybody_knows_the_facts_of_now()
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.alter_column("previous_starts", server_default=None)
        batch_op.alter_column("zone_release", server_default=None)

    with op.batch_alter_table("registrations", schema=None) as batch_op:
        batch_op.alter_column("told_sequence", server_default=None)

    with op.batch_alter_table("calendar_states", schema=None) as batch_op:
        batch_op.alter_column("event_sequence", server_default=None)


def _everybody_knows_the_facts_of_now() -> None:
    """But for those whom an announcement that is under way has still to reach."""
    for table, column in (("registrations", "told_sequence"), ("calendar_states", "event_sequence")):
        current = f"(SELECT sequence FROM events WHERE events.id = {table}.event_id)"  # noqa: S608 - our own names
        op.execute(f"UPDATE {table} SET {column} = {current}")  # noqa: S608
    op.execute(
        "UPDATE registrations SET told_sequence = (SELECT min(sequence) - 1 FROM announcements AS a"
        " WHERE a.event_id = registrations.event_id AND a.done_at IS NULL"
        " AND (a.cursor IS NULL OR a.cursor < registrations.id) AND registrations.registered_at <= a.created_at)"
        " WHERE EXISTS (SELECT 1 FROM announcements AS a"
        " WHERE a.event_id = registrations.event_id AND a.done_at IS NULL"
        " AND (a.cursor IS NULL OR a.cursor < registrations.id) AND registrations.registered_at <= a.created_at)"
    )


def downgrade() -> None:
    with op.batch_alter_table("registrations", schema=None) as batch_op:
        batch_op.drop_column("told_sequence")
        batch_op.drop_column("unsubscribed_at")

    with op.batch_alter_table("calendar_states", schema=None) as batch_op:
        batch_op.drop_column("event_sequence")

    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.drop_index("ix_messages_due")
        batch_op.create_index("ix_messages_due", ["status", "lane", "next_try_at"])
        batch_op.drop_column("domain_mark")

    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.drop_column("zone_release")
        batch_op.drop_column("previous_starts")

    op.drop_table("reminders")
    with op.batch_alter_table("reminder_runs", schema=None) as batch_op:
        batch_op.drop_index("ix_reminder_runs_unfinished")

    op.drop_table("reminder_runs")
    op.drop_table("refused_addresses")
    with op.batch_alter_table("personal_feeds", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_personal_feeds_event_id"))

    op.drop_table("personal_feeds")
    op.drop_table("letter_texts")
    op.drop_table("domain_pauses")
    op.drop_table("calendar_files")
