"""A description as plain sentences."""

import pytest

from eventsvc.sharing.plain import cut, opening, plain_text, sentences

TEXT = """# Programme

We **meet** and [talk](https://example.org/x?y=1) — *slowly*.
Come early!

* Coffee
* `Code`

![a picture](https://example.org/p.png)
<script>alert(1)</script>
"""


def test_marks_go_and_words_stay_a_line_for_each_block():
    lines = plain_text(TEXT).splitlines()

    assert lines[:4] == ["Programme", "We meet and talk — slowly. Come early!", "• Coffee", "• Code"]
    assert "https://" not in plain_text(TEXT)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("One. Two! Three?", ["One. ", "Two! ", "Three?"]),
        ("Vamos a hablar. ¿Cuándo? Hoy…", ["Vamos a hablar. ", "¿Cuándo? ", "Hoy…"]),
        ("هل لديكم أسئلة؟ نعم.", ["هل لديكم أسئلة؟ ", "نعم."]),
        ("At 5.30 we begin", ["At 5.30 we begin"]),
        ("He said “Yes.” Then no.", ["He said “Yes.” ", "Then no."]),
        ("A title\nA line.", ["A title\n", "A line."]),
        ("", []),
    ],
)
def test_sentences_end_where_people_end_them(text, parts):
    assert sentences(text) == parts


def test_the_opening_ends_with_a_whole_sentence():
    assert opening("One is here. Two is here. Three is here.", 27) == "One is here. Two is here."
    assert opening("Short.", 100) == "Short."


def test_a_sentence_that_is_too_long_loses_its_end():
    assert opening("word " * 50, 20) == "word word word word…"
    assert cut("x" * 50, 10) == "x" * 9 + "…"
    assert len(opening("word, " * 500, 300)) <= 300
