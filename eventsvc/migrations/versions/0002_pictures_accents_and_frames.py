"""Pictures, and what organizations choose of how their pages look and where they may be shown."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "pictures",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("alt", sa.JSON(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('logo', 'cover')", name=op.f("ck_pictures_known_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pictures")),
    )
    op.create_table(
        "picture_files",
        sa.Column("picture_id", sa.Uuid(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["picture_id"], ["pictures.id"], name=op.f("fk_picture_files_picture_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("picture_id", "width", "format", name=op.f("pk_picture_files")),
    )
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.add_column(sa.Column("cover_id", sa.Uuid(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_events_cover_id"), "pictures", ["cover_id"], ["id"])

    with op.batch_alter_table("organizations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("accent", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("logo_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("cover_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("frame_ancestors", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.create_foreign_key(batch_op.f("fk_organizations_logo_id"), "pictures", ["logo_id"], ["id"])
        batch_op.create_foreign_key(batch_op.f("fk_organizations_cover_id"), "pictures", ["cover_id"], ["id"])
    # The rows that were there have their values now; new ones get theirs from the model.
    with op.batch_alter_table("organizations", schema=None) as batch_op:
        batch_op.alter_column("accent", server_default=None)
        batch_op.alter_column("frame_ancestors", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("organizations", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_organizations_cover_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_organizations_logo_id"), type_="foreignkey")
        batch_op.drop_column("frame_ancestors")
        batch_op.drop_column("cover_id")
        batch_op.drop_column("logo_id")
        batch_op.drop_column("accent")

    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_events_cover_id"), type_="foreignkey")
        batch_op.drop_column("cover_id")

    op.drop_table("picture_files")
    op.drop_table("pictures")
