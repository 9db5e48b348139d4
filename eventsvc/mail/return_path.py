"""Where a mail comes back to if it cannot be delivered: the sender on the envelope, which no reader sees."""

import re

_FROM = re.compile(rb"^From: ((?:.*\r\n[ \t])*.*)\r\n", re.MULTILINE)


def return_path(content: bytes) -> str:
    """The envelope sender of this mail: the address in its From, which SPF and DMARC want in the same domain.

    The one place that decides it: an address of its own for each message, so that what comes back names it (VERP),
    would be made here. Reads what `headers.mailbox` wrote, where the address stands last; the standard library's parser
    would take as long as everything else that is done for a mail. Raises ValueError for a mail without From.
    """
    found = _FROM.search(content, 0, content.find(b"\r\n\r\n") + 2)
    if found is None:
        raise ValueError("a mail without From")
    return found[1].split()[-1].strip(b"<>").decode("ascii")
