"""The organizers' own words in the letters of one event, per language; the frame around them stays the service's.

Knows mail and events. Start reading in `editable.py` (which letters), then `placeholders.py` and `wording.py`.
"""
