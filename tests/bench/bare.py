"""The limits of the web: what Flask does under the same server when it has next to nothing to do.

`page` is a plain Flask view that renders a plain Jinja template of as many bytes as our event page: constant data,
escaping on, one loop over 14 hosts, no macro, no inheritance, no `url_for`, no translation. With those a bare page
would take half as long again, and be easier to keep up with.
"""

import os

from flask import Flask, redirect, render_template, request
from jinja2 import DictLoader
from werkzeug.wrappers import Response

BYTES = int(os.environ.get("BENCH_PAGE_BYTES", "10000"))

TEMPLATE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{{ title }}</title><link rel="stylesheet" href="/style.css"></head>
<body><main><h1>{{ title }}</h1><p>{{ when }}, {{ where }}</p><p>{{ fullness }}</p>
<ul>{% for host in hosts %}<li><a href="/en/organizations/{{ host.slug }}">{{ host.name }}</a></li>{% endfor %}</ul>
<p>{{ description }}</p></main></body></html>
"""
FACTS = {
    "title": "Labor mobility & the rights of people who move",
    "when": "Tuesday, June 9, 2026, 6:00 PM to 8:00 PM",
    "where": "Hotel Figueroa, 939 South Figueroa Street",
    "fullness": "There are places",
    "hosts": [{"slug": f"organization-{n}", "name": f"Organization number {n}"} for n in range(14)],
}

app = Flask(__name__)
app.jinja_loader = DictLoader({"page.html": TEMPLATE})


@app.get("/page")
def page() -> str:
    return render_template("page.html", description=DESCRIPTION, **FACTS)


@app.get("/hello")
@app.get("/healthz")
def hello() -> str:
    return "hello"


@app.get("/en/events/<slug>/register")
def form(slug: str) -> str:
    return page() + f'<form action="/en/events/{slug}/register"><input type="hidden" name="form_id" value="1"></form>'


@app.post("/en/events/<slug>/register")
def create(slug: str) -> Response:
    request.form.to_dict()
    return redirect("/page", 303)


def _description() -> str:
    with app.app_context():
        short = len(render_template("page.html", description="", **FACTS).encode())
    return ("words that say what it is about " * (BYTES // 32 + 1))[: max(0, BYTES - short)]


DESCRIPTION = _description()
