"""What is happening: events, their hosts, programmes, tags, ticket types and quotas, and their public pages.

May import the ground, mail and accounts. Start with `models` and `tickets`, then `queries`.
"""
