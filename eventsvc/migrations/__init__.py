"""The history of the schema. `schema` walks it; `python -m eventsvc.migrations "what changed"` drafts the next step."""
