"""eventsvc: event registration for civil-society networks.

The modules beside this file that no feature is named after are the ground: clock, errors, settings, db, vault, tokens,
i18n and the like. Features stand on it in this order: mail and accounts, events, calendar, registration, retention,
clockwork. The back office (organizers) has screens and no rules. `app` knows them all: start reading there. Above it
stand operations and the command line.
"""
