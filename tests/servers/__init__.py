"""The real parts tests stand on: PostgreSQL, Chromium, an SMTP server, https. Each is a context manager.

`python -m tests.servers [pytest options]` starts one PostgreSQL for all workers of a run, unpacks the browser once and
hands both over by environment variables; a bare `pytest` works too, then each worker starts its own when it needs one.
"""
