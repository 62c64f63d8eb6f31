"""Nothing that a reader can see is lost: what a text shows is in its canonical text, or named among what was dropped."""

import random
import unicodedata
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sourcier.core.types import BlockKind, Document, Metadata
from sourcier.ingest.assembly import assemble
from sourcier.ingest.cleaning import clean_characters
from sourcier.ingest.drafts import Reading
from sourcier.ingest.limits import Limits
from sourcier.ingest.mojibake import repair
from sourcier.ingest.readers import markdown, plain

ORIGINALS = Path(__file__).resolve().parents[4] / "shared" / "corpus"
LIMITS = Limits()
PROSE = (
    "le syndicat négocie une convention collective et l’employeur consulte un comité paritaire avant chaque changement "
    "technologique qui touche l’IA dans 12 % des services publics du Québec; voir « annexe B » (p. 3) ou l’art. 5-3.01"
)
WORDS = PROSE.split()
INVISIBLE = ("\u200b", "\u00ad", "\u202e", "\ufeff", "\x07", "\U000e0041")


def visible(text: str) -> Counter[str]:
    clean = unicodedata.normalize("NFD", clean_characters(text))
    return Counter(character for character in clean if not character.isspace())


def document_of(reading: Reading) -> Document:
    return assemble(reading, document_id="0" * 16, path="x", metadata=Metadata(title="x"))


def check(source: str, reading: Reading) -> Document:
    document = document_of(reading)
    kept = visible(document.text)
    for dropped in reading.dropped:
        kept += visible(dropped.text)
    assert kept == visible(source)
    return document


def is_subsequence(part: str, whole: str) -> bool:
    left = iter(whole)
    return all(character in left for character in part)


def squeezed(text: str) -> str:
    return "".join(unicodedata.normalize("NFD", clean_characters(text)).split())


@st.composite
def pages(draw: st.DrawFn) -> str:
    """Pages as extractors leave them: running titles, lists, cut words, notes, addresses, invisible characters."""
    rng = random.Random(draw(st.integers(0, 2**32)))
    numbers = iter(range(1, 100))

    def words(count: int) -> str:
        return " ".join(rng.choice(WORDS) for _ in range(count))

    def invisible(text: str) -> str:
        at = rng.randrange(len(text))
        return text[:at] + rng.choice(INVISIBLE) + text[at:]

    def paragraph(notes: list[str]) -> str:
        text = words(rng.randint(12, 40)).capitalize()
        if rng.random() < 0.4:
            number = next(numbers)
            notes.append(f"{number}.\t AUTEUR {number} (2024). {words(4)}, [En ligne], {number} p.")
            text += f" règlement{number}"
        text += "."
        lines = [text[at : at + 70] for at in range(0, len(text), 70)]
        cut = [
            line + "-" if line[-1].isalpha() and after[0].islower() and rng.random() < 0.5 else line
            for line, after in zip(lines, [*lines[1:], "."], strict=True)
        ]
        return "\n".join(invisible(line) if rng.random() < 0.2 else line for line in cut)

    made = []
    furniture, numbered, bullet = rng.random() < 0.6, rng.random() < 0.6, rng.choice("•–*-")
    for page in range(1, draw(st.integers(1, 6)) + 1):
        notes: list[str] = []
        parts = ["Rapport annuel du comité"] if furniture else []
        for _ in range(rng.randint(1, 4)):
            parts.append(paragraph(notes))
            if rng.random() < 0.4:
                parts.append(f"{rng.randint(1, 3)}. {words(3).capitalize()}")
            if rng.random() < 0.4:
                parts.append("\n".join(f"{bullet} {words(rng.randint(1, 6))}" for _ in range(rng.randint(1, 4))))
            if rng.random() < 0.2:
                parts.append(f"**{words(3)}** suit **{words(2)}")
        parts += notes
        if rng.random() < 0.4:
            parts.append("\n".join(f"https://exemple.org/{word}" for word in ("a", "b-2")))
        if numbered:
            parts.append(f"{page}")
        made.append("\n\n".join(parts))
    end = rng.choice(("", "\n\n2601-18      D14551", "\n\n\tpage4: \n\tpage5: ", "\n\nPartager\n\nLire aussi"))
    return rng.choice(("\f", "\n\n", "\n ")).join(made) + end


