"""A real SMTP server that keeps what it receives, and misbehaves on request.

with smtp.server() as post:
    post.behave(Rule("RCPT", "450 4.2.1 try later", only="lucia@example.org", times=1))
    …
    assert [mail.recipients for mail in post.received] == [["lucia@example.org"]]
"""

import asyncio
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, AnyStr, Literal

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

Stage = Literal["MAIL", "RCPT", "DATA"]

HANG = "hang"  # never answers
DROP = "drop"  # closes the connection instead of answering; nothing is kept
UNSURE = "unsure"  # keeps the message, then closes the connection before the final 250 (DATA only)
LEAVE = "leave"  # answers 250, then closes the connection


@dataclass
class Rule:
    """At this stage do this: a reply such as "550 5.1.1 no such user", or one of the words above."""

    stage: Stage
    do: str
    only: str | None = None  # a recipient; at MAIL a sender
    after: int = 0  # lets so many pass first
    times: int | None = None  # then holds so often; None: for ever
    seen: int = 0
    wait: float = 0.0  # seconds before it is done
    ends: str = ""  # only for addresses that end so: all of one domain

    def applies(self, stage: Stage, addresses: list[str]) -> bool:
        if stage != self.stage or (self.only is not None and self.only not in addresses):
            return False
        if not any(address.endswith(self.ends) for address in addresses):
            return False
        self.seen += 1
        return self.seen > self.after and (self.times is None or self.seen <= self.after + self.times)


@dataclass(frozen=True)
class Received:
    sender: str
    recipients: list[str]
    content: bytes  # as it came over the line
    connection: int  # the how manieth of this server
    encrypted: bool
    user: str | None


@dataclass
class Post:
    """What a test sees of the server. The list grows while mail comes in; `wait_for` waits for a number of them."""

    host: str = "127.0.0.1"
    port: int = 0
    received: list[Received] = field(default_factory=list)
    connections: int = 0
    open_connections: int = 0
    rules: list[Rule] = field(default_factory=list)
    arrived: threading.Condition = field(default_factory=threading.Condition)

    def behave(self, *rules: Rule) -> None:
        """From now on these rules, and only these; without any the server accepts everything."""
        self.rules = list(rules)

    def keep(self, mail: Received) -> None:
        with self.arrived:
            self.received.append(mail)
            self.arrived.notify_all()

    def wait_for(self, count: int, *, seconds: float = 20) -> list[Received]:
        """The mails once there are at least so many; an AssertionError says how many came instead."""
        with self.arrived:
            enough = self.arrived.wait_for(lambda: len(self.received) >= count, seconds)
        assert enough, f"{len(self.received)} of {count} mails arrived within {seconds} seconds"
        return list(self.received)


class Line(SMTP):
    """One connection."""

    number = 0
    leave_after_reply = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # Called again when STARTTLS wraps the same connection.
        if not self.number:
            post: Post = self.event_handler.post
            post.connections += 1
            post.open_connections += 1
            self.number = post.connections
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self.event_handler.post.open_connections -= 1
        super().connection_lost(error)

    async def push(self, status: AnyStr) -> None:
        await super().push(status)
        if self.leave_after_reply:
            self.hang_up()

    @property
    def encrypted(self) -> bool:
        transport: asyncio.BaseTransport | None = self.transport
        return transport is not None and transport.get_extra_info("ssl_object") is not None

    def hang_up(self) -> None:
        if self.transport is not None:
            self.transport.close()


