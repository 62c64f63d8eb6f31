"""How the words of two versions of a text are compared: exactly, and on drawn tables as their reader reads them."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from sourcier.eval.bench.words import in_order, unboxed, words


def longest_common(one: Sequence[str], other: Sequence[str]) -> int:
    row = [0] * (len(other) + 1)
    for word in one:
        previous = 0
        for place, candidate in enumerate(other, 1):
            kept = row[place]
            row[place] = previous + 1 if word == candidate else max(row[place], row[place - 1])
            previous = kept
    return row[-1]


LETTERS = st.sampled_from("abcdef")


@given(one=st.lists(LETTERS, max_size=80), other=st.lists(LETTERS, max_size=700))
@settings(derandomize=True, deadline=None, max_examples=150)
def test_the_longest_common_order_is_exact(one: list[str], other: list[str]) -> None:
    found, absent = in_order(one, other)
    assert found == longest_common(one, other) == len(one) - len(absent)
    rest = iter(other)
    left_out = set(absent)
    assert all(word in rest for place, word in enumerate(one) if place not in left_out)


def test_words_are_runs_of_letters_and_digits() -> None:
    assert words("L'été (2024) : developers-\nreference, m² *été*_a_ — ½") == [
        "L", "été", "2024", "developers", "reference", "m²", "été", "a", "½",
    ]  # fmt: skip
    assert words("e\u0301te\u0301") == ["été"]


def test_drawn_tables_are_read_cell_by_cell() -> None:
    drawn = """Avant.
    +-----------------+
    |nom  |description|
    |-----+-----------|
    |un   |le premier |
    |deux |de la liste|
    |-----+-----------|
    |trois|le dernier |
    +-----------------+
Après | la barre."""
    expected = "Avant nom description un deux le premier de la liste trois le dernier Après la barre"
    assert " ".join(words(unboxed(drawn))) == expected
    spanning = "┌──┬──┐\n│a │b │\n│a2├──┤\n│  │c │\n└──┴──┘"
    assert words(unboxed(spanning)) == ["a", "a2", "b", "c"]


@given(lines=st.lists(st.text(alphabet="+-|│┌┬┐├ ab\t", max_size=12), max_size=12))
@settings(derandomize=True, deadline=None, max_examples=200)
def test_no_word_is_lost_in_reading_cells(lines: list[str]) -> None:
    text = "\n".join(lines)
    assert sorted("".join(words(unboxed(text)))) == sorted("".join(words(text)))
