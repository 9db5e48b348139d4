"""Settings of the web server; `eventsvc serve` uses them, and so does `gunicorn -c config/gunicorn.conf.py wsgi:app`."""

import os

from eventsvc import webserver

bind = f"fd://{os.environ['EVENTSVC_LISTEN']}" if "EVENTSVC_LISTEN" in os.environ else "127.0.0.1:8000"
proc_name = "eventsvc"

worker_class = "gevent"
workers = int(os.environ.get("EVENTSVC_WORKERS") or 2)
worker_connections = 1000
preload_app = False  # psycopg must be imported after gevent has patched the worker

keepalive = 5  # under gevent also the time a client has for its headers
timeout = 30
graceful_timeout = 5

control_socket_disable = True
MEMORY = "/dev/shm"  # noqa: S108 - a heartbeat file without content
worker_tmp_dir = MEMORY if os.access(MEMORY, os.W_OK) else None

accesslog = None
errorlog = "-"
loglevel = "warning"
logger_class = webserver.QuietLogger

webserver.accept_fairly()


def on_starting(_server):
    webserver.follow_parent()


def pre_request(_worker, req):
    req.body.reader = webserver.Deadline(req.body.reader)


def post_request(_worker, _req, _environ, _resp):
    webserver.give_way()
