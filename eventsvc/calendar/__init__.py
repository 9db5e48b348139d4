"""The same events for machines that keep time: files, feeds and links.

May import the ground, mail, accounts and events. Start with `ical`; `zones` explains the time zones.
"""
