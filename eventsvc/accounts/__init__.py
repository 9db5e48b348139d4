"""Who may do what: accounts of members of organizations, their roles, and signing in by an emailed link.

Attendees have no account. May import the ground only. Start with `models`, then `access`.
"""
