"""Pictures that organizations show: logos and covers, made anew from what was uploaded, kept as rows.

Knows no other feature. Start with `making.py` (what becomes of an upload) and `models.py`.
"""
