"""Questions and answers, parties, approval, offers with a deadline, and a log of what was done."""

# ruff: noqa: PLR0915 - as many statements as there are changes

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


_APPROVALS = "'none', 'keeps_seat', 'seat_after'"
_RULES = {
    "offered_until": "(status = 'offered') = (offer_until IS NOT NULL)",
    "seat_of_who_has_one": "holds_seat OR status NOT IN ('confirmed', 'offered')",
    "no_seat_otherwise": "NOT holds_seat OR status IN ('confirmed', 'offered', 'pending')",
}
_NEW = {
    "events": ("waitlist_paused", "confirms_address", "party_most"),
    "quotas": ("name",),
    "registrations": ("holds_seat", "position"),
    "ticket_types": ("description", "approval"),
}


def upgrade() -> None:
    op.create_table(
        "questions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("asked", sa.Boolean(), nullable=False),
        sa.Column("retention_days", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "retention_days IS NULL OR retention_days >= 0", name=op.f("ck_questions_retention_not_negative")
        ),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_questions_event_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questions")),
        sa.UniqueConstraint("event_id", "slug", name=op.f("uq_questions_event_id_slug")),
    )
    op.create_table(
        "option_limits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("option", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.CheckConstraint("size >= 0", name=op.f("ck_option_limits_size_not_negative")),
        sa.CheckConstraint("taken >= 0", name=op.f("ck_option_limits_taken_not_negative")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_option_limits_event_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["questions.id"], name=op.f("fk_option_limits_question_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_option_limits")),
        sa.UniqueConstraint("question_id", "option", name=op.f("uq_option_limits_question_id_option")),
    )
    with op.batch_alter_table("option_limits", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_option_limits_event_id"), ["event_id"], unique=False)

    op.create_table(
        "question_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("label", sa.JSON(), nullable=False),
        sa.Column("help", sa.JSON(), nullable=False),
        sa.Column("purpose", sa.JSON(), nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("limits", sa.JSON(), nullable=False),
        sa.Column("ticket_types", sa.JSON(), nullable=False),
        sa.Column("depends_on_id", sa.Integer(), nullable=True),
        sa.Column("depends_on_options", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('short_text', 'long_text', 'one_of', 'several_of', 'yes_no', 'number', 'date', 'country', 'language', 'consent')",
            name=op.f("ck_question_versions_known_kind"),
        ),
        sa.ForeignKeyConstraint(["depends_on_id"], ["questions.id"], name=op.f("fk_question_versions_depends_on_id")),
        sa.ForeignKeyConstraint(
            ["question_id"], ["questions.id"], name=op.f("fk_question_versions_question_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_versions")),
        sa.UniqueConstraint("question_id", "number", name=op.f("uq_question_versions_question_id_number")),
    )
    op.create_table(
        "answers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_answers_event_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["question_id"], ["questions.id"], name=op.f("fk_answers_question_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name=op.f("fk_answers_registration_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["version_id"], ["question_versions.id"], name=op.f("fk_answers_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answers")),
        sa.UniqueConstraint("registration_id", "question_id", name=op.f("uq_answers_registration_id_question_id")),
    )
    with op.batch_alter_table("answers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_answers_question_id"), ["question_id"], unique=False)

    op.create_table(
        "log_lines",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_log_lines_account_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_log_lines_event_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name=op.f("fk_log_lines_registration_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_lines")),
    )
    with op.batch_alter_table("log_lines", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_log_lines_registration_id"), ["registration_id"], unique=False)

    op.create_table(
        "offers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Uuid(), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "outcome IS NULL OR outcome IN ('accepted', 'refused', 'expired', 'withdrawn')",
            name=op.f("ck_offers_known_outcome"),
        ),
        sa.CheckConstraint("(outcome IS NULL) = (ended_at IS NULL)", name=op.f("ck_offers_ended_with_an_outcome")),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_offers_event_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registrations.id"], name=op.f("fk_offers_registration_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offers")),
    )
    with op.batch_alter_table("offers", schema=None) as batch_op:
        batch_op.create_index("ix_offers_registration_id", ["registration_id"], unique=False)
        batch_op.create_index(
            "uq_offers_open",
            ["registration_id"],
            unique=True,
            sqlite_where=sa.text("outcome IS NULL"),
            postgresql_where=sa.text("outcome IS NULL"),
        )

    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.add_column(sa.Column("waitlist_most", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("waitlist_paused", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("offer_hours", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("confirms_address", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("party_most", sa.Integer(), nullable=False, server_default="1"))

    with op.batch_alter_table("quotas", schema=None) as batch_op:
        batch_op.add_column(sa.Column("name", sa.Text(), nullable=False, server_default=""))

    with op.batch_alter_table("registrations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("holds_seat", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("queued_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("offer_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("party_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("position", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("contact_id", sa.Uuid(), nullable=True))
        batch_op.create_index(
            "ix_registrations_contact",
            ["contact_id"],
            unique=False,
            sqlite_where=sa.text("contact_id IS NOT NULL"),
            postgresql_where=sa.text("contact_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_registrations_line",
            ["waiting_quota_id", "queue_number"],
            unique=False,
            sqlite_where=sa.text("waiting_quota_id IS NOT NULL"),
            postgresql_where=sa.text("waiting_quota_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_registrations_offer_until",
            ["offer_until"],
            unique=False,
            sqlite_where=sa.text("offer_until IS NOT NULL"),
            postgresql_where=sa.text("offer_until IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_registrations_party",
            ["party_id"],
            unique=False,
            sqlite_where=sa.text("party_id IS NOT NULL"),
            postgresql_where=sa.text("party_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_registrations_unconfirmed",
            ["registered_at"],
            unique=False,
            sqlite_where=sa.text("status = 'unconfirmed'"),
            postgresql_where=sa.text("status = 'unconfirmed'"),
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_registrations_contact_id"), "registrations", ["contact_id"], ["id"], ondelete="SET NULL"
        )

    with op.batch_alter_table("submissions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("outcomes", sa.JSON(none_as_null=True), nullable=True))

    with op.batch_alter_table("ticket_types", schema=None) as batch_op:
        batch_op.add_column(sa.Column("description", sa.JSON(), nullable=False, server_default="{}"))
        batch_op.add_column(sa.Column("approval", sa.Text(), nullable=False, server_default="none"))
        batch_op.create_check_constraint(batch_op.f("ck_ticket_types_known_approval"), f"approval IN ({_APPROVALS})")

    # Whoever has a place holds a seat, and whoever waits came when they registered.
    op.execute("UPDATE registrations SET holds_seat = true WHERE status IN ('confirmed', 'offered')")
    op.execute("UPDATE registrations SET queued_at = registered_at WHERE queue_number IS NOT NULL")
    with op.batch_alter_table("registrations", schema=None) as batch_op:
        for name, rule in _RULES.items():
            batch_op.create_check_constraint(batch_op.f(f"ck_registrations_{name}"), rule)
    # The rows that were there have their values now; new ones get theirs from the model.
    for table, columns in _NEW.items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            for column in columns:
                batch_op.alter_column(column, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("ticket_types", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_ticket_types_known_approval"), type_="check")
        batch_op.drop_column("approval")
        batch_op.drop_column("description")

    with op.batch_alter_table("submissions", schema=None) as batch_op:
        batch_op.drop_column("outcomes")

    with op.batch_alter_table("registrations", schema=None) as batch_op:
        for name in _RULES:
            batch_op.drop_constraint(batch_op.f(f"ck_registrations_{name}"), type_="check")
        batch_op.drop_constraint(batch_op.f("fk_registrations_contact_id"), type_="foreignkey")
        batch_op.drop_index(
            "ix_registrations_unconfirmed",
            sqlite_where=sa.text("status = 'unconfirmed'"),
            postgresql_where=sa.text("status = 'unconfirmed'"),
        )
        batch_op.drop_index(
            "ix_registrations_party",
            sqlite_where=sa.text("party_id IS NOT NULL"),
            postgresql_where=sa.text("party_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_registrations_offer_until",
            sqlite_where=sa.text("offer_until IS NOT NULL"),
            postgresql_where=sa.text("offer_until IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_registrations_line",
            sqlite_where=sa.text("waiting_quota_id IS NOT NULL"),
            postgresql_where=sa.text("waiting_quota_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_registrations_contact",
            sqlite_where=sa.text("contact_id IS NOT NULL"),
            postgresql_where=sa.text("contact_id IS NOT NULL"),
        )
        batch_op.drop_column("contact_id")
        batch_op.drop_column("position")
        batch_op.drop_column("party_id")
        batch_op.drop_column("offer_until")
        batch_op.drop_column("queued_at")
        batch_op.drop_column("holds_seat")

    with op.batch_alter_table("quotas", schema=None) as batch_op:
        batch_op.drop_column("name")

    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.drop_column("party_most")
        batch_op.drop_column("confirms_address")
        batch_op.drop_column("offer_hours")
        batch_op.drop_column("waitlist_paused")
        batch_op.drop_column("waitlist_most")

    with op.batch_alter_table("offers", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_offers_open", sqlite_where=sa.text("outcome IS NULL"), postgresql_where=sa.text("outcome IS NULL")
        )
        batch_op.drop_index("ix_offers_registration_id")

    op.drop_table("offers")
    with op.batch_alter_table("log_lines", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_log_lines_registration_id"))

    op.drop_table("log_lines")
    with op.batch_alter_table("answers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_answers_question_id"))

    op.drop_table("answers")
    op.drop_table("question_versions")
    with op.batch_alter_table("option_limits", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_option_limits_event_id"))

    op.drop_table("option_limits")
    op.drop_table("questions")
