"""`serve`: everything is looked at before anything is served; then the web workers and one `work` run side by side."""

import errno
import os
import socket
import sys

from eventsvc import schema
from eventsvc.accounts import members, signing_in
from eventsvc.db import transaction
from eventsvc.i18n import _
from eventsvc.intake import current_settings
from eventsvc.operations import demo
from eventsvc.operations.opening import Unable, occupy_or_refuse, opened, require_fit, say
from eventsvc.operations.supervisor import Child, Supervisor
from eventsvc.retention import journal
from eventsvc.settings import LOOPBACK, Settings, load_settings, project_folder


def serve(host: str, port: int, *, as_demo: bool) -> None:
    """Check everything, open the port, and run until a signal ends it. Raises what `opening.reason` can tell."""
    if as_demo and host not in LOOPBACK:
        raise Unable(_("the demo only answers on this machine: leave out --host, or use 127.0.0.1"))
    settings = demo_settings() if as_demo else load_settings()
    with listen(host, port) as listener:
        settings = with_origin(settings, listener)
        with opened(settings):
            make_ready(settings)
            greet(settings, listener)
        children = [web_workers(settings, listener), work(settings)]
        Supervisor(children, say_death).run(on_end=listener.close)


def demo_settings() -> Settings:
    """A database, a key and mails of its own under `<data>/demo`, whatever else is set."""
    data = load_settings().data_dir / "demo"
    own = {"database_url": "", "secret_keys": "", "key_file": "", "mail_url": "maildir:", "mail_from": ""}
    return load_settings(data_dir=data, base_url="", demo=True, trusted_proxies=0, **own)


def listen(host: str, port: int) -> socket.socket:
    """The port, opened here so that it stays open while web workers come and go. Raises Unable."""
    try:
        family, _kind, _protocol, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(2048)
    except (OSError, UnicodeError) as error:  # a name such as "a..b" is no name at all
        raise _cannot_listen(f"{host}:{port}", error) from None
    return listener


def _cannot_listen(place: str, error: OSError | UnicodeError) -> Unable:
    number, why = getattr(error, "errno", None), getattr(error, "strerror", None) or str(error)
    if number in {errno.EADDRINUSE, errno.EACCES}:
        return Unable(_("cannot listen on %(place)s (%(why)s): use another --port", place=place, why=why))
    return Unable(_("cannot listen on %(place)s (%(why)s): use another --host", place=place, why=why))


def with_origin(settings: Settings, listener: socket.socket) -> Settings:
    """Where no base URL is set, links begin with the address we listen on."""
    return settings if settings.base_url else settings.model_copy(update={"base_url": address_of(listener)})


def address_of(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def make_ready(settings: Settings) -> None:
    """A SQLite schema is brought up to date, after a copy; on PostgreSQL that is the operator's own step."""
    if settings.sqlite_file:
        schema.bring_up_to_date()
    require_fit()
    occupy_or_refuse()
    forget_again()


def forget_again() -> None:
    """A database that was put back by hand, without `restore`, must not bring back what was erased since."""
    journal.catch_up()
    if any(journal.owed(journal.read(journal.path()))):
        journal.replay()


def greet(settings: Settings, listener: socket.socket) -> None:
    """Say where to go, and what an operator should know."""
    say(_("Open %(url)s", url=f"{settings.base_url}/"))
    if settings.demo:
        link = settings.origin + demo.prepare()
        say(_("Sign in as an organizer, within 30 minutes: %(url)s", url=link))
    elif link := first_owner_link():
        say(_("Nobody has an account yet. Within 30 minutes, make the first one here: %(url)s", url=link))
    if address_of(listener) != settings.base_url:
        say(_("Listening on %(url)s", url=address_of(listener)))
    if settings.writes_mail_to_files:
        say(_("Mail goes to files, not to people: set EVENTSVC_MAIL_URL to send it."))


def first_owner_link() -> str:
    """The one-time link to the page that makes the first owner; empty where there is an account."""
    if members.exist():
        return ""
    with transaction():
        return current_settings().origin + signing_in.setup_link()


def web_workers(settings: Settings, listener: socket.socket) -> Child:
    config = project_folder("config") / "gunicorn.conf.py"
    command = [sys.executable, "-m", "gunicorn", "--config", str(config), "eventsvc.operations.opening:web()"]
    descriptor = listener.fileno()
    return Child("web", command, environment(settings) | {"EVENTSVC_LISTEN": str(descriptor)}, [descriptor])


def work(settings: Settings) -> Child:
    return Child("work", [sys.executable, "-m", "eventsvc", "work"], environment(settings))


def environment(settings: Settings) -> dict[str, str]:
    """The settings for the children: what was decided here stands, whatever a configuration file says."""
    values = settings.model_dump(mode="json", exclude={"secret_keys", "mail_url"})
    secret = {"secret_keys": settings.secret_keys, "mail_url": settings.mail_url}
    values |= {name: value.get_secret_value() for name, value in secret.items()}
    values["data_dir"] = str(settings.data_dir.absolute())
    return dict(os.environ) | {f"EVENTSVC_{name.upper()}": str(value) for name, value in values.items()}


def say_death(what: str) -> None:
    say(_("A process ended and is started again (%(what)s)", what=what))
