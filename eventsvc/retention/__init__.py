"""Data with an end date: what is due to go, erasing it, and the proof that it is gone.

May import the ground, mail, accounts, events, calendar and registration. Start with `rules` (what is due), then `purge`
(an event) and `erasure` (a person); `runs` is where both begin and commit, `traces` what a DELETE leaves behind.
"""
