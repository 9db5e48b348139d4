"""What `check` says of the domain that mail comes from, by a real DNS server with every kind of answer."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import dns.resolver
import pytest

from eventsvc import cli
from eventsvc.i18n import speaking
from eventsvc.operations import mail_dns
from eventsvc.operations.finding import Finding, Verdict
from tests.operations.installation import Installation
from tests.servers import nameserver, smtp
from tests.servers.nameserver import SERVFAIL, SILENT

DOMAIN = "events.example.org"
SPF = (DOMAIN, "TXT")
DMARC = (f"_dmarc.{DOMAIN}", "TXT")
KEY = (f"mail._domainkey.{DOMAIN}", "TXT")
MX = (DOMAIN, "MX")
WHOLE = {
    MX: ["10 mail.example.org."],
    SPF: ['"google-site-verification=x"', '"v=spf1 a:mail.example.org -all"'],
    DMARC: ['"v=DMARC1; p=quarantine; rua=mailto:dmarc@example.org"'],
    KEY: ['"v=DKIM1; k=rsa; " "p=MIIBIjANBgkq"'],
}


@pytest.fixture(autouse=True)
def _help_stays_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command in Spanish would leave its help in Spanish for all tests of this process."""
    monkeypatch.setattr(cli, "explain", lambda _command: None)


def look(zone: nameserver.Zone, selector: str = "", server: str = "") -> list[Finding]:
    with nameserver.server(zone) as names, names.asked_by_default():
        return list(mail_dns.findings(DOMAIN, selector, server))


def without(*places: tuple[str, str], **_: object) -> nameserver.Zone:
    return {place: records for place, records in WHOLE.items() if place not in places}


def said(found: list[Finding], word: str) -> Finding:
    (one,) = [finding for finding in found if word in finding.text]
    return one


def test_a_domain_with_everything_is_praised():
    assert look(WHOLE) == [
        Finding(Verdict.OK, "events.example.org can receive mail"),
        Finding(Verdict.OK, "SPF is there: v=spf1 a:mail.example.org -all"),
        Finding(Verdict.OK, "DKIM is there: mail._domainkey.events.example.org"),
        Finding(Verdict.OK, "DMARC is there with p=quarantine (_dmarc.events.example.org)"),
    ]


@pytest.mark.parametrize(
    ("place", "verdict", "sentence"),
    [
        (MX, Verdict.FAIL, "MX is missing: events.example.org cannot receive mail. Write: events.example.org. MX 10 mail.events.example.org."),
        (SPF, Verdict.WARN, 'Write: events.example.org. TXT "v=spf1 mx a:relay.example.net ~all"'),
        (KEY, Verdict.WARN, "DKIM was not found under the usual names. If the mail server signs, set EVENTSVC_DKIM_SELECTOR"),
        (DMARC, Verdict.WARN, 'Write: _dmarc.events.example.org. TXT "v=DMARC1; p=none; rua=mailto:postmaster@events.example.org"'),
    ],
)  # fmt: skip
def test_what_is_missing_is_said_in_one_sentence_with_a_record_to_write(place, verdict, sentence):
    found = look(without(place), server="relay.example.net")

    assert said(found, sentence).verdict == verdict
    assert [finding.verdict for finding in found].count(Verdict.OK) == 3


