"""The courier: how many mails a second, how much memory, and who waits for whom when much is waiting.

The mail server is the one of the tests, in a process of its own; so is the courier, as in the service.
"""

import os
import smtplib
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa

from eventsvc import clock, vault
from eventsvc.app import create_app
from eventsvc.db import db, transaction
from eventsvc.mail import claims, outbox, pauses
from eventsvc.mail.courier import Courier
from eventsvc.mail.letters import Rendered
from eventsvc.mail.models import DomainPause, Lane, Message
from eventsvc.mail.reading import opened
from eventsvc.mail.transports import Server, Smtp
from eventsvc.operations.working import ROUND_LASTS
from eventsvc.settings import load_settings
from tests.bench.figures import Figure
from tests.bench.plan import Plan
from tests.bench.stage import APART, Stage
from tests.servers import smtp
from tests.servers.smtp import Rule

WORDS = "People move for work, and their rights move with them. " * 20
LETTER = Rendered("Your place", WORDS, f"<p>{WORDS}</p>\n")
WANTED_A_SECOND, WAITS_AT_MOST = 200.0, 10.0
SLOW_ANSWER, SILENCE = 0.1, 1.0


class Passed(NamedTuple):
    """What a courier had done when so many mails were sent."""

    sent: int
    seconds: float
    cpu: float  # seconds
    memory: int  # bytes in use


