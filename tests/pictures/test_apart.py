"""Heavy work keeps nobody waiting, and only one piece of it is done at a time."""

import subprocess
import sys
import threading
import time

import pytest

from eventsvc.pictures.apart import apart

UNDER_GEVENT = """
from gevent import monkey; monkey.patch_all()
import hashlib, threading, time, gevent
from eventsvc.pictures.apart import apart
from eventsvc.pictures.unfit import Damaged

def compute(number):
    return hashlib.pbkdf2_hmac("sha256", b"", bytes([number]), 400_000)

def refuse():
    raise Damaged

ticks = []
def tick():
    while True:
        ticks.append(time.monotonic())
        gevent.sleep(0.005)

clock = gevent.spawn(tick)
began = time.monotonic()
works = [gevent.spawn(apart, compute, number) for number in range(3)]
gevent.joinall(works)
took = time.monotonic() - began
assert len({work.value for work in works}) == 3
assert len(ticks) > 10, (len(ticks), took)  # the loop went on; else it had one turn after each piece
try:
    apart(refuse)
except Damaged:
    print("refused")
"""


def test_under_gevent_the_loop_goes_on_and_a_refusal_comes_back_without_a_trace_in_the_log():
    done = subprocess.run([sys.executable, "-c", UNDER_GEVENT], capture_output=True, text=True, timeout=60, check=False)

    assert (done.returncode, done.stdout, done.stderr) == (0, "refused\n", "")


def test_one_piece_of_work_at_a_time():
    busy: list[int] = []
    most: list[int] = []

    def work():
        busy.append(1)
        most.append(len(busy))
        time.sleep(0.01)
        busy.pop()

    threads = [threading.Thread(target=apart, args=(work,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert most == [1] * 8


def test_what_the_work_raises_is_raised_and_the_next_piece_is_done():
    with pytest.raises(ZeroDivisionError):
        apart(divmod, 1, 0)

    assert apart(divmod, 7, 2) == (3, 1)
