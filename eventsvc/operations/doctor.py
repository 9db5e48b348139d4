"""`check`: looks at configuration, database, key, mail and DNS, changes nothing, and says what should be done."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy.exc import DBAPIError

from eventsvc import health, schema, vault
from eventsvc.db import db
from eventsvc.i18n import _, ngettext, speak
from eventsvc.languages import office_language
from eventsvc.mail import upkeep
from eventsvc.mail.outcomes import judge
from eventsvc.mail.transports import Smtp, server_of
from eventsvc.operations import mail_dns
from eventsvc.operations.finding import Finding, Verdict, fail, ok, warn
from eventsvc.operations.opening import opened, reason
from eventsvc.settings import LOOPBACK, BadSetting, Settings, load_settings

STALE_BEAT = 120.0
LITTLE_SPACE = 500_000_000


def examine() -> Iterator[Finding]:
    """Everything there is to say; ends early where the rest cannot be looked at."""
    try:
        settings = load_settings()
    except BadSetting as error:
        yield fail(reason(error))
        return
    speak(office_language(settings.language))
    yield from _configuration(settings)
    yield from _mail(settings)
    found = list(_data_folder(settings)) + list(_key(settings))
    yield from found
    if not any(finding.verdict == Verdict.FAIL for finding in found):
        yield from _database(settings)


def _configuration(settings: Settings) -> Iterator[Finding]:
    host = urlsplit(settings.origin).hostname
    if not settings.base_url:
        yield warn(_("EVENTSVC_BASE_URL is not set: links in mail will only work on this machine"))
    elif host not in LOOPBACK and not settings.is_https:
        yield warn(_("EVENTSVC_BASE_URL is not https: names and addresses travel in the open"))
    else:
        yield ok(_("links begin with %(url)s", url=settings.origin))
    if settings.is_https and not settings.trusted_proxies:
        yield warn(
            _("https means a proxy in front of us: set EVENTSVC_TRUSTED_PROXIES, or limits cannot tell visitors apart")
        )
    if not (settings.operator_name and settings.operator_contact):
        yield warn(
            _("the privacy page does not say whom to ask: set EVENTSVC_OPERATOR_NAME and EVENTSVC_OPERATOR_CONTACT")
        )


def _data_folder(settings: Settings) -> Iterator[Finding]:
    folder = settings.data_dir.absolute()
    if not folder.is_dir():
        yield warn(_("there is no folder %(folder)s yet: `eventsvc serve` makes it", folder=folder))
    elif not os.access(folder, os.W_OK | os.X_OK):
        yield fail(_("%(folder)s cannot be written to: give it to the user that runs the service", folder=folder))
    elif shutil.disk_usage(folder).free < LITTLE_SPACE:
        yield warn(_("there is little space left in %(folder)s", folder=folder))
    else:
        yield ok(_("data are in %(folder)s", folder=folder))


def _key(settings: Settings) -> Iterator[Finding]:
    if settings.secret_keys.get_secret_value():
        yield ok(_("the key comes from EVENTSVC_SECRET_KEYS"))
        return
    path = vault.key_path(settings)
    if not path.exists():
        yield fail(_("there is no key at %(file)s: `eventsvc serve` makes one for a new SQLite database", file=path))
        return
    if path.stat().st_mode & 0o077:
        yield fail(_("others may read %(file)s: `chmod 600` it", file=path))
    if settings.sqlite_file and path.absolute().parent == settings.sqlite_file.parent:
        yield warn(
            _(
                "the key %(file)s lies beside the database: who steals one has both; move it and set EVENTSVC_KEY_FILE",
                file=path,
            )
        )
    else:
        yield ok(_("the key is in %(file)s", file=path))


def _database(settings: Settings) -> Iterator[Finding]:
    if settings.sqlite_file and not settings.sqlite_file.exists():
        yield warn(_("there is no database yet: `eventsvc serve` makes it"))
        return
    try:
        with opened(settings):
            yield from _opened_database(settings.sqlite_file)
    except (vault.WrongKey, BadSetting, DBAPIError, OSError) as error:
        yield fail(reason(error))


def _opened_database(file: Path | None) -> Iterator[Finding]:
    found = schema.state(db.engine)
    yield (ok if found == schema.State.CURRENT else fail)(schema.sentence(found))
    if found != schema.State.CURRENT:
        return
    if file and (damage := _damage(file)):
        yield fail(_("the database file is damaged (%(what)s): restore a backup", what=damage))
    check = db.session.get(vault.VaultCheck, 1)
    if check is None:
        yield warn(_("the database has not been used yet"))
    elif vault.keyring().opens(check):
        yield ok(_("the key belongs to the database"))
    else:
        yield fail(_("the key does not belong to this database"))
    yield _beat()
    yield from _queue()


def _damage(file: Path) -> str:
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        answer = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    return "" if answer == "ok" else answer.partition("\n")[0]


def _beat() -> Finding:
    age = health.seconds_since_beat()
    if age is None or age > STALE_BEAT:
        return warn(_("no `eventsvc work` is running: mail stays here"))
    return ok(_("`eventsvc work` is running"))


def _queue() -> Iterator[Finding]:
    """Does what waits leave?"""
    state, trouble = upkeep.status(), upkeep.trouble()
    if trouble.refused:
        yield fail(_("all mail waits until this is mended: %(why)s", why=state.server_refuses))
    elif trouble.overdue:
        yield warn(_("mail has been waiting for more than half an hour: look at `eventsvc mail status`"))
    if number := upkeep.refused_for_our_sake():
        yield warn(
            ngettext(
                "in the last week %(num)s mail was refused for our sake (spam, SPF, DKIM, DMARC): mend it, then `eventsvc mail retry`",
                "in the last week %(num)s mails were refused for our sake (spam, SPF, DKIM, DMARC): mend it, then `eventsvc mail retry`",
                number,
            )
        )


def _mail(settings: Settings) -> Iterator[Finding]:
    if settings.writes_mail_to_files:
        yield warn(_("mail goes to files, not to people: set EVENTSVC_MAIL_URL"))
        return
    host = settings.sender.rpartition("@")[2]
    if host == "localhost":
        yield warn(
            _("mail comes from %(address)s, where nobody can answer: set EVENTSVC_MAIL_FROM", address=settings.sender)
        )
    yield _can_connect(settings)
    server = server_of(settings.mail_url.get_secret_value()).host
    yield from mail_dns.findings(host, settings.dkim_selector, "" if server in LOOPBACK else server)


def _can_connect(settings: Settings) -> Finding:
    line = Smtp(server_of(settings.mail_url.get_secret_value()), settings.sender.rpartition("@")[2], timeout=10)
    refusal = line.greet()
    line.close()
    if refusal is None:
        return ok(_("the mail server accepts us"))
    return fail(_("the mail server does not accept us: %(why)s", why=judge(refusal).note))
