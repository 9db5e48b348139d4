"""How a mail leaves: over SMTP, or as a file. A transport reports what was answered and judges nothing."""

import mailbox
import re
import smtplib
import socket
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, Protocol
from urllib.parse import unquote, urlsplit

from eventsvc.mail.outcomes import ABOUT_THE_RECIPIENT, Answer, Stage
from eventsvc.mail.pauses import SLOW
from eventsvc.settings import Settings

_ENHANCED = re.compile(rb"([245]\.\d{1,3}\.\d{1,3})\b")
_PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}


class Transport(Protocol):
    def send(self, sender: str, recipient: str, mail: bytes, at_the_dot: Callable[[], None]) -> Answer:
        """Hand one mail over. `at_the_dot` is called when the next step is the one that cannot be taken back.

        What `at_the_dot` raises comes out again, and then nothing has left.
        """
        ...

    def close(self) -> None: ...


def transport_of(settings: Settings) -> Transport:
    """The transport that EVENTSVC_MAIL_URL names."""
    if settings.writes_mail_to_files:
        return Files(settings.data_dir / "mail")
    return Smtp(server_of(settings.mail_url.get_secret_value()), name=settings.sender.rpartition("@")[2])


class Files:
    """A Maildir: each mail a file, for a service that has no mail server yet."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, sender: str, recipient: str, mail: bytes, at_the_dot: Callable[[], None]) -> Answer:
        try:
            box = mailbox.Maildir(self._folder)
        except OSError as error:
            return Answer(Stage.CONNECT, reason=type(error).__name__)
        at_the_dot()
        try:
            box.add(mail.replace(b"\r\n", b"\n"))
        except OSError as error:  # the file appears under its name last of all, so nothing is there now
            return Answer(Stage.CONNECT, reason=type(error).__name__)
        return Answer(Stage.DOT, 250)

    def close(self) -> None:
        pass


class Server(NamedTuple):
    scheme: str
    host: str
    port: int
    user: str
    password: str


def server_of(url: str) -> Server:
    """Scheme, host, port and login of a mail URL; user and password are percent-decoded."""
    parts = urlsplit(url)
    return Server(
        parts.scheme,
        parts.hostname or "localhost",
        parts.port or _PORTS[parts.scheme],
        unquote(parts.username or ""),
        unquote(parts.password or ""),
    )


class Silence(Exception):
    """No usable answer: the line broke, or the time was up."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Smtp:
    """One line to a mail server, kept for up to 100 mails. The time-out, in seconds, holds for each step.

    Before the final dot nothing is lost by giving up, so the server gets less time there: while it is silent about one
    recipient, all the others wait.
    """

    MAILS_PER_LINE = 100
    IDLE = 30.0
    PATIENCE = 20.0

    def __init__(self, server: Server, name: str, timeout: float = 60.0, tls: ssl.SSLContext | None = None) -> None:
        self._server = server
        self._name = name
        self._timeout = timeout
        self._tls = tls
        self._line = smtplib.SMTP(local_hostname=name)  # not connected yet
        self._carried = 0
        self._used_at = 0.0
        self._slow = False  # about the recipient of this mail

    def send(self, sender: str, recipient: str, mail: bytes, at_the_dot: Callable[[], None]) -> Answer:
        self._slow = False
        answer = self._greeted(sender)
        if answer.code != 250:
            return self._given_up(answer)
        for stage, command, good in ((Stage.RCPT, f"RCPT TO:<{recipient}>", 25), (Stage.DATA, "DATA", 35)):
            answer = self._ask(stage, command)
            if answer.code // 10 != good:
                return self._given_up(answer)
        try:
            at_the_dot()
        except BaseException:
            self._hang_up()  # after DATA there is no other way back
            raise
        return self._finish(mail)

    def greet(self) -> Answer | None:
        """Open the line and log in, without a mail; the answer that stood in the way, or None."""
        return self._open()

    def close(self) -> None:
        """Say good-bye."""
        with suppress(OSError, smtplib.SMTPException):
            self._line.quit()
        self._hang_up()

    def _greeted(self, sender: str) -> Answer:
        """The answer to MAIL, on a line that is open; one that was kept and has died meanwhile is opened again."""
        kept = self._line.sock is not None and self._is_usable()
        while True:
            if not kept and (refused := self._open()):
                return refused
            answer = self._ask(Stage.MAIL, f"MAIL FROM:<{sender}>")
            if answer.code not in {0, 421} or not kept:
                return answer
            self._hang_up()
            kept = False

    def _is_usable(self) -> bool:
        if self._carried >= self.MAILS_PER_LINE:
            self.close()
            return False
        if time.monotonic() - self._used_at > self.IDLE and self._ask(Stage.CONNECT, "NOOP").code != 250:
            self._hang_up()
            return False
        return True

    def _open(self) -> Answer | None:
        """Open the line; the answer that stood in the way, or None."""
        self._hang_up()
        stage = Stage.CONNECT
        try:
            self._line = line = self._connect()
            line.ehlo_or_helo_if_needed()
            if self._server.scheme == "smtp+starttls":
                line.starttls(context=self._context())
            stage = Stage.LOGIN
            if self._server.user:
                line.login(self._server.user, self._server.password)
        except smtplib.SMTPNotSupportedError:
            return Answer(stage, reason="no STARTTLS" if stage is Stage.CONNECT else "no AUTH")
        except smtplib.SMTPResponseException as refusal:
            return Answer(stage, refusal.smtp_code, _enhanced(refusal.smtp_error))
        except (OSError, smtplib.SMTPException, ValueError) as error:
            return Answer(stage, reason=_reason(error))
        self._carried = 0
        return None

    def _connect(self) -> smtplib.SMTP:
        host, port = self._server.host, self._server.port
        if self._server.scheme == "smtps":
            return smtplib.SMTP_SSL(host, port, self._name, timeout=self._timeout, context=self._context())
        return smtplib.SMTP(host, port, self._name, timeout=self._timeout)

    def _context(self) -> ssl.SSLContext:
        return self._tls or ssl.create_default_context()

    def _ask(self, stage: Stage, command: str) -> Answer:
        begun = time.monotonic()
        try:
            self._wait_at_most(min(self._timeout, self.PATIENCE))
            code, words = self._line.docmd(command)
        except (OSError, smtplib.SMTPException) as error:
            return Answer(stage, reason=_reason(error))
        return self._answered(stage, code, words, begun)

    def _wait_at_most(self, seconds: float) -> None:
        if self._line.sock is not None:
            self._line.sock.settimeout(seconds)

    def _answered(self, stage: Stage, code: int, words: bytes, begun: float) -> Answer:
        self._used_at = time.monotonic()
        self._slow |= stage in ABOUT_THE_RECIPIENT and self._used_at - begun >= SLOW
        return Answer(stage, code, _enhanced(words), slow=self._slow)

    def _finish(self, mail: bytes) -> Answer:
        dotted = re.sub(rb"(?m)^\.", b"..", mail)
        begun = time.monotonic()
        try:
            self._wait_at_most(self._timeout)
            self._line.send(dotted + b".\r\n")
        except (OSError, smtplib.SMTPException) as error:  # the dot was the last byte: it cannot have left
            return self._given_up(Answer(Stage.DATA, reason=_reason(error)))
        try:
            code, words = self._line.getreply()
        except (OSError, smtplib.SMTPException) as error:
            return self._given_up(Answer(Stage.DOT, reason=_reason(error)))
        self._carried += 1
        answer = self._answered(Stage.DOT, code, words, begun)
        return answer if code // 100 == 2 else self._given_up(answer)

    def _given_up(self, answer: Answer) -> Answer:
        """Leave the line clean for the next mail: RSET where the server still speaks, a new line where it does not."""
        speaks = answer.code >= 400 and answer.code != 421 and answer.stage not in {Stage.CONNECT, Stage.LOGIN}
        if not (speaks and self._ask(answer.stage, "RSET").code == 250):
            self._hang_up()
        return answer

    def _hang_up(self) -> None:
        with suppress(OSError):
            self._line.close()


def _enhanced(words: bytes | str) -> str:
    found = _ENHANCED.match(words.encode() if isinstance(words, str) else words)
    return found[1].decode() if found else ""


def _reason(error: BaseException) -> str:
    """Why there was no answer, in a word; smtplib wraps the errors of the line into its own."""
    cause = error.__context__ if isinstance(error, smtplib.SMTPServerDisconnected) and error.__context__ else error
    if isinstance(cause, TimeoutError):
        return "timeout"
    if isinstance(cause, ssl.SSLCertVerificationError):
        return "certificate"
    if isinstance(cause, ssl.SSLError):
        return "TLS failure"
    if isinstance(cause, socket.gaierror):
        return "unknown host"
    return "refused" if isinstance(cause, ConnectionRefusedError) else "disconnected"
