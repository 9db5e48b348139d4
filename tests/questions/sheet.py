"""A page with questions, as the application sends one: a group for each person, with the ways of attending in it."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Flask, render_template_string
from playwright.sync_api import Page

from eventsvc.assets import sheet
from eventsvc.db import db
from eventsvc.events.models import Event
from eventsvc.questions.asked import Asked
from eventsvc.questions.drawing import Drawing, opened_by
from eventsvc.questions.form import check_answers
from tests.questions.asking import sent

PAGE = """{% extends "base.html" %}
{% from "components/forms.html" import error_summary %}
{% from "components/questions.html" import questions %}
{% block title %}Asking{% endblock %}
{% block main %}{{ error_summary(form) }}<h1>Asking</h1>
<form action="#main" novalidate>{% for who, drawn in people.items() %}
<div class="person" id="person{{ who }}">
{%- for way, numbers in opens.items() %}
<label><input type="radio" name="{{ who }}way" value="{{ way }}" data-opens="{{ numbers }}"{{ " checked" if way == chosen }}> {{ way }}</label>
{%- endfor %}
{{ questions(drawn) }}
</div>
{%- endfor %}<button>Send</button></form>{% endblock %}"""

WAYS = {"hall": "In the hall", "online": "Online"}


def page_of(
    app: Flask,
    asked: Sequence[Asked],
    typed: Mapping[str, Any] | None = None,
    language: str = "en",
    *,
    full: Sequence[int] = (),
    ways: Mapping[str, str] | None = None,
    event: Event | None = None,
    prefixes: Sequence[str] = ("",),
    given: Mapping[int, Any] | None = None,
) -> str:
    """With what was typed and what is wrong with it; fields of several people by their prefixes.

    Where there are several ways of attending, the first was chosen.
    """
    ways = ways or {"hall": "In the hall"}
    with app.test_request_context(f"/{language}/"):
        app.preprocess_request()
        form = sent(asked, typed, *prefixes, given=given)
        if typed is not None:
            form.validate()
            for prefix in prefixes:
                check_answers(form, asked, next(iter(ways)), prefix)
        event = event or Event(languages=["en", "es", "pt", "fr"], retention_days=30)
        drawing = Drawing(event, asked, frozenset(full), ways)
        html = render_template_string(
            PAGE,
            form=form,
            people={prefix: drawing.person(form, prefix, given) for prefix in prefixes},
            opens=opened_by(asked, list(ways)) if len(ways) > 1 else {},
            chosen=next(iter(ways)),
        )
        db.session.rollback()
    return html


def look_at(page: Page, html: str) -> None:
    """Open the page, with our style sheet and nothing else."""
    styled = re.sub(r"<link[^>]*>|<script[^>]*></script>", "", html)
    page.set_content(styled.replace("</head>", f"<style>{sheet()}</style></head>"))
