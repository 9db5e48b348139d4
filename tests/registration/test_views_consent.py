"""What people agree to is kept by version, so its words change with the version only."""

import hashlib

from eventsvc.db import db
from eventsvc.i18n import LANGUAGES, speaking
from eventsvc.registration import consent
from eventsvc.registration.models import Registration
from tests.factories import Cast
from tests.registration.visitor import register

WORDS = {"1": "e8da70b410f120f9"}
"""For each version a mark of its words in all languages. New words are a new version with a line of its own here."""


def test_the_words_belong_to_the_version(context):
    event = Cast(context).event(days=3650, slug="far-away")
    said = []
    for tag in LANGUAGES:
        with speaking(tag):
            said.append(consent.consent_text(event).replace(consent.erased_on(event), "…"))

    assert hashlib.sha256("\n".join(said).encode()).hexdigest()[:16] == WORDS[consent.VERSION]


def test_the_version_agreed_to_is_kept(app, client, cast):
    register(client, cast.event())

    with app.app_context():
        assert db.session.scalars(db.select(Registration.consent_version)).all() == [consent.VERSION]
