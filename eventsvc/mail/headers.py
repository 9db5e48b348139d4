"""What may stand in the header of a mail: one line of printable ASCII, whatever people are called.

The standard library's EmailMessage would do this too, at 10 ms a mail; a registration writes two letters while somebody
waits. Every line passes `field`, which refuses what could end the line, so nothing typed can become a header.
"""

import re
import unicodedata
from base64 import b64encode
from collections.abc import Iterator

import idna

_UNSHOWN = frozenset({"Cc", "Cs", "Co", "Cn", "Zl", "Zp"})
_TURNING = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_DOMAIN = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
_MESSAGE_ID = re.compile(r"[!-;=?A-~]+@[!-;=?A-~]+")
_FIELD_LINE = re.compile(r"[ -~]{1,900}")
LONGEST_NAME = 70
LONGEST_SUBJECT = 250


def field(name: str, *lines: str) -> bytes:
    """One header field; further lines are its folds. Raises ValueError for anything but printable ASCII."""
    if lines != ("",) and not all(_FIELD_LINE.fullmatch(line) for line in (name, *lines)):
        raise ValueError(f"cannot stand in the header {name!r}")
    return (f"{name}: " + "\r\n ".join(lines) + "\r\n").encode("ascii")


def one_line(text: str) -> str:
    """The text on one line: control signs, lone surrogates and signs that turn the direction of writing become blanks."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    shown = (" " if unicodedata.category(sign) in _UNSHOWN or sign in _TURNING else sign for sign in text)
    return " ".join("".join(shown).split())


def words(text: str, longest: int = LONGEST_SUBJECT) -> list[str]:
    """Free text as the lines of a header field: plain where it is plain, else as encoded words (RFC 2047)."""
    text = one_line(text)[:longest].rstrip()
    if text.isascii() and "=?" not in text and all(len(word) <= 60 for word in text.split(" ")):
        return list(_folded(text)) or [""]
    return [f"=?utf-8?b?{b64encode(piece).decode()}?=" for piece in _pieces(text)]


def mailbox(name: str, address: str) -> list[str]:
    """A name and an address as the lines of From, To or Reply-To. Raises ValueError where the address is none."""
    # Readers that decode before they parse would take these signs for a second address.
    plain = " ".join(re.sub(r'[<>@"\\]+', " ", one_line(name)).split())[:LONGEST_NAME].rstrip()
    address = on_the_wire(address)
    if not plain:
        return [address]
    if plain.isascii() and "=?" not in plain:
        return [plain if _ATOMS.fullmatch(plain) else f'"{plain}"', f"<{address}>"]
    return [*words(plain, LONGEST_NAME), f"<{address}>"]


def on_the_wire(address: str) -> str:
    """The address as every server takes it: the domain in ASCII. Raises ValueError for what cannot be sent to."""
    local, _at, domain = address.strip().rpartition("@")
    if not domain.isascii():
        domain = idna.encode(domain, uts46=True).decode()  # its error is a ValueError
    if not (_LOCAL.fullmatch(local) and _DOMAIN.fullmatch(domain)) or len(local) + len(domain) > 253:
        raise ValueError("not an address that mail can be sent to")
    return f"{local}@{domain}"


def reference(message_id: str) -> str:
    """A Message-ID with its angle brackets, for References. Raises ValueError."""
    bare = message_id.strip().removeprefix("<").removesuffix(">")
    if not _MESSAGE_ID.fullmatch(bare):
        raise ValueError("not a Message-ID")
    return f"<{bare}>"


def _folded(text: str, width: int = 66) -> Iterator[str]:
    line = ""
    for word in text.split(" "):
        if line and len(line) + 1 + len(word) > width:
            yield line
            line = word
        else:
            line = f"{line} {word}" if line else word
    if line:
        yield line


def _pieces(text: str, size: int = 42) -> Iterator[bytes]:
    """The text in UTF-8 in pieces of at most so many bytes, cut after words, and inside one only if it is too long."""
    piece = b""
    for word in re.findall(r"\S* ?", text):
        encoded = word.encode()
        if len(piece) + len(encoded) <= size:
            piece += encoded
            continue
        if piece:
            yield piece
            piece = b""
        for sign in word:
            if len(piece) + len(sign.encode()) > size:
                yield piece
                piece = b""
            piece += sign.encode()
    if piece:
        yield piece
