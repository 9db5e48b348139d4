"""What a server's answer means for a message, and when the message is tried again. RFC 5321 and 3463."""

import random
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple


class Stage(StrEnum):
    """How far the talk with a server had come."""

    CONNECT = "connect"  # greeting, EHLO, STARTTLS
    LOGIN = "login"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"  # up to, and without, the final dot
    DOT = "dot"  # from the final dot on


class Answer(NamedTuple):
    """What came back at which stage. Code 0: nothing came, the line broke or was silent for too long."""

    stage: Stage
    code: int = 0
    enhanced: str = ""  # "5.1.1", where the server gave one
    reason: str = ""  # ours, where there was no answer: "timeout", "certificate"
    slow: bool = False  # what concerned the recipient took longer than any healthy server needs


class Kind(StrEnum):
    """How a try ended."""

    SENT = "sent"
    TEMPORARY = "temporary"
    SOFT = "soft"  # mailbox full or asleep: worth trying, seldom
    ADDRESS = "no such address"
    REJECTED = "message rejected"
    POLICY = "policy"  # spam, DMARC, relaying: our fault, and never the address's
    UNCERTAIN = "uncertain"  # perhaps it arrived
    SERVER = "server unreachable"  # nobody's message is to blame: the whole queue waits
    BUSY = "server asks to wait"  # likewise: it has not heard the recipient yet
    CONFIGURATION = "configuration"  # likewise, and a person has to act
    EXPIRED = "expired"
    GIVEN_UP = "given up"
    UNREADABLE = "unreadable"  # its keys are gone, or its body
    SUPPRESSED = "not tried"  # mail to this address comes back


NO_ANSWER = "0"
ANY = tuple(Stage)
TALK = (Stage.MAIL, Stage.RCPT, Stage.DATA, Stage.DOT)


class Row(NamedTuple):
    stages: tuple[Stage, ...]
    code: str  # how it begins
    enhanced: str  # how it begins
    kind: Kind


TABLE = (
    # at these stages                 this code   and this      means
    Row((Stage.DOT,),                 NO_ANSWER,  "",           Kind.UNCERTAIN),
    Row((Stage.DOT,),                 "2",        "",           Kind.SENT),
    Row(TALK,                         NO_ANSWER,  "",           Kind.TEMPORARY),
    Row((Stage.MAIL,),                "421",      "",           Kind.BUSY),
    Row((Stage.MAIL,),                "4",        "4.7.",       Kind.BUSY),
    Row(TALK,                         "4",        "",           Kind.TEMPORARY),
    Row(ANY,                          "530",      "",           Kind.CONFIGURATION),  # log in first
    Row(ANY,                          "534",      "",           Kind.CONFIGURATION),
    Row(ANY,                          "535",      "",           Kind.CONFIGURATION),  # wrong password
    Row((Stage.MAIL,),                "552",      "",           Kind.REJECTED),  # too large
    Row((Stage.MAIL,),                "5",        "",           Kind.CONFIGURATION),  # we may not send as this sender
    Row((Stage.RCPT, Stage.DATA, Stage.DOT), "5", "5.2.1",      Kind.SOFT),  # disabled
    Row((Stage.RCPT, Stage.DATA, Stage.DOT), "5", "5.2.2",      Kind.SOFT),  # full
    Row((Stage.RCPT, Stage.DATA, Stage.DOT), "5", "5.7.",       Kind.POLICY),
    Row((Stage.RCPT, Stage.DATA, Stage.DOT), "5", "5.1.",       Kind.ADDRESS),
    Row((Stage.RCPT,),                "552",      "",           Kind.SOFT),  # full, in the words of old servers
    Row((Stage.RCPT,),                "5",        "",           Kind.ADDRESS),
    Row((Stage.DATA, Stage.DOT),      "5",        "",           Kind.REJECTED),
    Row((Stage.CONNECT, Stage.LOGIN), NO_ANSWER,  "",           Kind.SERVER),
    Row((Stage.CONNECT, Stage.LOGIN), "4",        "",           Kind.SERVER),
    Row((Stage.CONNECT, Stage.LOGIN), "5",        "",           Kind.CONFIGURATION),
)  # fmt: skip
"""Read from the top; the first row that fits decides."""

ABOUT_THE_RECIPIENT = frozenset({Stage.RCPT, Stage.DATA, Stage.DOT})
"""Only here the server knows to whom the mail goes."""

MISCONFIGURED = frozenset({"certificate", "no STARTTLS", "no AUTH"})
"""Reasons of ours that no waiting will mend."""


def stops(kind: Kind) -> bool:
    """Does the whole queue wait?"""
    return kind in {Kind.SERVER, Kind.BUSY, Kind.CONFIGURATION}


@dataclass(frozen=True)
class Outcome:
    """How a try ended, and a note of it."""

    kind: Kind
    note: str = ""  # code and kind, fit for the database and the log: never an address, never the server's own words
    pauses_the_domain: bool = False

    @property
    def stops_the_queue(self) -> bool:
        return stops(self.kind)

    @property
    def shows_a_working_server(self) -> bool:
        """Did our mail server have a say in it, and was it about this mail only?"""
        return not self.stops_the_queue and self.kind not in OURS


OURS = frozenset({Kind.EXPIRED, Kind.GIVEN_UP, Kind.UNREADABLE, Kind.SUPPRESSED})
"""Ends without a word from a server."""


def judge(answer: Answer) -> Outcome:
    """What this answer means."""
    kind = Kind.CONFIGURATION if answer.reason in MISCONFIGURED else _kind(answer)
    if kind is Kind.SENT:
        return Outcome(kind, pauses_the_domain=answer.slow)
    said = [str(answer.code) if answer.code > 0 else "", answer.enhanced, answer.reason, f"at {answer.stage.value}:"]
    note = " ".join([*filter(None, said), kind.value])
    return Outcome(kind, note, pauses_the_domain=not stops(kind) and _is_about_the_domain(answer))


def _is_about_the_domain(answer: Answer) -> bool:
    """Not now, or no word for too long: whatever else goes there would fare the same."""
    not_now = answer.code == 421 or answer.enhanced.startswith("4.7.") or answer.reason == "timeout"
    return answer.stage in ABOUT_THE_RECIPIENT and (not_now or answer.slow)


def kind_of(note: str | None) -> Kind | None:
    """The kind that a note of an outcome names."""
    said = (note or "").rpartition(": ")[2]
    return Kind(said) if said in set(Kind) else None


def _kind(answer: Answer) -> Kind:
    code = str(answer.code) if 200 <= answer.code <= 599 else NO_ANSWER
    for row in TABLE:
        if answer.stage in row.stages and code.startswith(row.code) and answer.enhanced.startswith(row.enhanced):
            return row.kind
    return Kind.TEMPORARY  # an answer that stands in no book, such as a 3xx to RCPT


STEPS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, 60, 120, 240, 480, 720))
SOFT_STEP = 6  # a full mailbox is not emptied within the hour


def delay(tries: int, kind: Kind) -> timedelta:
    """How long after so many tries to wait: longer each time, and never the same for all (full jitter)."""
    step = max(tries - 1, SOFT_STEP if kind is Kind.SOFT else 0)
    longest = STEPS[min(step, len(STEPS) - 1)]
    return longest * random.random()  # noqa: S311 - jitter, no secret
