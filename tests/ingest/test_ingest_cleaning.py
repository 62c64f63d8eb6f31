import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sourcier.core.errors import UnreadableFileError
from sourcier.ingest.cleaning import clean_block, clean_characters
from sourcier.ingest.decoding import decode

FRENCH = "L’été, à Noël : « œuvre » n° 5 — 1\u202f500 $, 77,2\u00a0% déjà perçus."


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("techno\u00adlogie", "technologie"),
        ("techno\u00ad\n logie", "technologie"),
        ("a\u200bb\ufeffc\u202ed\u2066e", "abcde"),
        ("ordre\U000e0041\U000e0042", "ordre"),
        ("\uf0b7 point\ue123", "• point"),
        ("e\u0301te\u0301", "été"),
        ("\ufb01n e\ufb00et", "fin effet"),
        ("½ № ²", "½ № ²"),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("nul\x00\x07\x9f", "nul"),
        ("🏳\ufe0f", "🏳"),
    ],
)
def test_only_the_invisible_goes(raw: str, clean: str) -> None:
    assert clean_characters(raw) == clean


def test_french_typography_stays() -> None:
    assert clean_block(FRENCH) == FRENCH
    assert clean_block("novateur\u00a0 réunissant \t acteurs \n\n fin ") == "novateur réunissant acteurs\nfin"


@given(st.text())
def test_cleaning_twice_changes_nothing(text: str) -> None:
    once = clean_characters(text)
    assert clean_characters(once) == once
    assert unicodedata.is_normalized("NFC", once)
    once = clean_block(text)
    assert clean_block(once) == once == once.strip()


def test_piles_of_marks_are_cut() -> None:
    assert len(clean_characters("a" + "\u0301\u0323" * 200_000)) < 10


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_encodings(encoding: str) -> None:
    text = FRENCH.replace("\u202f", "\u00a0")
    assert decode(text.encode(encoding))[0] == text


def test_latin_1() -> None:
    assert decode("Où çà ? L'été déjà.".encode("latin-1"))[0] == "Où çà ? L'été déjà."


@pytest.mark.parametrize(
    "data", [b"PK\x03\x04abc", b"\x89PNG\r\n", bytes(range(256)), b"\x00\x01\x02" * 50, b"abc\x81\x8d\x90"]
)
def test_what_is_not_text_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableFileError):
        decode(data)


@given(st.binary())
def test_decoding_never_raises_anything_else(data: bytes) -> None:
    try:
        assert isinstance(decode(data)[0], str)
    except UnreadableFileError as error:
        assert error.key == "ingest.binary"
