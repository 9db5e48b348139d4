"""A real little DNS server on loopback: answers from a table, and is silent, broken or cut off on request.

with nameserver.server({("example.org", "MX"): ["10 mail.example.org."]}) as names:
    with names.asked_by_default():
        …
"""

import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from socket import AF_INET, SOCK_DGRAM, socket

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.resolver
import dns.rrset

SILENT = "silent"  # in the place of records: never answers
SERVFAIL = "servfail"

Zone = Mapping[tuple[str, str], Sequence[str] | str]


@dataclass
class Names:
    """What a test sees of the server."""

    zone: Zone
    port: int = 0
    asked: Counter[tuple[str, str]] = field(default_factory=Counter)

    @contextmanager
    def asked_by_default(self) -> Iterator[None]:
        """Whoever looks something up in this process asks this server."""
        before = dns.resolver.default_resolver
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], self.port
        dns.resolver.default_resolver = resolver
        try:
            yield
        finally:
            dns.resolver.default_resolver = before

    def answer(self, asked: bytes) -> bytes | None:
        query = dns.message.from_wire(asked)
        question = query.question[0]
        name, kind = str(question.name).rstrip(".").lower(), dns.rdatatype.to_text(question.rdtype)
        self.asked[name, kind] += 1
        records = self.zone.get((name, kind), self.zone.get(("*", "*"), []))
        if records == SILENT:
            return None
        reply = dns.message.make_response(query)
        reply.flags |= dns.flags.RA
        if records == SERVFAIL:
            reply.set_rcode(dns.rcode.SERVFAIL)
        elif records:
            reply.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *records))
        elif not any(known == name for known, _kind in self.zone):
            reply.set_rcode(dns.rcode.NXDOMAIN)
        return reply.to_wire()


@contextmanager
def server(zone: Zone) -> Iterator[Names]:
    """On a free loopback port until the block ends; what is not in the table does not exist."""
    names = Names(zone)
    with socket(AF_INET, SOCK_DGRAM) as line:
        line.bind(("127.0.0.1", 0))
        names.port = line.getsockname()[1]
        serving = threading.Thread(target=_serve, args=(line, names), daemon=True)
        serving.start()
        try:
            yield names
        finally:
            with socket(AF_INET, SOCK_DGRAM) as last:
                last.sendto(b"", ("127.0.0.1", names.port))
            serving.join(10)


def _serve(line: socket, names: Names) -> None:
    while True:
        asked, sender = line.recvfrom(4096)
        if not asked:
            return
        if answer := names.answer(asked):
            line.sendto(answer, sender)