@pytest.mark.parametrize(
    ("changed", "verdict", "sentence"),
    [
        ({MX: ["0 ."]}, Verdict.FAIL, "takes no mail at all"),
        ({MX: [], (DOMAIN, "A"): ["192.0.2.7"]}, Verdict.WARN, "goes to its web server"),
        ({SPF: ['"v=spf1 mx -all"', '"v=spf1 a ~all"']}, Verdict.FAIL, "SPF of events.example.org is there 2 times"),
        ({SPF: ['"v=spf1 +all"']}, Verdict.WARN, "lets everybody send in its name"),
        ({SPF: ['"v=spf10 mx -all"']}, Verdict.WARN, "SPF is missing"),
        ({SPF: ['"V=SPF1 MX -ALL"']}, Verdict.OK, "SPF is there"),
        ({DMARC: ['"v=DMARC1; p=none"']}, Verdict.OK, "p=none: it watches"),
        ({DMARC: ['"v=DMARC1; rua=mailto:x@example.org"']}, Verdict.WARN, "asks for nothing"),
        ({DMARC: ['"v=DMARC1; p=none"', '"v=DMARC1; p=reject"']}, Verdict.FAIL, "is there 2 times"),
        ({DMARC: [], ("_dmarc.example.org", "TXT"): ['"v=DMARC1; p=reject; sp=none"']}, Verdict.OK, "p=none: it watches"),
        ({DMARC: [], ("_dmarc.example.org", "TXT"): ['"v=DMARC1; p=reject"']}, Verdict.OK, "p=reject (_dmarc.example.org)"),
        ({KEY: ['"v=DKIM1; p="']}, Verdict.WARN, "was withdrawn"),
        ({KEY: [], ("s1._domainkey.example.org", "TXT"): ['"k=rsa; p=MIIB"']}, Verdict.OK, "s1._domainkey.example.org"),
        ({SPF: SERVFAIL}, Verdict.WARN, "whether events.example.org has SPF is not known"),
        ({DMARC: SERVFAIL}, Verdict.WARN, "whether events.example.org has DMARC is not known"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_what_is_wrong_is_said(changed, verdict, sentence):
    assert said(look(WHOLE | changed), sentence).verdict == verdict


def test_a_selector_that_is_set_is_the_only_one_looked_for():
    own = WHOLE | {("spring._domainkey.events.example.org", "TXT"): ['"v=DKIM1; p=MIIB"']}
    with nameserver.server(own) as names, names.asked_by_default():
        found = list(mail_dns.findings(DOMAIN, "spring"))
    assert said(found, "DKIM is there: spring._domainkey.events.example.org").verdict == Verdict.OK
    assert sum("_domainkey" in name for name, _kind in names.asked) == 2

    missing = said(look(WHOLE, "autumn"), "DKIM is missing")
    assert missing.text.endswith('and write: autumn._domainkey.events.example.org. TXT "v=DKIM1; k=rsa; p=…"')


@pytest.mark.parametrize("trouble", [SILENT, SERVFAIL])
def test_a_dns_that_does_not_answer_is_one_sentence_and_takes_seconds(trouble, monkeypatch):
    monkeypatch.setattr(mail_dns, "PATIENCE", 0.5)
    begun = time.monotonic()
    (only,) = look({("*", "*"): trouble})
    assert only == Finding(
        Verdict.WARN, "DNS does not answer: whether events.example.org has MX, SPF, DKIM and DMARC is not known"
    )
    assert time.monotonic() - begun < 5


def test_one_answer_that_is_late_is_waited_for_no_longer_than_that(monkeypatch):
    monkeypatch.setattr(mail_dns, "PATIENCE", 0.5)
    found = look(WHOLE | {MX: SILENT})
    assert said(found, "whether events.example.org has MX is not known").verdict == Verdict.WARN
    assert [finding.verdict for finding in found].count(Verdict.OK) == 3


def test_no_network_and_no_server_to_ask_are_no_fault_of_the_domain(monkeypatch):
    monkeypatch.setattr(mail_dns, "PATIENCE", 0.5)
    with nameserver.server({}) as names, names.asked_by_default():
        resolver = dns.resolver.get_default_resolver()
        resolver.nameservers = ["127.0.0.1"]
        resolver.port = 1  # nobody listens there
        (refused,) = mail_dns.findings(DOMAIN)
    assert refused.verdict == Verdict.WARN

    def none() -> None:
        raise dns.resolver.NoResolverConfiguration

    monkeypatch.setattr(dns.resolver, "get_default_resolver", none)
    assert [finding.verdict for finding in mail_dns.findings(DOMAIN)] == [Verdict.WARN]


@pytest.mark.parametrize("domain", ["localhost", "127.0.0.1", "intranet", "not a domain"])
def test_a_domain_that_the_world_does_not_know_is_not_asked_for(domain):
    with nameserver.server(WHOLE) as names, names.asked_by_default():
        assert list(mail_dns.findings(domain)) == []
    assert not names.asked


def test_a_domain_in_its_own_letters_is_looked_up_in_ascii():
    with (
        nameserver.server({("xn--and-6ma2c.example", "MX"): ["10 mail.example.org."]}) as names,
        names.asked_by_default(),
    ):
        assert "xn--and-6ma2c.example can receive mail" in [found.text for found in mail_dns.findings("ñandú.example")]


@contextmanager
def mailing(zone: nameserver.Zone) -> Iterator[dict[str, str]]:
    """The settings of a service with a mail server and this DNS."""
    with smtp.server() as post, nameserver.server(zone) as names, names.asked_by_default():
        yield {"EVENTSVC_MAIL_URL": f"smtp://127.0.0.1:{post.port}", "EVENTSVC_MAIL_FROM": f"rsvp@{DOMAIN}"}


def test_check_says_it_with_all_the_rest(place: Installation):
    with mailing(without(DMARC)) as settings:
        done = place.run("check", **settings)
        assert (done.returncode, done.stderr) == (0, "")
        assert "ok    the mail server accepts us" in done.stdout
        assert "ok    DKIM is there: mail._domainkey.events.example.org" in done.stdout
        assert "warn  DMARC is missing" in done.stdout

        chosen = place.run("check", **settings, EVENTSVC_DKIM_SELECTOR="autumn").stdout
        assert "warn  DKIM is missing: no key at autumn._domainkey.events.example.org" in chosen
        spanish = place.run("check", **settings, EVENTSVC_LANGUAGE="es").stdout
        assert "warn  Falta DMARC" in spanish
    with mailing(WHOLE | {MX: ["0 ."]}) as settings:
        assert place.run("check", **settings).returncode == 1


def test_every_sentence_is_there_in_spanish():
    zones: list[nameserver.Zone] = [WHOLE, {}, {("*", "*"): SERVFAIL}, *(without(place) for place in WHOLE)]
    with speaking("es"):
        texts = [finding.text for zone in zones for finding in look(zone, server="relay.example.net")]
    assert [text for text in texts if " is " in text or "Write" in text] == []
