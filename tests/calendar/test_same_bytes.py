"""Equal data give equal bytes, whatever process writes them."""

import hashlib
import os
import random
import subprocess
import sys
from functools import partial

from eventsvc.calendar.models import CalendarFile
from eventsvc.db import db
from tests.calendar.test_feeds import in_transaction, tag, tag_with

__all__ = ["tag"]

ANOTHER_PROCESS = """
import hashlib, sys
from eventsvc.app import create_app
client = create_app().test_client()
for path in sys.argv[1:]:
    answer = client.get(path)
    print(hashlib.sha256(answer.data).hexdigest(), answer.headers["ETag"], answer.headers["Last-Modified"])
"""


def test_every_process_and_every_hash_seed_writes_the_same_bytes(cast, client, settings, tag, app):
    for number in range(30):
        zone = random.Random(number).choice(["Europe/Madrid", "America/Bogota", "Asia/Kathmandu", "Africa/Cairo"])  # noqa: S311
        event = cast.event(f"Event {number}", timezone=zone, attendance="online")
        in_transaction(app, partial(tag_with, event.id, tag.id))
    paths = ["/es/feeds/all.ics", "/feeds/organizations/alianza-americas.ics", f"/en/events/{event.slug}.ics"]
    expected = []
    for path in paths:
        answers = [client.get(path) for _ in range(10)]
        expected.append(
            {(hashlib.sha256(a.data).hexdigest(), a.headers["ETag"], a.headers["Last-Modified"]) for a in answers}
        )

    for seed in ("0", "1", "4711"):
        in_transaction(app, lambda: db.session.execute(db.delete(CalendarFile)))  # each has to write them itself
        environment = os.environ | {
            "PYTHONHASHSEED": seed,
            "EVENTSVC_DATA_DIR": str(settings.data_dir),
            "EVENTSVC_DATABASE_URL": settings.database_url,
            "EVENTSVC_BASE_URL": settings.base_url,
        }
        written = subprocess.run(
            [sys.executable, "-c", ANOTHER_PROCESS, *paths], env=environment, check=True, capture_output=True, text=True
        ).stdout.splitlines()
        assert [{tuple(line.split(" ", 2))} for line in written] == expected
