"""The post room: letters become messages in the outbox, and the courier delivers them. Knows no other feature.

May import the ground only. Start with `models`, then `outbox` (posting and claiming), `letters` (rendering),
`courier` (one round of delivery), `transports` (SMTP or files).
"""
