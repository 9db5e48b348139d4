"""The same events for machines that keep time: files, feeds and links.

May import the ground, mail, accounts and events. Start with `ical`, the format; `entries` says what is told of an event,
`feeds` which events stand in which file, `views` how a reader gets it.
"""
