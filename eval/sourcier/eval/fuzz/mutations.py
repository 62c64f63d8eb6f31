"""Changes to a file: of its bytes, of its markup, and of what is inside it when it is an archive."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Sequence
from copy import deepcopy
from random import Random

from sourcier.eval.fuzz.seeds import archive

LONGEST = 200_000
"""Bytes beyond which a case is cut: what is looked for is what goes wrong, and what takes long for its size."""

_MARKUP = re.compile(rb"<[^<>]{1,300}>")
_NUMBER = re.compile(rb"\d+")
_TOKENS = tuple(
    token.encode("utf-8", "surrogatepass")
    for token in (
        "\0", "\x1b", "\x0c", "\r\n\r\n", "\t", " " * 50, "\u00a0", "\u00ad", "\u200b", "\u202e", "\u2028", "\ufeff", "\ufffe",
        "\ud800", "e\u0301", "\u0301" * 30, "\U000e0041", "ﬁ", "ß", "İ", "１²½", "Ã©", "…", "«", "»", "•", "-\n", "1", "1.",
        "[^1]", "[^1]: ", "* ", "# ", "> ", "|", "|---|", "---\n", "```\n", "<", ">", "&", "&amp;", "&#0;", "&#x110000;",
        "&x;", "<!--", "-->", "<![CDATA[", "]]>", "<?xml version='1.0'?>", "<!DOCTYPE x [<!ENTITY x 'y'>]>", '"', "'", ";", ",",
        "{", "}", "[", "]", ":", "null", "1e999", "NaN", "\\ud800", "\\u0000", "(", ")", "<<", ">>", "stream\n", "endstream",
        "endobj", "1 0 R", "/Length 99999999", "/Count -1", "/Kids [1 0 R]", "%PDF-1.7", "%%EOF", "xref", "trailer", "BT", "ET",
        "Content-Type: multipart/mixed; boundary=x\n", "\n--x\n", "--x--", "=?utf-8?b?w6k=?=", "=?x?q?=", "PK\x03\x04", "PK\x05\x06",
        "art. 5-3.00", "al. 2", "L. 1222-1", "https://exemple.org/" + "a" * 200, "9" * 400, "a" * 3000, "(" * 500, "<b>" * 400,
    )
)  # fmt: skip
_READ = re.compile(
    r"(?:^|/)(?:document|content|sheet\d+|slide\d+|styles|sharedStrings|numbering|footnotes|endnotes|workbook|presentation)\.xml$|"
    r"\.(?:xhtml|opf|ncx|txt|md|html|csv|jsonl)$"
)
"""Members that hold what is read, among all those that an office file has."""
_NUMBERS = (b"0", b"-1", b"1", b"2147483648", b"99999999999999999999", b"1e308", b"NaN", b"", b"0.5", b"65536", b"x")

Mutation = Callable[[bytes, Random], bytes]


def mutated(seeds: Sequence[bytes], random: Random) -> bytes:
    """A case: one of ``seeds``, changed a few times."""
    data = random.choice(seeds)
    for _ in range(random.choice((1, 1, 2, 3, 5, 12))):
        data = _once(data, seeds, random)
        if not data.startswith(b"PK"):
            # A part of an archive is none.
            data = data[:LONGEST]
    return data


def _once(data: bytes, seeds: Sequence[bytes], random: Random) -> bytes:
    if data.startswith(b"PK") and random.random() < 0.96:
        return _inside(data, seeds, random)
    if data[:200].lstrip(b"\xef\xbb\xbf \r\n").startswith(b"<?xml") and random.random() < 0.6:
        return _tree(data, random)
    chosen = random.random()
    if chosen < 0.1:
        return _spliced(data, random.choice(seeds), random)
    if chosen < 0.55 and (_MARKUP.search(data) or _NUMBER.search(data)):
        return random.choice(_STRUCTURAL)(data, random)
    return random.choice(_PLAIN)(data, random)


def _inside(data: bytes, seeds: Sequence[bytes], random: Random) -> bytes:
    """One member of an archive changed, left out, doubled or taken from elsewhere; the archive stays one."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as opened:
            members = {entry.filename: opened.read(entry) for entry in opened.infolist() if not entry.flag_bits & 1}
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, EOFError, NotImplementedError, RuntimeError):
        return random.choice(_PLAIN)(data, random)
    if not members:
        return data
    # Media and thumbnails hold nothing that is read.
    names = [name for name in members if not name.endswith((".png", ".jpeg", ".jpg"))] or list(members)
    read = [name for name in names if _READ.search(name)]
    name = random.choice(read if read and random.random() < 0.7 else names)
    what = random.random()
    if what < 0.06:
        del members[name]
    elif what < 0.1:
        members[name] = members[random.choice(names)]
    elif what < 0.13:
        members[random.choice(("../x", "/x", "a\\b", "é" * 200, "x" * 300, "CON", name.upper(), f"{name}/"))] = (
            members.pop(name)
        )
    else:
        for _ in range(random.choice((1, 1, 3))):
            members[name] = _once(members[name], [members[random.choice(names)]], random)[:LONGEST]
    return archive(members, compressed=random.random() < 0.9)


