"""Where a mail comes back to if it cannot be delivered: the sender on the envelope, which no reader sees."""

from email.parser import BytesHeaderParser
from email.policy import default


def return_path(content: bytes) -> str:
    """The envelope sender of this mail: the address in its From, which SPF and DMARC want in the same domain.

    The one place that decides it: an address of its own for each message, so that what comes back names it (VERP),
    would be made here.
    """
    return str(BytesHeaderParser(policy=default).parsebytes(content)["From"].addresses[0].addr_spec)
