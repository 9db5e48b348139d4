"""eventsvc: event registration for civil-society networks.

The ground (clock, errors, settings, db, turnstile, vault, tokens, i18n) knows no feature. Features stand on it in
this order: mail and accounts, events, calendar, registration, checkin and retention, clockwork. Audiences (organizers,
api, cli) have screens and no rules. Only `app` knows everyone: start reading there.
"""