class Behaviour:
    """The handler, its methods named as the library calls them: asks the rules, keeps what is accepted."""

    def __init__(self, post: Post) -> None:
        self.post = post

    async def handle_MAIL(self, line: Line, _: Session, envelope: Envelope, address: str, options: list[str]) -> str:  # noqa: N802
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return await self.reply(line, "MAIL", [address], "250 OK")

    async def handle_RCPT(self, line: Line, _: Session, envelope: Envelope, address: str, options: list[str]) -> str:  # noqa: N802
        answer = await self.reply(line, "RCPT", [address], "250 OK")
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, line: Line, session: Session, envelope: Envelope) -> str:  # noqa: N802
        recipients = [str(address) for address in envelope.rcpt_tos]
        login: Any = session.auth_data
        mail = Received(
            sender=str(envelope.mail_from),
            recipients=recipients,
            content=bytes(envelope.original_content or b""),
            connection=line.number,
            encrypted=line.encrypted,
            user=login.login.decode() if isinstance(login, LoginPassword) else None,
        )
        answer = await self.reply(line, "DATA", recipients, "250 OK kept", mail)
        if answer.startswith("2"):
            self.post.keep(mail)
        return answer

    async def reply(
        self, line: Line, stage: Stage, addresses: list[str], good: str, mail: Received | None = None
    ) -> str:
        rule = next((rule for rule in list(self.post.rules) if rule.applies(stage, addresses)), None)
        if rule and rule.wait:
            await asyncio.sleep(rule.wait)
        match rule.do if rule else good:
            case "hang":
                await asyncio.Event().wait()
            case "unsure" if mail:
                self.post.keep(mail)
                line.hang_up()
            case "drop" | "unsure":
                line.hang_up()
            case "leave":
                line.leave_after_reply = True
                return good
            case words:
                return words
        return "421 closing"  # never arrives: the line is dead


def authenticator(login: tuple[str, str]) -> Callable[..., AuthResult]:
    wanted = LoginPassword(*(word.encode() for word in login))

    def check(_: SMTP, __: Session, ___: Envelope, ____: str, given: Any) -> AuthResult:
        good = isinstance(given, LoginPassword) and given == wanted
        return AuthResult(success=good, handled=good, auth_data=given if good else None)

    return check


class Machine(threading.Thread):
    """The server's own thread and loop. (The library's controller waits for clients that never leave.)"""

    def __init__(self, post: Post, tls: ssl.SSLContext | None, options: dict[str, Any]) -> None:
        super().__init__(daemon=True)
        self.post = post
        self.tls = tls
        self.options = options
        self.loop = asyncio.new_event_loop()
        self.ready = threading.Event()
        self.lines: set[Line] = set()

    def run(self) -> None:
        asyncio.set_event_loop(self.loop)
        server = self.loop.run_until_complete(
            self.loop.create_server(self.answer_the_door, self.post.host, 0, ssl=self.tls)
        )
        self.post.port = server.sockets[0].getsockname()[1]
        self.ready.set()
        self.loop.run_forever()
        server.close()
        for line in self.lines:
            line.hang_up()
        waiting = asyncio.all_tasks(self.loop)
        for task in waiting:
            task.cancel()
        self.loop.run_until_complete(asyncio.gather(*waiting, return_exceptions=True))
        self.loop.close()

    def answer_the_door(self) -> Line:
        line = Line(
            Behaviour(self.post), enable_SMTPUTF8=True, hostname="mx.example.org", loop=self.loop, **self.options
        )
        self.lines.add(line)
        return line

    def stop(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.join(10)


@contextmanager
def server(
    *,
    implicit_tls: ssl.SSLContext | None = None,
    starttls: ssl.SSLContext | None = None,
    login: tuple[str, str] | None = None,
) -> Iterator[Post]:
    """On a free loopback port until the block ends. With `login` every other user or password gets a 535."""
    post = Post()
    options: dict[str, Any] = {}
    if starttls:
        options |= {"tls_context": starttls, "require_starttls": True}
    if login:
        options |= {
            "authenticator": authenticator(login),
            "auth_required": True,
            "auth_require_tls": starttls is not None,
        }
    machine = Machine(post, implicit_tls, options)
    machine.start()
    assert machine.ready.wait(10), "the SMTP server did not start"
    try:
        yield post
    finally:
        machine.stop()
