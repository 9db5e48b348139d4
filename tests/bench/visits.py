"""How long visitors wait for a page when they come at a steady rate, as on the day on which the invitation goes round."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from tests.bench.figures import Figure
from tests.bench.load import Visits, get
from tests.bench.plan import Plan
from tests.bench.stage import Stage, served
from tests.storms.clients import Guest

RATE, MARK = 50.0, 50.0
EVENTS = 30


def figures(stage: Stage, plan: Plan) -> Iterator[Figure]:
    """Of all waits the one that nineteen of twenty do not exceed."""
    slugs = [stage.event(f"Visited {number}")[1] for number in range(EVENTS)]
    with served(stage.environment) as ours:
        result = _registered(ours.running.url, slugs[0])
        around = [f"/en/events/{slug}{more}" for slug in slugs[:5] for more in ("", "/register")]
        paths = [path for pair in zip(around, ["/en/", result] * 5, strict=True) for path in pair]
        requests = [get(ours.host, path, Accept_Encoding="gzip") for path in paths]
        Visits(ours.port, requests, RATE).run(plan.warm * 3)
        before = ours.cpu()
        waits = Visits(ours.port, requests, RATE).run(plan.visits)
        used = (ours.cpu() - before) / plan.visits
    half, most = waits[len(waits) // 2], waits[-1]
    yield Figure(
        f"p95 at {RATE:.0f} visits a second, {stage.kind}",
        waits[len(waits) * 95 // 100],
        "ms",
        mark=MARK,
        mark_is="most",
        note=f"event page, form, list of {EVENTS} events and result in turn, {plan.visits:.0f} s; half of them {half:.1f} ms, "
        f"the longest {most:.0f} ms; {used * 100:.0f} % of one core",
    )


def _registered(url: str, slug: str) -> str:
    """The path of a result page."""
    guest = Guest(url, slug, "visitor")
    with guest.line:
        guest.open_form()
        answer = guest.send()
        assert answer.status == 303, answer
    return urlsplit(answer.location).path
