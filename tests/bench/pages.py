"""The event page and the form against bare pages, and an unchanged calendar file against a bare hello."""

import re
import socket
from collections.abc import Callable, Iterator
from functools import partial

from tests.bench.figures import Figure, Run, Series, in_turns
from tests.bench.load import Load, get
from tests.bench.plan import Plan
from tests.bench.stage import ALONE, Server, Stage, served

PAGE_MARK, FORM_MARK, UNCHANGED_MARK = 0.9, 0.5, 0.9
SAME_PAGE = "bare Flask rendering the same template, constant facts, no database; same gunicorn"
PLAIN_PAGE = "bare Flask + plain Jinja page of as many bytes, constant data, same gunicorn"
HELLO = "bare Flask hello, same gunicorn"
_FORM_ID = re.compile(rb'(name="form_id"[^>]*value=")[^"]+')


def figures(stage: Stage, plan: Plan) -> Iterator[Figure]:
    """What a reader of pages and a calendar program ask for most."""
    slug = stage.event()[1]
    path = f"/en/events/{slug}"
    with served(stage.environment | ALONE) as ours:
        with served(stage.environment | ALONE | {"BENCH_SLUG": slug}, "tests.bench.same:app") as same:
            yield _against_the_same(plan, ours, same, path, f"event page, {stage.kind}", PAGE_MARK)
            yield _against_the_same(plan, ours, same, f"{path}/register", f"form, {stage.kind}", FORM_MARK)
        size = len(content(ours, path))
        with served(ALONE | {"BENCH_PAGE_BYTES": str(size)}, "tests.bench.bare:app") as bare:
            page, plain_page = in_turns(plan.times, asked(plan, ours, path), asked(plan, bare, "/page"))
            yield figure(f"event page beside a plain one, {stage.kind}", page, plain_page, PLAIN_PAGE, None)
            event, feed, hello = in_turns(
                plan.times,
                asked(plan, ours, f"{path}.ics", If_None_Match=etag_of(ours, f"{path}.ics")),
                asked(plan, ours, "/en/feeds/all.ics", If_None_Match=etag_of(ours, "/en/feeds/all.ics")),
                asked(plan, bare, "/hello"),
            )
            yield figure(f".ics unchanged (304), {stage.kind}", event, hello, HELLO, UNCHANGED_MARK)
            yield figure(f"feed unchanged (304), {stage.kind}", feed, hello, HELLO, UNCHANGED_MARK)


def _against_the_same(plan: Plan, ours: Server, same: Server, path: str, what: str, mark: float) -> Figure:
    mine, theirs = content(ours, path), content(same, path)
    assert mine == theirs, f"{path}: what is compared is not the same page"
    page, limit = in_turns(plan.times, asked(plan, ours, path), asked(plan, same, path))
    return figure(what, page, limit, SAME_PAGE, mark)


def asked(plan: Plan, server: Server, path: str, **headers: str) -> Callable[[], Run]:
    """One run of asking for this path; who names a tag is to hear 304."""
    status = b"304" if "If_None_Match" in headers else b"200"
    return partial(_run, plan, server, Load(server.port, get(server.host, path, **headers), status))


def _run(plan: Plan, server: Server, load: Load) -> Run:
    load.run(plan.warm)
    before = server.cpu()
    rate = load.run(plan.seconds)
    return Run(rate, (server.cpu() - before) / max(rate * plan.seconds, 1) * 1000)


def figure(what: str, ours: Series, limit: Series, limit_is: str, mark: float | None) -> Figure:
    """How many a second beside the limit, and what both cost."""
    note = f"runs {ours.said()} and {limit.said()}; CPU of the workers {ours.cpu:.2f} and {limit.cpu:.2f} ms each"
    return Figure(what, ours.rate, "/s", limit.rate, limit_is, mark, note=note)


def fetch(server: Server, path: str) -> bytes:
    """One answer, head and all."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as line:
        line.sendall(get(server.host, path, Connection="close"))
        return b"".join(iter(lambda: line.recv(65536), b""))


def content(server: Server, path: str) -> bytes:
    """The page, but for the name of its server and the id of its form."""
    head, _, page = fetch(server, path).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 "), head
    return _FORM_ID.sub(rb"\1", page.replace(str(server.port).encode(), b"port"))


def etag_of(server: Server, path: str) -> str:
    found = re.search(rb"(?i)\r\netag: *([^\r]+)", fetch(server, path))
    assert found, path
    return found[1].decode()
