"""Accounts, and the roles they have in organizations."""

from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from eventsvc import clock
from eventsvc.accounts.models import Account, Membership, Role
from eventsvc.db import db
from eventsvc.vault import keyring

PLACE = "accounts.email"


def exist() -> bool:
    """Is there any account yet?"""
    return db.session.scalar(sa.select(sa.literal(1)).select_from(Account).limit(1)) is not None


def account_at(address: str) -> Account | None:
    """The account with this mail address, its memberships loaded."""
    return db.session.scalar(
        sa.select(Account)
        .where(Account.email_index == keyring().of_service().index(address))
        .options(selectinload(Account.memberships))
    )


def address_of(account: Account) -> str:
    return keyring().of_service().open(account.email, PLACE, account.id)


def enroll(address: str, organization_id: int, role: Role, language: str) -> Account:
    """Give a person a role in an organization, making the account if need be; a role they had is replaced."""
    account = account_at(address) or _open_account(address, language)
    held = next((m for m in account.memberships if m.organization_id == organization_id), None)
    if held:
        held.role = role
    else:
        account.memberships.append(Membership(organization_id=organization_id, role=role, created_at=clock.now()))
    db.session.flush()
    return account


def _open_account(address: str, language: str) -> Account:
    keys, row = keyring().of_service(), uuid4()
    account = Account(
        id=row,
        email=keys.seal(address.strip(), PLACE, row),
        email_index=keys.index(address),
        language=language,
        created_at=clock.now(),
        memberships=[],
    )
    db.session.add(account)
    return account


def speaks(account_id: UUID, language: str) -> None:
    """From now on the back office and its letters use this language for the account."""
    db.session.execute(sa.update(Account).where(Account.id == account_id).values(language=language))
