"""Running the service and looking after it: serving, working, backing up, restoring, checking.

May import everything, the application too. Start with `serving` (what `eventsvc serve` does), then `opening`.
"""
