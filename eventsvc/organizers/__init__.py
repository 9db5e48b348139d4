"""The back office: screens for members of an organization. No rules here; may import every feature below.

Start with `views` (what is mine), then `events` and `attendees`.
"""
