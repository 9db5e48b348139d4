"""All pages for frames: importing this module is what ties them to the blueprint."""

from eventsvc.embedding import card_views, form_views, oembed_views
from eventsvc.embedding.gate import bp

__all__ = ["bp", "card_views", "form_views", "oembed_views"]
