"""Ready-made questions, each in all languages of the interface, with its purpose and its end. Data only.

Start in `shape.py`; one module for each set.
"""

from eventsvc.questions.ready import access, diet, languages, organization, press
from eventsvc.questions.ready.shape import ReadySet

SETS: dict[str, ReadySet] = {
    "languages": languages.SET,
    "access": access.SET,
    "diet": diet.SET,
    "organization": organization.SET,
    "press": press.SET,
}
"""By name, in the order in which they are offered."""

SLUGS = frozenset(question.slug for ready in SETS.values() for question in ready)
"""Slugs that only these questions have: by them it is known that an event has one already."""
