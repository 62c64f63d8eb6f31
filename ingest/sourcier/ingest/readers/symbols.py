"""Characters of symbol fonts, which mean nothing outside of them, as the signs that a reader sees."""

from __future__ import annotations

_GREEK = dict(
    zip(
        "ABGDEZHQIKLMNXOPRSTUFCYWabgdezhqiklmnxoprstufcyw",
        "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩαβγδεζηθικλμνξοπρστυφχψω",
        strict=True,
    )
)
_SYMBOL = {ord(plain): sign for plain, sign in _GREEK.items()} | {
    0x22: "∀", 0x24: "∃", 0x40: "≅", 0x56: "ς", 0x5E: "⊥", 0xA3: "≤", 0xA5: "∞", 0xAB: "↔", 0xAC: "←", 0xAD: "↑",
    0xAE: "→", 0xAF: "↓", 0xB0: "°", 0xB1: "±", 0xB3: "≥", 0xB4: "×", 0xB6: "∂", 0xB7: "•", 0xB8: "÷", 0xB9: "≠",
    0xBA: "≡", 0xBB: "≈", 0xBC: "…", 0xC6: "∅", 0xC7: "∩", 0xC8: "∪", 0xCC: "⊂", 0xCE: "∈", 0xCF: "∉", 0xD1: "∇",
    0xD6: "√", 0xD7: "⋅", 0xD9: "∧", 0xDA: "∨", 0xDB: "⇔", 0xDC: "⇐", 0xDE: "⇒", 0xE5: "∑", 0xF2: "∫",
}  # fmt: skip
_WINGDINGS = {
    0x21: "✏", 0x22: "✂", 0x28: "☎", 0x2A: "✉", 0x46: "☞", 0x4A: "☺", 0x4C: "☹", 0x6C: "●", 0x6D: "❍", 0x6E: "■",
    0x6F: "□", 0x71: "❑", 0x72: "❒", 0x74: "⧫", 0x75: "◆", 0x76: "❖", 0x77: "⬥", 0x9F: "•", 0xA7: "▪", 0xA8: "◻",
    0xD8: "➢", 0xDF: "←", 0xE0: "→", 0xE1: "↑", 0xE2: "↓", 0xE8: "➔", 0xF0: "⇨", 0xFB: "✗", 0xFC: "✓", 0xFD: "☒",
    0xFE: "☑",
}  # fmt: skip
_WINGDINGS_2 = {0x4F: "✗", 0x50: "✓", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0xA3: "□"}
_WINGDINGS_3 = {0x5F: "←", 0x60: "→", 0x61: "↑", 0x62: "↓", 0x7D: "▶", 0x84: "◀"}
_FONTS = {
    "symbol": _SYMBOL,
    "wingdings": _WINGDINGS,
    "wingdings 2": _WINGDINGS_2,
    "wingdings 3": _WINGDINGS_3,
    "webdings": {0x61: "✓", 0x63: "□", 0x72: "✗"},
}


def is_symbol_font(font: str | None) -> bool:
    """Whether letters of that font are drawn as something else."""
    return font is not None and font.strip().lower() in _FONTS


def shown(text: str, font: str) -> tuple[str, int]:
    """What ``text`` looks like in a symbol font, and how many of its characters have no known sign (left out)."""
    signs = _FONTS.get(font.strip().lower(), {})
    unknown = 0
    out = []
    for character in text:
        code = ord(character)
        if 0xF000 <= code <= 0xF0FF:
            code -= 0xF000
        elif code > 0xFF:
            out.append(character)
            continue
        sign = signs.get(code)
        if sign is None and (chr(code).isspace() or (signs is _SYMBOL and 0x20 <= code < 0x40)):
            sign = chr(code)
        if sign is None:
            unknown += 1
        else:
            out.append(sign)
    return "".join(out), unknown
