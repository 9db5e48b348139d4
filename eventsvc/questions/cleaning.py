"""What people typed, without what cannot be seen and would do harm; all else, in every script, stays as it is."""

import re
import unicodedata

# Marks that embed or override the direction of what comes after them, beyond the text they stand in. Texts written from
# right to left need none of them.
_DIRECTION_TRICKS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_LINE_END = re.compile("\r\n?|[\n\v\f\x85\u2028\u2029]")
_INVISIBLE = {"Cc", "Cs", "Zl", "Zp", "Zs"}


def clean_line(text: str) -> str:
    """One line: control signs and line breaks become a space, and spaces that follow each other one."""
    line = unicodedata.normalize("NFC", _DIRECTION_TRICKS.sub("", text))
    if line.isprintable():  # most are
        return " ".join(line.split())
    kept = "".join(" " if unicodedata.category(sign) in _INVISIBLE else sign for sign in line)
    return " ".join(kept.split())


def clean_text(text: str) -> str:
    """The same for several lines; at most one empty line between two others."""
    lines = [clean_line(line) for line in _LINE_END.split(text)]
    return re.sub("\n{3,}", "\n\n", "\n".join(lines)).strip()


def says_nothing(text: str) -> bool:
    """Are there only signs that cannot be seen?"""
    return not any(unicodedata.category(sign)[0] not in "CZ" for sign in text)
