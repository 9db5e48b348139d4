"""Settings of the web server; `eventsvc serve` uses them, and so does `gunicorn -c config/gunicorn.conf.py wsgi:app`.

Measured on two cores that had other work to do as well (so compare, and do not quote); 2 workers, SQLite.

300 clients that send a byte now and then, one other client asking without a pause between, 8 s each:
  slow headers: /healthz answered in 2 ms (p50), 13 (p99), 25 (longest); /readyz, with three questions to the database, 14, 32, 45
  slow bodies:  /healthz 2, 49, 312; /readyz 9, 132, 582; nobody failed
sync and threaded workers answer nobody in the same test.

64 kept connections on /healthz, 3 s, twice; p99 and longest wait in ms:
  as it stands            124, 186    117, 200
  accepting one at a time  94, 110    135, 875
  never giving way        179, 275    297, 572
  neither                 200, 256    182, 257
"""

import gc
import os

from eventsvc.operations import webserver

bind = f"fd://{os.environ['EVENTSVC_LISTEN']}" if "EVENTSVC_LISTEN" in os.environ else "127.0.0.1:8000"
proc_name = "eventsvc"

worker_class = "gevent"
WANTED = os.environ.get("EVENTSVC_WORKERS", "")
workers = (
    int(WANTED) if WANTED.isdecimal() and int(WANTED) else 2
)  # a bad value is refused by the application, in words
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


def post_worker_init(_worker):
    gc.collect()
    gc.freeze()  # a full look for garbage would go through the whole application: 0.1 s in which nobody is answered


def pre_request(_worker, req):
    req.body.reader = webserver.Deadline(req.body.reader, webserver.patience(req.path))


def post_request(_worker, _req, _environ, _resp):
    webserver.give_way()
