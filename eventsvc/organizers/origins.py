"""Web origins: the beginnings of addresses, such as https://www.example.org, whose pages may show ours in a frame."""

import re
from urllib.parse import SplitResult, urlsplit

from wtforms import Field, Form
from wtforms.validators import StopValidation

from eventsvc.i18n import _
from eventsvc.organizers.fields import lines

MOST = 20
_HOST = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))+")
_OWN_MACHINE = frozenset({"localhost", "127.0.0.1"})
_USUAL_PORTS = {"https": 443, "http": 80}


def origins(text: str) -> list[str]:
    """The origins typed, one in each line, as browsers write them. Raises ValueError with what is wrong, in words."""
    return list(dict.fromkeys(origin(line) for line in lines(text)))


def origin(line: str) -> str:
    """One of them. Raises ValueError."""
    try:
        parts = urlsplit(line)
        host, port = _host(parts), parts.port
    except ValueError:
        raise ValueError(_no_origin(line)) from None
    is_own = host in _OWN_MACHINE
    if parts.scheme not in _USUAL_PORTS or "@" in parts.netloc or not (is_own or _HOST.fullmatch(host)):
        raise ValueError(_no_origin(line))
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError(_("%(line)s is too long: leave out what follows the name of the site.", line=line))
    if parts.scheme == "http" and not is_own:
        raise ValueError(_("%(line)s is not encrypted: the address has to begin with https://", line=line))
    shown = f":{port}" if port and port != _USUAL_PORTS[parts.scheme] else ""
    return f"{parts.scheme}://{host}{shown}"


def _host(parts: SplitResult) -> str:
    """The name in the letters that names are made of on the wire (RFC 5890)."""
    name = parts.hostname or ""
    return name if name.isascii() else name.encode("idna").decode()


def _no_origin(line: str) -> str:
    return _("%(line)s is not the beginning of a web address, such as https://www.example.org", line=line)


def origin_list(_form: Form, field: Field) -> None:
    """A form's check: one origin in each line, and not too many."""
    try:
        found = origins(field.data or "")
    except ValueError as wrong:
        raise StopValidation(str(wrong)) from None
    if len(found) > MOST:
        raise StopValidation(_("These are too many: at most %(most)s.", most=MOST))
