"""The same events for machines that keep time: files, feeds and links.

May import the ground, mail, accounts and events. Start with `ical`, the format; `entries` says what is told of an event,
`feeds` which events stand in which file, `writing` puts it together, `lint` looks at it, `editions` decides which edition
a reader gets (`stored` keeps the last good one for all), and `views` how; `early` answers most of them before that.
"""
