"""What DNS says of the domain our mail comes from: can it receive, and will others believe that the mail is ours?

SPF (RFC 7208), DKIM (RFC 6376) and DMARC (RFC 7489): the large receivers want all three. Looked up for `check` only,
all at once and within seconds; a DNS that does not answer is no finding about the domain.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import dns.exception
import dns.name
import dns.resolver

from eventsvc.i18n import _
from eventsvc.mail.headers import on_the_wire
from eventsvc.operations.finding import Finding, fail, ok, warn

PATIENCE = 4.0
"""Seconds for all attempts at one question."""

AT_ONCE = 16
USUAL_SELECTORS = ("default", "dkim", "mail", "mx", "smtp", "s1", "s2", "k1", "k2", "selector1", "selector2", "google")
"""Under which keys often lie: those of the usual mail servers, and of services that send for others."""

Answers = dict[tuple[str, str], list[str] | None]
"""What is there by name and type: nothing is an empty list, no answer is None."""


def findings(domain: str, selector: str = "", server: str = "") -> Iterator[Finding]:
    """What there is to say of this domain; `server` is the host that takes our mail, for the example of an SPF record."""
    try:
        domain = on_the_wire(f"x@{domain}").partition("@")[2].lower()
    except ValueError:
        return
    if "." not in domain or domain.replace(".", "").isdigit():
        return  # localhost, or an address of the network: the world knows nothing of it
    found = _ask(list(_questions(domain, selector)))
    if all(answer is None for answer in found.values()):
        yield warn(_("DNS does not answer: whether %(domain)s has MX, SPF, DKIM and DMARC is not known", domain=domain))
        return
    yield _receiving(domain, found)
    yield _spf(domain, server, found)
    yield _dkim(domain, selector, found)
    yield _dmarc(domain, found)


def _questions(domain: str, selector: str) -> Iterator[tuple[str, str]]:
    yield from ((domain, kind) for kind in ("MX", "A", "AAAA", "TXT"))
    yield from ((name, "TXT") for name in _dmarc_names(domain))
    yield from ((name, "TXT") for name in _dkim_names(domain, selector))


def _ask(questions: Sequence[tuple[str, str]]) -> Answers:
    try:
        resolver = dns.resolver.get_default_resolver()
    except dns.exception.DNSException:  # this machine names no server to ask
        return dict.fromkeys(questions)
    with ThreadPoolExecutor(AT_ONCE) as crew:
        return dict(zip(questions, crew.map(lambda question: _answer(resolver, *question), questions), strict=True))


def _answer(resolver: dns.resolver.Resolver, name: str, kind: str) -> list[str] | None:
    try:
        place = dns.name.from_text(f"{name}.")
        found = resolver.resolve(place, kind, lifetime=PATIENCE, raise_on_no_answer=False)
    except dns.resolver.NXDOMAIN:
        return []
    except (dns.exception.DNSException, OSError):  # too late, SERVFAIL, no network
        return None
    read: Callable[..., str] = _text if kind == "TXT" else _exchange if kind == "MX" else str
    return [read(record) for record in found]


def _text(record: object) -> str:
    return b"".join(record.strings).decode("utf-8", "replace")  # type: ignore[attr-defined]  # that of a TXT


def _exchange(record: object) -> str:
    return str(record.exchange)  # type: ignore[attr-defined]  # that of an MX


def _receiving(domain: str, found: Answers) -> Finding:
    exchanges = found[domain, "MX"]
    if exchanges is None:
        return _unknown("MX", domain)
    if exchanges == ["."]:
        return fail(
            _("%(domain)s takes no mail at all: set EVENTSVC_MAIL_FROM to an address that can receive", domain=domain)
        )
    if exchanges:
        return ok(_("%(domain)s can receive mail", domain=domain))
    record = f"{domain}. MX 10 mail.{domain}."
    if found[domain, "A"] or found[domain, "AAAA"]:
        return warn(
            _(
                "MX is missing: mail to %(domain)s goes to its web server. Write: %(record)s",
                domain=domain,
                record=record,
            )
        )
    return fail(_("MX is missing: %(domain)s cannot receive mail. Write: %(record)s", domain=domain, record=record))


def _spf(domain: str, server: str, found: Answers) -> Finding:
    texts = found[domain, "TXT"]
    if texts is None:
        return _unknown("SPF", domain)
    records = [text for text in texts if text.lower().split(" ", 1)[0] == "v=spf1"]
    if len(records) > 1:
        return fail(
            _(
                "SPF of %(domain)s is there %(number)s times, so none counts: make one record of them",
                domain=domain,
                number=len(records),
            )
        )
    if not records:
        ours = f" a:{server}" if "." in server and not server.replace(".", "").isdigit() else ""
        record = f'{domain}. TXT "v=spf1 mx{ours} ~all"'
        return warn(
            _(
                "SPF is missing: nothing says which servers may send for %(domain)s. Write: %(record)s",
                domain=domain,
                record=record,
            )
        )
    if records[0].lower().split()[-1] in {"+all", "all"}:
        return warn(_("SPF of %(domain)s lets everybody send in its name: end it with ~all", domain=domain))
    return ok(_("SPF is there: %(record)s", record=records[0]))


def _dkim(domain: str, selector: str, found: Answers) -> Finding:
    names = list(_dkim_names(domain, selector))
    keys = {name: tags for name in names for text in found[name, "TXT"] or () if "p" in (tags := _tags(text))}
    if good := [name for name, tags in keys.items() if tags["p"]]:
        return ok(_("DKIM is there: %(name)s", name=good[0]))
    if keys:
        return warn(
            _(
                "DKIM: the key at %(name)s was withdrawn (p= is empty): let the mail server sign with another",
                name=next(iter(keys)),
            )
        )
    if all(found[name, "TXT"] is None for name in names):
        return _unknown("DKIM", domain)
    if selector:
        record = f'{names[0]}. TXT "v=DKIM1; k=rsa; p=…"'
        return warn(
            _(
                "DKIM is missing: no key at %(name)s. Let the mail server sign, and write: %(record)s",
                name=names[0],
                record=record,
            )
        )
    record = f'mail._domainkey.{domain}. TXT "v=DKIM1; k=rsa; p=…"'
    return warn(
        _(
            "DKIM was not found under the usual names. If the mail server signs, set EVENTSVC_DKIM_SELECTOR to the name "
            "of its key; if not, let it sign, and write: %(record)s",
            record=record,
        )
    )


def _dmarc(domain: str, found: Answers) -> Finding:
    for name in _dmarc_names(domain):
        texts = found[name, "TXT"]
        if texts is None:
            return _unknown("DMARC", domain)
        records = [text for text in texts if text.partition(";")[0].replace(" ", "").upper() == "V=DMARC1"]
        if len(records) > 1:
            return fail(
                _(
                    "DMARC at %(name)s is there %(number)s times, so none counts: make one record of them",
                    name=name,
                    number=len(records),
                )
            )
        if records:
            return _policy(name, domain, _tags(records[0]))
    record = f'_dmarc.{domain}. TXT "v=DMARC1; p=none; rua=mailto:postmaster@{domain}"'
    return warn(
        _("DMARC is missing: large receivers want it from %(domain)s. Write: %(record)s", domain=domain, record=record)
    )


def _policy(name: str, domain: str, tags: dict[str, str]) -> Finding:
    """What the record asks for; one further up may say something else for what is below it."""
    below = name != f"_dmarc.{domain}"
    policy = (tags.get("sp", "") if below else "") or tags.get("p", "")
    if policy.lower() not in {"none", "quarantine", "reject"}:
        return warn(_("DMARC at %(name)s asks for nothing: write p=none, p=quarantine or p=reject", name=name))
    if policy.lower() == "none":
        return ok(
            _(
                "DMARC is there with p=none: it watches, and stops nobody from writing in your name (%(name)s)",
                name=name,
            )
        )
    return ok(_("DMARC is there with p=%(policy)s (%(name)s)", policy=policy.lower(), name=name))


def _unknown(what: str, domain: str) -> Finding:
    return warn(_("DNS does not answer: whether %(domain)s has %(what)s is not known", domain=domain, what=what))


def _dmarc_names(domain: str) -> Iterator[str]:
    return (f"_dmarc.{each}" for each in _upwards(domain))


def _dkim_names(domain: str, selector: str) -> Iterator[str]:
    """A key of the domain above fits as well: readers compare organizations, not hosts."""
    selectors = (selector,) if selector else USUAL_SELECTORS
    return (f"{each}._domainkey.{place}" for place in _upwards(domain) for each in selectors)


def _upwards(domain: str) -> Iterator[str]:
    """The domain and those above it, without the top."""
    labels = domain.split(".")
    return (".".join(labels[start:]) for start in range(len(labels) - 1))


def _tags(record: str) -> dict[str, str]:
    """`v=DKIM1; p=…` as a dictionary."""
    pairs = (part.partition("=") for part in record.split(";") if "=" in part)
    return {name.strip().lower(): value.strip() for name, _equals, value in pairs}
