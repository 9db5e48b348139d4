"""What people agree to is kept by version, so its words change with the version only."""

import hashlib

from eventsvc.db import db
from eventsvc.i18n import LANGUAGES, speaking
from eventsvc.registration import consent
from eventsvc.registration.models import Registration
from tests.factories import Cast
from tests.registration.visitor import register

WORDS = {"1": {"en": "897a9b7644bc3788", "es": "46521b4d4832bea4", "pt": "57ce7c35747b44a3", "fr": "3d4c3359376b9b38"}}
"""For each version a mark of its words in each language. New words are a new version with a line of its own here."""


def test_the_words_belong_to_the_version(context):
    event = Cast(context).event(days=3650, slug="far-away")
    said = {}
    for tag in LANGUAGES:
        with speaking(tag):
            text = consent.consent_text(event).replace(consent.erased_on(event), "…")
            said[tag] = hashlib.sha256(text.encode()).hexdigest()[:16]

    assert said == WORDS[consent.VERSION]


def test_the_version_agreed_to_is_kept(app, client, cast):
    register(client, cast.event())

    with app.app_context():
        assert db.session.scalars(db.select(Registration.consent_version)).all() == [consent.VERSION]
