"""Marks of notes stuck to words: removed on evidence, and on nothing less."""

from collections.abc import Callable

import pytest

from sourcier.core.types import BlockKind, Document

Laid = Callable[[str], Document]

NOTES = """\
1.\t PARLEMENT (2024). Règlement (UE) 2024/1689 sur les systèmes, [En ligne], 144 p. [exemple.org/reglement].

2.\t CHAMBRE (2022). Projet de loi C-27 : Loi sur la protection des renseignements, [En ligne]. [exemple.org/C-27/premiere-
lecture].

3.\t CONSEIL (2024). Rapport sur l’avenir, [En ligne], 142 p. [exemple.org/
rapport.pdf].

4.\t INSTITUT (2025). Énergie, 302 p.[exemple.org/energie].

5.\t OBSERVATOIRE (2023). État des lieux, p. 12.
"""
TEXT = f"""\
L’Union a adopté un règlement1 qui interdit certains usages, et le G7 en parle avec la Chine depuis 2023. Le CO2 et 
la COVID-19 n’ont rien à voir avec l’article 5 ni avec la loi 25.

Le projet de loi C-272, présenté en 2022, est mort au 44e parlement. Il citait la loi C-11 et le règlement 2024/1689.

Les spécialistes de l’IA3 demandent une autorité. L’IA inquiète (CEST)4, et la main-d’œuvre le dit aussi.5 Le texte 
continue en 2030, comme le veut l’Institut5.

{NOTES}
https://exemple.org/reglement
https://exemple.org/C-27/premiere-lecture
 Une autre page commence ici, et reprend le fil du texte comme si rien ne s’était passé.
"""


def notes_of(document: Document, start: str) -> list[str]:
    [block] = [b for b in document.blocks if document.text[b.start :].startswith(start)]
    return [note.split(" (")[0] for note in block.notes]


def test_marks_leave_the_text_and_notes_are_linked(laid_out: Laid) -> None:
    document = laid_out(TEXT)
    body = document.text.split("1. PARLEMENT")[0]
    for kept in (
        "G7",
        "CO2",
        "COVID-19",
        "article 5",
        "loi 25",
        "44e",
        "C-11",
        "2024/1689",
        "2030",
        "en 2022",
        "2023.",
    ):
        assert kept in body
    for shown in ("un règlement qui", "loi C-27, présenté", "l’IA demandent", "(CEST), et", "aussi. Le", "l’Institut."):
        assert shown in body
    assert "C-272" not in document.text
    assert notes_of(document, "L’Union") == ["PARLEMENT"]
    assert notes_of(document, "Le projet") == ["CHAMBRE"]
    assert notes_of(document, "Les spécialistes") == ["CONSEIL", "INSTITUT", "OBSERVATOIRE"]


def test_notes_come_last_and_links_go(laid_out: Laid) -> None:
    document = laid_out(TEXT)
    kinds = [block.kind for block in document.blocks]
    assert kinds == [BlockKind.PARAGRAPH] * 4 + [BlockKind.NOTE] * 5
    assert "https://" not in document.text
    assert "[exemple.org/C-27/premiere-lecture]" in document.text
    assert "[exemple.org/rapport.pdf]" in document.text


def test_without_notes_nothing_is_removed(laid_out: Laid) -> None:
    text = "L’Union a adopté un règlement1 et l’IA3 inquiète. Le projet C-272 aussi."
    assert laid_out(text).text == text


def test_a_numbered_list_is_not_a_set_of_notes(laid_out: Laid) -> None:
    text = "Les demandes sont connues de tous :\n\n1. Protéger les emplois\n\n2. Former tout le monde\n\nLe CO2 et le G7 aussi."
    document = laid_out(text)
    assert [b.kind for b in document.blocks] == [
        BlockKind.PARAGRAPH,
        BlockKind.LIST_ITEM,
        BlockKind.LIST_ITEM,
        BlockKind.PARAGRAPH,
    ]
    assert "CO2 et le G7" in document.text


def test_a_paragraph_that_notes_cut_in_two_is_whole_again(laid_out: Laid) -> None:
    text = (
        "Le rapport1 décrit des systèmes qui risquaient de \nbouleverser les manières de travailler, et qui risquaient \n\n"
        "1.\t AUTEUR (2020). Titre, [En ligne], 12 p.\n\nhttps://exemple.org/titre\n de toucher tout le monde. La suite est connue."
    )
    document = laid_out(text)
    assert document.text.startswith(
        "Le rapport décrit des systèmes qui risquaient de bouleverser les manières de travailler, et qui risquaient de toucher"
    )
    assert [b.kind for b in document.blocks] == [BlockKind.PARAGRAPH, BlockKind.NOTE]


def test_typos_of_the_source_are_kept(laid_out: Laid) -> None:
    text = "Selon l’Institut du Québe1, cela monte depuis les dernières année2. Et ensuite ?\n\n1.\tA (2020). B, 3 p.\n\n2.\tC (2021). D, 4 p."
    assert laid_out(text).text.startswith(
        "Selon l’Institut du Québe, cela monte depuis les dernières année. Et ensuite ?"
    )


@pytest.mark.parametrize("mark", ["¹", "[1]"])
def test_other_ways_to_mark(laid_out: Laid, mark: str) -> None:
    label = "[1] " if mark == "[1]" else "¹ "
    document = laid_out(f"Le rapport{mark} est paru. Il pèse 3 m² de papier.\n\n{label}AUTEUR (2020). Titre, 12 p.")
    assert document.text.startswith("Le rapport est paru. Il pèse 3 m² de papier.")
    assert document.blocks[0].notes == ("AUTEUR (2020). Titre, 12 p.",)


def test_numbering_that_starts_again_on_each_page(laid_out: Laid) -> None:
    page = "Le rapport{n}1 est paru cette année, et chacun l’a lu.\n\n1.\tAUTEUR {n} (2020). Titre, 12 p."
    document = laid_out("\f".join(page.format(n=n) for n in "abcd"))
    body = [b for b in document.blocks if b.kind is BlockKind.PARAGRAPH]
    assert [b.notes for b in body] == [(f"AUTEUR {n} (2020). Titre, 12 p.",) for n in "abcd"]
