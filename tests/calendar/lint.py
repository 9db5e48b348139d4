"""The strict look at a calendar file that the service takes before it gives one out; tests take it at all they receive."""

from eventsvc.calendar.lint import lint

__all__ = ["lint"]