@settings(max_examples=150, derandomize=True, deadline=None)
@given(pages())
def test_pages_as_extractors_leave_them(text: str) -> None:
    document = check(text, plain.read(text.encode(), limits=LIMITS))
    body = "".join(document.text[b.start : b.end] for b in document.blocks if b.kind is not BlockKind.NOTE)
    # Order is kept: only the notes go to the end.
    assert is_subsequence(squeezed(body), squeezed(text))
    for block in document.blocks:
        if block.kind is BlockKind.NOTE:
            assert is_subsequence(squeezed(document.text[block.start : block.end]), squeezed(text))


SCRAPS = [
    *"aàÀé1.2 \n\n\t\f•-–:;[]()²’*«»/",
    "**",
    "e\u0301",
    "\u00ad",
    "\u200b",
    "\uf0b7",
    "ﬁ",
    "1.\t",
    "www.a.ca/b\n",
    "¹ ",
]


@settings(max_examples=300, derandomize=True, deadline=None)
@given(st.lists(st.sampled_from(SCRAPS), max_size=150).map("".join))
def test_scraps(text: str) -> None:
    check(text, plain.read_text(text))


@settings(max_examples=200, derandomize=True, deadline=None)
@given(st.text(max_size=300))
def test_any_characters(text: str) -> None:
    # A wrong decoding is undone first: its letters are not those that were meant.
    check(repair(text).text, plain.read_text(text))


LINES = [
    "# Titre", "## Un *sous-titre*", "Titre souligné\n===", "Du texte **gras**, du `code`, ~~rayé~~ et la suite.",
    "Un [lien](https://exemple.org/page) et un <https://exemple.org>.", "![image](plan.png \"Le plan\")", "- un\n- deux\n    - trois",
    "1. premier\n2. deuxième", "> Une citation\n> sur deux lignes", "| a | b |\n|---|---|\n| 1 | 2 |\n| x | |", "---", "***",
    "```sql\nSELECT a | b\n```", "    du code", "Un appel.[^n] Un autre.[^sans]", "[^n]: La note *longue*,\n    sur deux lignes.",
    "[^perdue]: Que personne n’appelle.", "[r]: https://exemple.org/cible", "Voir [cette page][r].", "<!-- caché -->", "",
    "Une ligne\nde suite  \nencore", "\\*échappé\\*", "- [ ] à faire", "> " * 60 + "profond", "a<br>b",
]  # fmt: skip


@settings(max_examples=200, derandomize=True, deadline=None)
@given(st.lists(st.sampled_from(LINES), max_size=12, unique=True).map("\n\n".join))
def test_markdown(text: str) -> None:
    # Each list once: two that follow each other are one, whose numbers go on as a page shows them.
    check(text, markdown.read(text.encode(), limits=LIMITS))


def test_composed_and_decomposed_letters_read_the_same() -> None:
    text = "L’été dernier, le comité a négocié1 à Montréal.\n\n•\tà coté\n•\tdéjà\n\n1.\tÉDITEUR (2024). Œuvre complète, 12 p."
    composed, apart = (
        document_of(plain.read(unicodedata.normalize(form, text).encode(), limits=LIMITS)) for form in ("NFC", "NFD")
    )
    assert (composed.text, composed.blocks) == (apart.text, apart.blocks)


@pytest.mark.skipif(not ORIGINALS.is_dir(), reason="the originals are not beside the repository")
@pytest.mark.parametrize("name", ["000", "001", "002", "003", "004"])
def test_the_five_texts(name: str) -> None:
    [file] = ORIGINALS.glob(f"{name}_*.txt")
    check(file.read_text(encoding="utf-8"), plain.read(file.read_bytes(), limits=LIMITS))


def test_what_is_checked_can_fail() -> None:
    text = "Un texte\n\n• une puce"
    reading = plain.read_text(text)
    with pytest.raises(AssertionError):
        check(text + " de plus", reading)
    with pytest.raises(AssertionError):
        check(text, Reading(reading.drafts, dropped=()))
