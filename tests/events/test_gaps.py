"""What a language of an event lacks."""

from eventsvc.events.editing import gaps

FULL = {"en": "x", "es": "y"}


def test_an_event_with_all_its_texts_has_none(context, cast):
    event = cast.event(summary=FULL, description=FULL, kinds=[("hall", 5)], materials=[(FULL, None)])

    assert gaps(event) == []


def test_each_missing_text_is_named_with_its_language(context, cast):
    event = cast.event(
        languages=["en", "es", "quc"],
        summary={"en": "x", "es": ""},
        kinds=[("hall", 5)],
        materials=[({"en": "Report", "es": "Informe"}, None)],
    )

    assert gaps(event) == [
        ("es", "summary"),
        ("quc", "title"),
        ("quc", "summary"),
        ("quc", "ticket_type.hall"),
        ("quc", "material.1"),
    ]


def test_texts_that_no_language_has_are_no_gaps(context, cast):
    assert gaps(cast.event(summary={"en": "", "es": ""})) == []
