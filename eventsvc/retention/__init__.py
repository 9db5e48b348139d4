"""Data with an end date: what is due to go, erasing it, and the proof that it is gone.

May import the ground, mail, accounts, events, calendar and registration. Start with `rules`, then `purge`.
"""
