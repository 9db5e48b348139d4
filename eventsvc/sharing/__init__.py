"""How an event travels: its card in a chat, its link, its poster, and how search engines and feed readers find it.

May import the ground, mail, accounts, pictures, events and calendar. Start with `words`, what a card and a poster say;
`press` prints them, `ways` holds the links to share, `structured_data` and `preview` speak to machines that read pages,
`found` and `atom` to those that look for what is new, `views` says at which path.
"""
