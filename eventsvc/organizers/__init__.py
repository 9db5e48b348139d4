"""The back office: screens only, no rules. Everything below it may be imported.

Start with `gate` (how an event in a path becomes one of the member's own), then `desk`, `events`, `attendees`.
"""
