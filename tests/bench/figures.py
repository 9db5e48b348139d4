"""A figure, its limit, what the ratio has to be; and the table of all of them."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple


@dataclass(frozen=True)
class Figure:
    """One line of the table. `better` compares the measured with the limit; `mark` is what we ask for."""

    what: str
    measured: float
    unit: str
    limit: float | None = None
    limit_is: str = ""
    mark: float | None = None
    mark_is: str = "ratio"  # or "most": then the measured itself must not be above the mark
    note: str = ""

    @property
    def ratio(self) -> float | None:
        return self.measured / self.limit if self.limit else None

    @property
    def verdict(self) -> str:
        if self.mark is None:
            return ""
        if self.mark_is == "most":
            return "ok" if self.measured <= self.mark else "missed"
        return "ok" if self.ratio is not None and self.ratio >= self.mark else "missed"


class Run(NamedTuple):
    """One run of one thing: how much a second, and the milliseconds of CPU that its servers spent on each."""

    rate: float
    cpu: float = 0.0


@dataclass
class Series:
    """The runs of one thing."""

    runs: list[Run] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return statistics.median(run.rate for run in self.runs)

    @property
    def cpu(self) -> float:
        return statistics.median(run.cpu for run in self.runs)

    def said(self) -> str:
        rates = [run.rate for run in self.runs]
        return f"{min(rates):,.0f} to {max(rates):,.0f}"


def in_turns(times: int, *things: Callable[[], Run]) -> list[Series]:
    """Each thing so often, in turns, so that a machine that drifts drifts for all of them alike."""
    series = [Series() for _ in things]
    for _ in range(times):
        for one, thing in zip(series, things, strict=True):
            one.runs.append(thing())
    return series


def table(figures: Sequence[Figure]) -> str:
    """All of them as text, widths fitted."""
    head = ("what", "measured", "limit", "ratio", "mark", "")
    rows = [head, *(_cells(figure) for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    lines = []
    for number, row in enumerate(rows):
        cells = [
            row[0].ljust(widths[0]),
            *(cell.rjust(width) for cell, width in zip(row[1:5], widths[1:5], strict=True)),
        ]
        lines.append("  ".join([*cells, row[5]]).rstrip())
        if number == 0:
            lines.append("-" * (sum(widths[:5]) + 8))
        else:
            notes = [
                note
                for note in (
                    figures[number - 1].limit_is and f"limit: {figures[number - 1].limit_is}",
                    figures[number - 1].note,
                )
                if note
            ]
            lines += [f"    {note}" for note in notes]
    return "\n".join(lines)


def _cells(figure: Figure) -> tuple[str, ...]:
    sign = "<=" if figure.mark_is == "most" else ">="
    return (
        figure.what,
        f"{_number(figure.measured)} {figure.unit}",
        _number(figure.limit) if figure.limit else "",
        f"{figure.ratio:.2f}" if figure.ratio is not None else "",
        f"{sign} {figure.mark:g}" if figure.mark is not None else "",
        figure.verdict,
    )


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:,.3g}"
