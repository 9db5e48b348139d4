"""What `check` says: a verdict and a sentence."""

from enum import StrEnum
from typing import NamedTuple


class Verdict(StrEnum):
    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


class Finding(NamedTuple):
    verdict: Verdict
    text: str


def ok(text: str) -> Finding:
    return Finding(Verdict.OK, text)


def warn(text: str) -> Finding:
    return Finding(Verdict.WARN, text)


def fail(text: str) -> Finding:
    return Finding(Verdict.FAIL, text)
