"""One-time links: to sign in, and to make the first owner. Opening one changes nothing; its button does.

A link is good once and for half an hour. At most five an hour are mailed to one account; whoever asks gets the same
answer whatever happens, after the same work: one row is written either way.
"""

from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from eventsvc import clock
from eventsvc.accounts import members
from eventsvc.accounts.models import Account, SignInLink
from eventsvc.db import attempt, db, transaction
from eventsvc.intake import current_settings
from eventsvc.mail import letters, outbox
from eventsvc.mail.models import Lane, Message
from eventsvc.tokens import digest, new_secret
from eventsvc.vault import keyring

LIFETIME = timedelta(minutes=30)
LINKS_AN_HOUR = 5


class NoAccount(LookupError):
    """Nobody with this address has an account."""


def setup_link() -> str:
    """A path at which the first owner is made; good for 30 minutes, once, and only while there is no account."""
    return f"/organize/setup/{_new_link(None)}"


def make_sign_in_link(address: str) -> str:
    """A path that signs in to the account with this address, for handing over by hand. Raises NoAccount."""
    account = members.account_at(address)
    if account is None:
        raise NoAccount(address)
    return _sign_in_path(_new_link(account.id))


def send_link(address: str, language: str) -> None:
    """Mail a sign-in link to whoever has an account with this address. A whole unit: prepares, then writes."""
    account = members.account_at(address)
    secret = new_secret()
    message = _letter(address, secret, account.language if account else language)

    def unit() -> None:
        with transaction():
            _prune()
            known = account is not None and _may_have_another(account)
            db.session.add(_link(secret, account.id if known and account else None, for_nobody=not known))
            if known:
                outbox.post(message)

    attempt(unit)


def is_open(secret: str, *, setup: bool = False) -> bool:
    """Would using this link succeed now?"""
    found = db.session.scalar(sa.select(SignInLink).where(*_usable(setup), SignInLink.secret_hash == digest(secret)))
    return found is not None and not (setup and members.exist())


def use(secret: str) -> UUID | None:
    """Use up a sign-in link: the account it signs in to, or None where it was used, is too old or never existed."""
    return db.session.scalar(
        sa.update(SignInLink)
        .where(*_usable(setup=False), SignInLink.secret_hash == digest(secret))
        .values(used_at=clock.now())
        .returning(SignInLink.account_id)
        .execution_options(synchronize_session=False)
    )


def use_setup(secret: str) -> bool:
    """Use up every setup link there is, if this one of them is good: of two first owners only one gets through."""
    used = db.session.scalars(
        sa.update(SignInLink)
        .where(*_usable(setup=True))
        .values(used_at=clock.now())
        .returning(SignInLink.secret_hash)
        .execution_options(synchronize_session=False)
    ).all()
    return digest(secret) in used and not members.exist()


def _usable(setup: bool) -> list[sa.ColumnElement[bool]]:
    of_this_kind = SignInLink.account_id.is_(None) if setup else SignInLink.account_id.is_not(None)
    return [of_this_kind, SignInLink.used_at.is_(None), SignInLink.expires_at > clock.now()]


def _new_link(account_id: UUID | None) -> str:
    secret = new_secret()
    db.session.add(_link(secret, account_id))
    return secret


def _link(secret: str, account_id: UUID | None, *, for_nobody: bool = False) -> SignInLink:
    now = clock.now()
    return SignInLink(
        secret_hash=digest(secret),
        account_id=account_id,
        created_at=now,
        expires_at=now if for_nobody else now + LIFETIME,
        used_at=now if for_nobody else None,
    )


def _may_have_another(account: Account) -> bool:
    # The lock makes two requests at once count one after the other.
    db.session.execute(sa.select(Account.id).where(Account.id == account.id).with_for_update())
    since = clock.now() - timedelta(hours=1)
    mine = sa.select(sa.func.count()).where(SignInLink.account_id == account.id, SignInLink.created_at > since)
    return (db.session.scalar(mine) or 0) < LINKS_AN_HOUR


def _prune() -> None:
    db.session.execute(sa.delete(SignInLink).where(SignInLink.created_at < clock.now() - timedelta(days=1)))


def _letter(address: str, secret: str, language: str) -> Message:
    settings = current_settings()
    link = settings.origin + _sign_in_path(secret)
    envelope = outbox.Envelope(
        letter="sign_in",
        language=language,
        to=address,
        event_id=None,
        keys=keyring().of_service(),
        sender_name="",
        sender=settings.sender,
        lane=Lane.PERSONAL,
        expires_at=clock.now() + LIFETIME,
    )
    rendered = letters.render("sign_in", language, link=link, minutes=30, organization="", contact="")
    return outbox.prepare(envelope, rendered)


def _sign_in_path(secret: str) -> str:
    return f"/organize/sign-in/{secret}"
