"""Letters on a schedule: the day before, an hour before, afterwards. The organizers see it and change it.

Knows registration and what is below. Start reading in `models.py`.
"""