def figures(stage: Stage, plan: Plan) -> Iterator[Figure]:
    many, few = (plan.mails, plan.mails // 10)
    with stage.app.app_context(), ProcessPoolExecutor(1, APART) as crew:
        yield from _rate_and_memory(stage, crew, few, many)
        yield _beside_many(stage, crew, many // 10, confirmations=1 if plan.is_quick else 3)
        yield _beside_a_silent_domain(stage, crew, few // 10)
        yield _claim_past_paused(stage, many // 10)


def _rate_and_memory(stage: Stage, crew: ProcessPoolExecutor, few: int, many: int) -> Iterator[Figure]:
    _empty()
    _post(many)
    with mail_server() as port:
        bare = _bare_rate(port, min(few, 500))
        early, late = crew.submit(
            deliver, stage.settings.data_dir, stage.settings.database_url, port, (few, many)
        ).result()
    note = (
        f"{many:,} mails of {_size():,} bytes, {1000 * late.cpu / late.sent:.1f} ms of the courier's CPU each; "
        f"{bare:,.0f}/s by smtplib alone on one line"
    )
    rate = late.sent / late.seconds
    yield Figure(f"courier, {stage.kind}", rate, "/s", WANTED_A_SECOND, "what is asked for", 1.0, note=note)
    grown = (late.memory - early.memory) / 1_000_000
    note = f"{early.memory / 1e6:,.0f} MB after {early.sent:,} mails, {late.memory / 1e6:,.0f} MB after {late.sent:,}"
    yield Figure(f"memory of the courier grew by, {stage.kind}", max(grown, 0.0), "MB", None, "", 10, "most", note)


def _beside_many(stage: Stage, crew: ProcessPoolExecutor, number: int, confirmations: int) -> Figure:
    """A server that takes a tenth of a second for each mail, and a confirmation posted in the middle of a long run."""
    _post(number)
    with mail_server([Rule("DATA", "250 OK kept", wait=SLOW_ANSWER)]) as port:
        running = crew.submit(
            deliver, stage.settings.data_dir, stage.settings.database_url, port, (), 3.0 * confirmations
        )
        waits = []
        for _ in range(confirmations):
            time.sleep(1.5)
            waits.append(_wait_for(_post(1, Lane.PERSONAL)))
        running.result()
    note = f"the longest of {confirmations}, beside {number:,} reminders and a server that takes {SLOW_ANSWER} s for each mail"
    return Figure(f"a confirmation waits, {stage.kind}", max(waits), "s", None, "", WAITS_AT_MOST, "most", note)


def _beside_a_silent_domain(stage: Stage, crew: ProcessPoolExecutor, number: int) -> Figure:
    """As many mails to a domain that never answers, one after each of the others, and as many to one that says 421."""

    def run(domains: tuple[str, ...]) -> float:
        _empty()
        _post(number, domains=domains)
        rules = [Rule("RCPT", smtp.HANG, ends="@silent.example"), Rule("RCPT", "421 later", ends="@busy.example")]
        with mail_server(rules) as port:
            job = (stage.settings.data_dir, stage.settings.database_url, port, (number // len(domains),), 60.0)
            (done,) = crew.submit(deliver, *job).result()
        return done.seconds

    number = max(number * 3, 30)
    beside, alone = run(("fine.example", "silent.example", "busy.example")), run(("fine.example",) * 3)
    note = (
        f"{number // 3:,} mails to others, between as many to a domain that is silent (given up after {SILENCE:.0f} s) "
        f"and to one that says 421; {alone:.2f} s without these"
    )
    return Figure(
        f"others beside two bad domains, {stage.kind}", beside, "s", None, "", alone + 3 * SILENCE, "most", note
    )


def _claim_past_paused(stage: Stage, number: int) -> Figure:
    """So many messages of one domain that waits stand before the one that may go."""
    _empty()
    _post(number, domains=("busy.example",))
    with transaction():
        pauses.begin(outbox.domain_mark("x@busy.example"), "421")
        db.session.execute(sa.update(DomainPause).values(until=clock.now() + timedelta(days=1)))
    _post(1, Lane.BULK)
    took = []
    for _ in range(5):
        begun = time.perf_counter()
        with transaction():
            parcels = claims.claim("bench", 20)
        took.append(time.perf_counter() - begun)
        with transaction():
            claims.release("bench", [parcel.id for parcel in parcels])
        assert len(parcels) == 1
    _empty()
    note = f"one claim past {number:,} messages of a domain that waits; the best of 5"
    return Figure(f"claim past a domain that waits, {stage.kind}", min(took) * 1000, "ms", None, "", 100, "most", note)


def deliver(
    data_dir: Path, database_url: str, port: int, marks: tuple[int, ...], seconds: float = float("inf")
) -> list[Passed]:
    """Deliver as `work` does; what had happened at each of these numbers of sent mails. For a process of its own."""
    app = create_app(load_settings(data_dir=data_dir, database_url=database_url, base_url="http://localhost"))
    found: list[Passed] = []
    with app.app_context():
        line = Smtp(Server("smtp", "127.0.0.1", port, "", ""), "localhost", 60.0)
        line.PATIENCE = SILENCE if seconds < 100 else line.PATIENCE
        courier = Courier(line)
        sent, begun, used = 0, time.perf_counter(), time.process_time()
        while (len(found) < len(marks) or not marks) and time.perf_counter() - begun < seconds:
            report = courier.round(seconds=ROUND_LASTS)
            sent += report.sent
            while len(found) < len(marks) and sent >= marks[len(found)]:
                found.append(Passed(sent, time.perf_counter() - begun, time.process_time() - used, _memory()))
            if not report.did_anything:
                time.sleep(0.1)
        courier.close()
        db.session.remove()
        db.engine.dispose()
    return found or [Passed(sent, time.perf_counter() - begun, time.process_time() - used, _memory())]


@contextmanager
def mail_server(rules: list[Rule] | None = None) -> Iterator[int]:
    """The port of a mail server in a process of its own."""
    ours, theirs = APART.Pipe()
    process = APART.Process(target=_serve, args=(theirs, rules or []), daemon=True)
    process.start()
    try:
        yield ours.recv()
    finally:
        ours.send("enough")
        process.join(20)


def _serve(line: Connection, rules: list[Rule]) -> None:
    with smtp.server() as post:
        post.behave(*rules)
        post.keep = _let_go  # type: ignore[method-assign,assignment]  # 50,000 mails are too many to hold
        line.send(post.port)
        line.recv()


def _let_go(_mail: smtp.Received) -> None:
    pass


def _post(number: int, lane: Lane = Lane.BULK, domains: tuple[str, ...] = ()) -> list[Message]:
    """So many letters; in turn to these domains, else each to a domain of its own."""
    keys = vault.keyring().of_service()
    posted: list[Message] = []
    for begin in range(0, number, 1000):
        batch = [
            outbox.prepare(
                outbox.Envelope(
                    letter="test", language="en", event_id=None, keys=keys, sender_name="Alianza", lane=lane,
                    sender="rsvp@localhost", expires_at=None, to=f"p{n}@{domains[n % len(domains)] if domains else f'town{n}.example'}",
                ),
                LETTER,
            )
            for n in range(begin, min(begin + 1000, number))
        ]  # fmt: skip
        with transaction():
            for message in batch:
                outbox.post(message)
        posted = batch
    return posted


def _wait_for(posted: list[Message]) -> float:
    begun = time.perf_counter()
    while time.perf_counter() - begun < 60:
        status = db.session.scalar(sa.select(Message.status).where(Message.id == posted[-1].id))
        db.session.rollback()
        if status == "sent":
            break
        time.sleep(0.05)
    return time.perf_counter() - begun


def _bare_rate(port: int, number: int) -> float:
    """The same mails through the standard library, without a database."""
    row = db.session.scalars(sa.select(Message).limit(1)).one()
    mail = opened(row)
    db.session.rollback()
    assert mail is not None
    with smtplib.SMTP("127.0.0.1", port, "localhost") as client:
        begun = time.perf_counter()
        for _ in range(number):
            client.sendmail("rsvp@localhost", [mail.recipient], mail.content)
        return number / (time.perf_counter() - begun)


def _size() -> int:
    mail = opened(db.session.scalars(sa.select(Message).limit(1)).one())
    db.session.rollback()
    return len(mail.content) if mail else 0


def _empty() -> None:
    with transaction():
        db.session.execute(sa.delete(Message))
        db.session.execute(sa.delete(DomainPause))


def _memory() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
