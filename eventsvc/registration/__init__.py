"""Who is coming: signing up, seats and the queue, cancelling, one's own affairs by secret link.

May import the ground, mail, accounts, events and calendar. Start with `signup`, then `quotas` and `waitlist`.
"""
