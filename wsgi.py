"""For a WSGI server: `gunicorn wsgi:app`. Ends with one line on stderr where key or schema do not fit."""

from eventsvc.operations.opening import web

app = web()
