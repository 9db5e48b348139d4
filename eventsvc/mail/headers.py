"""What may stand in the header of a mail: one line, no hidden signs, an address that any server understands."""

import re
import unicodedata
from email.headerregistry import Address

import idna

_HIDDEN = frozenset({"Cc", "Cs", "Co", "Cn", "Zl", "Zp"})
_TURNING = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_MARKS = re.compile(r'[<>@"\\,;:]+')
_MESSAGE_ID = re.compile(r"[^\s<>@]+@[^\s<>@]+")
LONGEST_NAME = 70


def one_line(text: str) -> str:
    """The text on one line: control signs, lone surrogates and signs that turn the direction of writing become blanks."""
    shown = (" " if unicodedata.category(sign) in _HIDDEN or sign in _TURNING else sign for sign in text)
    return " ".join("".join(shown).split())


def mailbox(name: str, address: str) -> Address:
    """A name and an address for From or Reply-To. Raises ValueError where the address is none.

    Signs with a meaning in an address header become blanks: the standard library's folding loses the quotes around
    a long name with an accent and a comma, and a reader would then see two addresses.
    """
    plain = " ".join(_MARKS.sub(" ", one_line(name)).split())
    return Address(display_name=plain[:LONGEST_NAME].rstrip(), addr_spec=on_the_wire(address))


def on_the_wire(address: str) -> str:
    """The address as every server takes it: the domain in ASCII. Raises ValueError for what cannot be sent to."""
    local, at, domain = address.strip().rpartition("@")
    if not (at and local and domain and local.isascii() and local.isprintable() and " " not in local):
        raise ValueError("not an address that mail can be sent to")
    wire = domain if domain.isascii() else idna.encode(domain, uts46=True).decode()
    spec = Address(addr_spec=f"{local}@{wire}")
    if spec.addr_spec != f"{local}@{wire}":
        raise ValueError("not an address that mail can be sent to")
    return spec.addr_spec


def reference(message_id: str) -> str:
    """A Message-ID with its angle brackets, for References. Raises ValueError."""
    bare = message_id.strip().removeprefix("<").removesuffix(">")
    if not _MESSAGE_ID.fullmatch(bare) or not bare.isascii():
        raise ValueError("not a Message-ID")
    return f"<{bare}>"
