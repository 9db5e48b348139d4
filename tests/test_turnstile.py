"""Whose turn it is to write: one at a time, in the order of asking, and nobody waits for ever."""

import multiprocessing
import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from eventsvc.turnstile import FairLock, Turnstile

SPAWN = multiprocessing.get_context("spawn")


def test_threads_that_come_first_together_do_not_lock_each_other_out(tmp_path: Path):
    for attempt in range(200):
        turnstile, ready = Turnstile(tmp_path / f"{attempt}"), threading.Barrier(4)

        def come(turnstile: Turnstile = turnstile, ready: threading.Barrier = ready) -> bool:
            ready.wait(10)
            with turnstile.turn():
                return True

        with ThreadPoolExecutor(4) as pool:
            came = [pool.submit(come) for _ in range(4)]
            assert [each.result(10) for each in came] == [True] * 4


def count(folder: str, times: int) -> None:
    """Add one to a number in a file so many times, from two threads."""
    turnstile, number = Turnstile(Path(folder) / "db"), Path(folder) / "number"

    def add(_: int) -> None:
        with turnstile.turn():
            number.write_text(str(int(number.read_text()) + 1))

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(add, range(times)))


def test_processes_and_their_threads_take_turns(tmp_path: Path):
    (tmp_path / "number").write_text("0")
    crowd = [SPAWN.Process(target=count, args=(str(tmp_path), 200)) for _ in range(3)]
    for process in crowd:
        process.start()
    for process in crowd:
        process.join(60)

    assert [process.exitcode for process in crowd] == [0, 0, 0]
    assert (tmp_path / "number").read_text() == "600"


def test_who_asks_first_is_first():
    lock, order = FairLock(), []
    lock.acquire()

    def ask(number: int) -> None:
        lock.acquire()
        order.append(number)
        lock.release()

    crowd = []
    for number in range(5):
        crowd.append(threading.Thread(target=ask, args=(number,)))
        crowd[-1].start()
        while len(lock._waiting) <= number:
            pass
    lock.release()
    for thread in crowd:
        thread.join(10)

    assert order == [0, 1, 2, 3, 4]


def test_a_process_that_dies_in_its_turn_blocks_nobody(tmp_path: Path):
    process = SPAWN.Process(target=die_inside, args=(str(tmp_path),))
    process.start()
    process.join(60)

    with Turnstile(tmp_path / "db").turn():
        assert process.exitcode == -9


def die_inside(folder: str) -> None:
    with Turnstile(Path(folder) / "db").turn():
        os.kill(os.getpid(), signal.SIGKILL)


def interrupted_while_waiting() -> None:
    """A signal that raises is how a thread stops waiting; it reaches the main one only. Exit code 7: all went well."""

    class Enough(Exception):
        pass

    def enough(*_: object) -> None:
        raise Enough

    lock, came = FairLock(), threading.Event()

    def come() -> None:
        lock.acquire()
        came.set()

    lock.acquire()
    signal.signal(signal.SIGALRM, enough)
    behind = threading.Thread(target=come, daemon=True)
    threading.Timer(0.1, behind.start).start()
    signal.setitimer(signal.ITIMER_REAL, 0.3)
    try:
        lock.acquire()
    except Enough:
        lock.release()
        os._exit(7 if came.wait(5) else 1)


def test_who_stops_waiting_is_not_waited_for():
    process = SPAWN.Process(target=interrupted_while_waiting)
    process.start()
    process.join(60)

    assert process.exitcode == 7
