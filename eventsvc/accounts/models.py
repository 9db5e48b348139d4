"""People who work for an organization, and the ways in."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsvc.db import Model


class Role(StrEnum):
    """What a member may do in one organization; each includes what stands below it, except that `door` sees only doors."""

    OWNER = "owner"
    ORGANIZER = "organizer"
    VIEWER = "viewer"
    DOOR = "door"


class Account(Model):
    """A person with an account. The address is sealed under the service's keys."""

    __tablename__ = "accounts"

    id: Mapped[UUID] = mapped_column(sa.Uuid, primary_key=True)
    email: Mapped[bytes]
    email_index: Mapped[bytes] = mapped_column(unique=True)
    language: Mapped[str]
    created_at: Mapped[datetime]
    memberships: Mapped[list["Membership"]] = relationship(back_populates="account", cascade="all, delete-orphan")


class Membership(Model):
    __tablename__ = "memberships"
    __table_args__ = (sa.CheckConstraint(f"role IN ({', '.join(repr(r.value) for r in Role)})", "known_role"),)

    account_id: Mapped[UUID] = mapped_column(sa.ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True)
    organization_id: Mapped[int] = mapped_column(
        sa.ForeignKey("organizations.id", ondelete="CASCADE"), primary_key=True
    )
    role: Mapped[str]
    created_at: Mapped[datetime]
    account: Mapped[Account] = relationship(back_populates="memberships")


class SignInLink(Model):
    """A one-time link; without an account it is the one that makes the first owner."""

    __tablename__ = "sign_in_links"

    secret_hash: Mapped[bytes] = mapped_column(primary_key=True)
    account_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class LoginSession(Model):
    """A signed-in browser; deleting the row signs it out."""

    __tablename__ = "login_sessions"

    secret_hash: Mapped[bytes] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(sa.ForeignKey("accounts.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    account: Mapped[Account] = relationship()
