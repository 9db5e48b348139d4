"""Letters: the reader's language, values that stay values, a layout that needs nothing from outside."""

import re
import time

import html5lib
import jinja2
import pytest
from flask import Flask

from eventsvc.mail import letters
from eventsvc.mail.inlining import Hidden, InliningLoader

SHEET = "p { color: red } td { padding: 1px } a.button { background: blue }"
HOSTILE = '<b onload=x>"José"</b> & {{ 7 * 7 }}'


def test_a_letter_is_rendered_in_the_language_of_its_reader(context: Flask):
    english = letters.render("test", "en")
    spanish = letters.render("test", "es")

    assert (english.subject, spanish.subject) == ("A test mail from localhost", "Un correo de prueba de localhost")
    assert "El correo funciona" in spanish.text
    assert '<html lang="es"' in spanish.html


def test_values_are_escaped_in_html_and_stand_as_they_are_in_text(context: Flask):
    letter = letters.render("test", "en", organization=HOSTILE, contact="")

    assert HOSTILE in letter.text
    assert "<b onload" not in letter.html
    assert "&lt;b onload=x&gt;&#34;José&#34;&lt;/b&gt; &amp; {{ 7 * 7 }}" in letter.html


def test_the_layout_is_written_into_the_elements_and_fetches_nothing(context: Flask):
    html = letters.render("test", "en", organization="Alianza").html

    assert re.search(r'<h1 style="[^"]*font-size: 22px', html)
    assert "max-width: 560px" in html
    assert "prefers-color-scheme: dark" in html
    assert not re.search(r"<(img|link|script|iframe)|url\(|@import|\ssrc=", html)
    html5lib.HTMLParser(strict=True).parse(html)


def test_a_letter_that_lacks_a_value_says_so_instead_of_leaving_a_gap(context: Flask):
    with pytest.raises(jinja2.UndefinedError):
        letters.render("sign_in", "en")


def test_rendering_takes_less_than_a_millisecond(context: Flask):
    letters.render("test", "en")
    times = []
    for _ in range(50):
        began = time.perf_counter()
        letters.render("test", "es", organization="Alianza", contact="ana@example.org")
        times.append(time.perf_counter() - began)
    assert min(times) < 0.001


def test_expressions_survive_inlining_wherever_they_stand():
    source = (
        '{% extends "x" %}{% block body %}<table>{% for row in rows %}<tr><td lang="{{ a }}">{{ row }}</td></tr>'
        '{% endfor %}</table><p>{% if a > b %}<a class="button" href="{{ link }}?a=1&amp;b=2">{{ _("x") }}</a>'
        "{% endif %}</p>{% endblock %}"
    )
    assert Hidden(source).inlined(SHEET) == (
        '{% extends "x" %}{% block body %}<table>{% for row in rows %}<tr><td lang="{{ a }}" style="padding: 1px;">'
        '{{ row }}</td></tr>{% endfor %}</table><p style="color: red;">{% if a > b %}<a class="button" '
        'href="{{ link }}?a=1&amp;b=2" style="background: blue;">{{ _("x") }}</a>{% endif %}</p>{% endblock %}'
    )


def test_an_expression_that_cannot_be_kept_is_refused_when_the_template_is_read():
    desk = jinja2.Environment(
        autoescape=True,
        loader=InliningLoader(
            jinja2.DictLoader({"mail/a.html": '<p class="a" class="{{ b }}">', "mail/letter.css": SHEET})
        ),
    )
    with pytest.raises(ValueError, match="cannot be inlined"):
        desk.get_template("mail/a.html")