def _spliced(data: bytes, other: bytes, random: Random) -> bytes:
    return data[: random.randint(0, len(data))] + other[random.randint(0, len(other)) :]


def _place(data: bytes, random: Random, longest: int) -> tuple[int, int]:
    start = random.randint(0, len(data))
    return start, min(len(data), start + random.randint(0, min(longest, 1 + len(data) // 2)))


def _flip(data: bytes, random: Random) -> bytes:
    changed = bytearray(data or b"x")
    for _ in range(random.choice((1, 1, 4, 16))):
        changed[random.randrange(len(changed))] = random.randrange(256)
    return bytes(changed)


def _delete(data: bytes, random: Random) -> bytes:
    start, end = _place(data, random, random.choice((1, 20, 2000)))
    return data[:start] + data[end:]


def _insert(data: bytes, random: Random) -> bytes:
    start = random.randint(0, len(data))
    return data[:start] + random.choice(_TOKENS) * random.choice((1, 1, 1, 2, 40)) + data[start:]


def _repeat(data: bytes, random: Random) -> bytes:
    start, end = _place(data, random, random.choice((2, 60, 1000)))
    times = random.choice((2, 3, 50, 2000))
    return data[:end] + data[start:end] * min(times, LONGEST // max(1, end - start)) + data[end:]


def _truncate(data: bytes, random: Random) -> bytes:
    return data[: random.randint(0, len(data))]


def _exchange(data: bytes, random: Random) -> bytes:
    first, second = sorted((_place(data, random, 200), _place(data, random, 200)))
    if first[1] > second[0]:
        return data
    return b"".join(
        (data[: first[0]], data[slice(*second)], data[first[1] : second[0]], data[slice(*first)], data[second[1] :])
    )


def _tag(data: bytes, random: Random) -> bytes:
    """A tag left out, doubled, nested in itself many times, or moved."""
    tags = [found.span() for found in _MARKUP.finditer(data)]
    if not tags:
        return _insert(data, random)
    start, end = random.choice(tags)
    tag = data[start:end]
    what = random.random()
    if what < 0.3:
        return data[:start] + data[end:]
    if what < 0.6:
        return data[:start] + tag * random.choice((2, 3, 30, 600)) + data[end:]
    there = random.choice(tags)[0]
    return data[:there] + tag + data[there:]


def _tree(data: bytes, random: Random) -> bytes:
    """An XML file that stays one: its elements left out, doubled, moved, wrapped in themselves, or with other values."""
    from lxml import etree

    try:
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    except (etree.LxmlError, ValueError):
        return random.choice(_PLAIN)(data, random)
    elements = [element for element in root.iter() if isinstance(element.tag, str)]
    one, other = random.choice(elements), random.choice(elements)
    above = one.getparent()
    what = random.randrange(7)
    if above is None or what == 0:
        words = random.choice(_TOKENS).decode("utf-8", "replace")
        one.text = "".join(
            c for c in words if c in "\t\n" or " " <= c < "\ud800" or "\ue000" <= c < "\ufffe"
        ) * random.choice((1, 3))
    elif what == 1:
        above.remove(one)
    elif what == 2:
        for _ in range(random.choice((1, 3, 200))):
            above.append(deepcopy(one))
    elif what == 3 and one not in other.iterancestors() and one is not other:
        other.append(one)
    elif what == 4:
        for _ in range(random.choice((1, 10, 150))):
            wrapper = etree.Element(one.tag, one.attrib)
            one.addprevious(wrapper)
            wrapper.append(one)
    elif what == 5:
        one.tag = other.tag
    elif one.attrib:
        name = random.choice(list(one.attrib))
        values = [*(number.decode() for number in _NUMBERS), *(str(value) for value in other.attrib.values())]
        one.attrib[name] = random.choice(values)
    return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True))


def _number(data: bytes, random: Random) -> bytes:
    numbers = [found.span() for found in _NUMBER.finditer(data)]
    if not numbers:
        return _flip(data, random)
    start, end = random.choice(numbers)
    return data[:start] + random.choice(_NUMBERS) + data[end:]


def _lines(data: bytes, random: Random) -> bytes:
    """Lines put in another order, or one of them many times."""
    lines = data.split(b"\n")
    if random.random() < 0.5:
        start = random.randrange(len(lines))
        part = lines[start : start + 20]
        random.shuffle(part)
        lines[start : start + 20] = part
    else:
        lines.insert(random.randrange(len(lines)), random.choice(lines))
    return b"\n".join(lines)


_PLAIN: tuple[Mutation, ...] = (_flip, _delete, _insert, _insert, _repeat, _truncate, _exchange)
_STRUCTURAL: tuple[Mutation, ...] = (_tag, _tag, _tag, _number, _lines)
