"""What a form hands to the rules: the answers of one person, each with the wording it answers."""

from typing import Any, NamedTuple


class Answered(NamedTuple):
    """One answer, as it will be sealed. `option_limits` are the limits that its options count against."""

    question_id: int
    version_id: int
    value: Any  # JSON: text, slug, list of slugs, yes or no, number, ISO date, code
    option_limits: tuple[int, ...] = ()
