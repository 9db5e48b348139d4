"""Who may do what: accounts of members of organizations, their roles, and signing in by an emailed link.

Attendees have no account. May import the ground and mail. Start with `models`, then `access` (the one place where
every route is let through or not), `signing_in` (one-time links) and `sessions`.
"""
