"""For a WSGI server: `gunicorn wsgi:app`."""

from eventsvc.app import create_app

app = create_app()
