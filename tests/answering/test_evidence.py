from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sourcier.app.answering.evidence import Unit, choose_units, in_reading_order, units_of
from sourcier.core.types import Hit, Metadata, Passage


def hit(text: str, *, start: int = 40, rank: int = 1, section: tuple[str, ...] = ("Axe 2",)) -> Hit:
    passage = Passage(f"p{rank}", "d", start, start + len(text), text, section=section)
    return Hit(rank, 0.9, passage, "d.md", Metadata(title="Plateforme"))


def texts(text: str, section: tuple[str, ...] = ("Axe 2",)) -> list[str]:
    return [unit.text for unit in units_of(hit(text, section=section))]


def test_each_sentence_is_a_unit_understood_with_the_one_before_where_needed() -> None:
    first, second, third = units_of(hit("La CSQ réclame une loi. Elle veut une autorité. Le Québec tarde."))
    assert first.meaning == first.text == "La CSQ réclame une loi."
    assert (second.text, second.meaning) == (
        "Elle veut une autorité.",
        "La CSQ réclame une loi. Elle veut une autorité.",
    )
    assert third.meaning == third.text == "Le Québec tarde."
    assert second.heading == "Plateforme › Axe 2"


def test_a_list_is_whole_with_the_sentence_that_announces_it() -> None:
    text = "Le projet a trois temps :\n\nComprendre les enjeux\nNégocier autrement\nFormuler des avis"
    assert texts(text) == [text, "Comprendre les enjeux", "Négocier autrement", "Formuler des avis"]


def test_the_sentence_above_a_list_comes_with_it_even_without_a_colon() -> None:
    text = "L'axe compte 3 demandes.\n\nUne loi\nUne autorité\nDes normes"
    assert texts(text)[:2] == ["L'axe compte 3 demandes.", text]


def test_a_sentence_that_announces_what_is_elsewhere_is_no_unit() -> None:
    assert texts("L'IA se répand. La CSQ revendique les éléments suivants :") == ["L'IA se répand."]


def test_a_numbered_note_is_not_parted() -> None:
    note = "14. ROY, Anne (2025). Le travail qui vient, Québec, 176 p."
    assert texts(note, section=()) == [note]
    assert len(texts("Anne Roy écrit. Elle publie.", section=())) == 2


def unit(start: int, end: int, score: float, rank: int = 1) -> Unit:
    return Unit(hit("x" * 500, start=0, rank=rank), start, end, "x" * (end - start), start, ((start, end),), score)


def test_the_best_units_that_fit_are_chosen_without_overlap() -> None:
    ranked = [unit(0, 100, 0.9), unit(50, 80, 0.8), unit(100, 300, 0.7), unit(300, 340, 0.6)]
    chosen = choose_units(ranked, limit=3, max_tokens=150, count=len)
    assert [(u.start, u.end) for u in chosen] == [(0, 100), (300, 340)]


def test_reading_order_is_by_passage_then_place() -> None:
    units = [unit(200, 210, 0.9, rank=2), unit(300, 310, 0.8), unit(5, 10, 0.7)]
    assert [(u.hit.rank, u.start) for u in in_reading_order(units)] == [(1, 5), (1, 300), (2, 200)]


@given(st.text(max_size=300), st.integers(0, 1000))
def test_units_are_exact_stretches_of_the_document(text: str, start: int) -> None:
    source = hit(text, start=start)
    for found in units_of(source):
        assert found.text == text[found.start - start : found.end - start]
        assert found.text.strip() == found.text != ""
        assert found.meaning == text[found.clear_start - start : found.end - start]
        assert all(found.start <= a < b <= found.end for a, b in found.parts)
