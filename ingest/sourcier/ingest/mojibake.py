"""Text that someone decoded wrongly before it was saved, « dÃ©jÃ  » for « déjà »: put right where nothing else can be meant."""

from __future__ import annotations

import re
from dataclasses import dataclass

# A lead byte of UTF-8 and a continuation byte, both seen through cp1252 or Latin-1. Correct French has none but by
# accident (« É… », « à» »): ftfy's measure of oddity then says no.
_PAIR = "[\u00c2-\u00f4][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
_CERTAIN = re.compile(_PAIR)
# « Ã » and a space is « à » only where other letters were decoded in the same way.
_SUSPECT = re.compile(f"{_PAIR}|\u00c3 ")
# What a repair may bring in: letters of Latin alphabets, punctuation, signs of money, arrows and pictures.
_PLAUSIBLE = re.compile(
    "[\t -~\u00a0-\u024f\u02c6\u02dc\u1e00-\u1eff\u2010-\u205f\u20a0-\u20bf\u2100-\u214f\u2190-\u27bf\U0001f300-\U0001faff]*"
)


@dataclass(frozen=True, slots=True)
class Repaired:
    """A text put right; ``count`` sequences were, ``sample`` is the first word that was wrong."""

    text: str
    count: int = 0
    sample: str = ""


def repair(text: str) -> Repaired:
    """Undo a wrong decoding, line by line; a line in which that is not certain stays as it is."""
    if not _CERTAIN.search(text):
        return Repaired(text)
    from ftfy import TextFixerConfig, fix_encoding_and_explain
    from ftfy.badness import is_bad

    config = TextFixerConfig(
        uncurl_quotes=False, replace_lossy_sequences=False, fix_c1_controls=False, normalization=None
    )
    lines = text.split("\n")
    count, sample = 0, ""
    for index, line in enumerate(lines):
        found = _SUSPECT.search(line)
        if found is None or not is_bad(line):
            continue
        fixed = fix_encoding_and_explain(line, config).text
        if fixed == line or is_bad(fixed) or not _PLAUSIBLE.fullmatch("".join(set(fixed) - set(line))):
            continue
        count += len(_SUSPECT.findall(line)) - len(_SUSPECT.findall(fixed))
        sample = sample or next((word for word in line.split() if word not in fixed), found.group())[:40]
        lines[index] = fixed
    return Repaired("\n".join(lines), max(count, int(bool(sample))), sample)
