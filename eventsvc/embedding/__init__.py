"""The service inside other people's pages: cards and lists anywhere, the form where the host allows it, oEmbed.

Above registration, beside the back office. Start with `framing.py` (who may show what in a frame), then `views.py`.
"""
