from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sourcier.core.types import Document, Metadata
from sourcier.ingest.assembly import assemble
from sourcier.ingest.drafts import Reading
from sourcier.ingest.layout.losses import Losses
from sourcier.ingest.layout.words import KnownWords
from sourcier.ingest.readers.plain import blocks_of

Laid = Callable[[str], Document]


def blocks(document: Document) -> list[tuple[str, int, str]]:
    return [(b.kind.value, b.level, document.text[b.start : b.end]) for b in document.blocks]


def test_wrapped_lines_are_joined(laid_out: Laid) -> None:
    text = (
        "Le comité se réunit chaque mois pour examiner les besoins technolo-\ngiques des établissements et en faire rapport au\n"
        "conseil, qui décide peut-\nêtre de la suite à donner aux demandes reçues.\n\nLe second paragraphe commence ici."
    )
    [(_, _, first), (_, _, second)] = blocks(laid_out(text))
    assert "besoins technologiques des établissements et en faire rapport au conseil, qui décide peut-être de" in first
    assert second == "Le second paragraphe commence ici."


def test_short_lines_stay_lines(laid_out: Laid) -> None:
    text = "Personne à joindre\nLouise Roy, conseillère\n514 555-0199\n\nUn paragraphe entier tient sur sa ligne, sans retour."
    assert blocks(laid_out(text))[0] == ("paragraph", 0, "Personne à joindre\nLouise Roy, conseillère\n514 555-0199")


@pytest.mark.parametrize(
    ("first", "second", "joined"),
    [
        ("les données compi-", "lées ici", "les données compilées ici"),
        ("la main-", "d’œuvre", "la main-d’œuvre"),
        ("c’est-à-", "dire", "c’est-à-dire"),
        ("les sous-", "traitants", "les sous-traitants"),
        ("au Bas-", "Canada", "au Bas-Canada"),
        ("le bien-", "fondé", "le bien-fondé"),
        ("voir exemple.org/mes-", "pages", "voir exemple.org/mes-pages"),
        ("dit-", "il", "dit-il"),
        ("justi-", "ce", "justice"),
        ("un mot -", "incise", None),
    ],
)
def test_words_cut_at_line_ends(first: str, second: str, joined: str | None) -> None:
    assert KnownWords(["le bien-fondé qu’il dit"]).joined(first, second) == joined


def test_words_parted_by_a_lost_line_end() -> None:
    words = KnownWords(["les données compilées", "le sous sol et la qualification"])
    losses = Losses()
    assert words.mended("compi- lées et propaga- tion", losses) == "compilées et propagation"
    assert [dropped.why for dropped in losses] == ["hyphen", "hyphen"]
    assert words.mended("la sous- et surqualification", losses) == "la sous- et surqualification"
    assert words.mended("sous- qualification", losses) == "sous- qualification"
    assert len(list(losses)) == 2


DEMANDS = """\
 Introduction 
Le syndicat présente ici son programme, qui tient en deux axes et quelques demandes précises. Il a été adopté par 
l’assemblée générale :

1.  Protéger les emplois

2.  Former tout le monde
 1.  Protéger les emplois
L’automatisation menace certains postes de travail, et les personnes qui les occupent doivent être protégées par 
la convention.

•\t Interdire la surveillance continue du personnel dans les lieux de travail et dans les 
véhicules

Le syndicat demande que la convention interdise les caméras dirigées vers le personnel, sauf exception prévue par 
la loi.

•\t Créer un comité paritaire

Le comité examinerait chaque projet avant son implantation, avec les personnes touchées et leurs représentants.
 2.  Former tout le monde
La formation doit être offerte à toutes et à tous, pendant les heures de travail, et payée par l’employeur en 
totalité.
 Annexe I
Liste des demandes du syndicat

1.  Protéger les emplois

•\t Interdire la surveillance continue du personnel dans les lieux de travail et dans les 

véhicules
•\t Créer un comité paritaire

2.  Former tout le monde

•\t Offrir la formation
"""


def test_axes_demands_and_annex(laid_out: Laid) -> None:
    document = laid_out(DEMANDS)
    outline = [(kind, level, text) for kind, level, text in blocks(document) if kind != "paragraph"]
    surveillance = "Interdire la surveillance continue du personnel dans les lieux de travail et dans les véhicules"
    assert outline == [
        ("heading", 1, "Introduction"),
        ("list_item", 0, "1. Protéger les emplois"),
        ("list_item", 0, "2. Former tout le monde"),
        ("heading", 1, "1. Protéger les emplois"),
        ("heading", 2, surveillance),
        ("heading", 2, "Créer un comité paritaire"),
        ("heading", 1, "2. Former tout le monde"),
        ("heading", 1, "Annexe I"),
        ("heading", 2, "Liste des demandes du syndicat"),
        ("heading", 3, "1. Protéger les emplois"),
        ("list_item", 0, surveillance),
        ("list_item", 0, "Créer un comité paritaire"),
        ("heading", 3, "2. Former tout le monde"),
        ("list_item", 0, "Offrir la formation"),
    ]


def test_titles_are_guessed_with_care(laid_out: Laid) -> None:
    prose = "Le conseil a adopté le projet à l’unanimité, après une longue discussion sur ses effets."
    text = f"Un projet pour la région\n\n12 mai 2024\n\n{prose}\n\nLa suite des travaux\n\n{prose}\n\nPartager\n\n{prose}\n\nVoir aussi"
    found = [text for kind, _, text in blocks(laid_out(text)) if kind == "heading"]
    assert found == ["Un projet pour la région", "La suite des travaux"]


def test_lists(laid_out: Laid) -> None:
    text = "Le groupe réunit :\n\n– des élus\n– des experts, dont ceux de la région\n– le public\n\nIl se réunit en mai – ou en juin."
    assert blocks(laid_out(text)) == [
        ("paragraph", 0, "Le groupe réunit :"),
        ("list_item", 0, "des élus"),
        ("list_item", 0, "des experts, dont ceux de la région"),
        ("list_item", 0, "le public"),
        ("paragraph", 0, "Il se réunit en mai – ou en juin."),
    ]
    assert "\ndes experts, dont ceux de la région\nle public\n\nIl" in laid_out(text).text


def test_a_number_that_opens_a_line_is_no_marker(laid_out: Laid) -> None:
    text = "Le tout est prévu par la loi\n25. Bien qu’elle soit rigoureuse, elle ne suffit pas, et\n12 % des gens le disent sans détour à\nqui le demande."
    assert [kind for kind, _, _ in blocks(laid_out(text))] == ["paragraph"]


def test_pages_lose_their_furniture(laid_out: Laid) -> None:
    pages = [
        f"Rapport annuel\n\nLe texte de la page {word} se lit ici et se poursuit\nsans détour jusqu’à la fin.\n\n{number}"
        for number, word in enumerate(("un", "deux", "trois", "quatre"), 1)
    ]
    document = laid_out("\f".join(pages))
    assert "Rapport annuel" not in document.text
    assert [b.page for b in document.blocks] == [1, 2, 3, 4]
    assert not any(document.text[b.start : b.end].isdigit() for b in document.blocks)


def test_residue_and_print_marks() -> None:
    losses = Losses()
    text = "Un texte qui se termine ici, comme prévu.\n\n2501-07      D20111   \n\n\tpage4: \n\tpage5: \n"
    [draft] = blocks_of(text, losses=losses)
    assert draft.text == "Un texte qui se termine ici, comme prévu."
    assert [(dropped.why, dropped.text) for dropped in losses] == [
        ("furniture", "page4:"),
        ("furniture", "page5:"),
        ("print_mark", "2501-07      D20111"),
    ]


def test_stars_of_pasted_pages_go(laid_out: Laid) -> None:
    assert (
        laid_out("Voir le **mode de production** et 2 ** 3, ou a**b**c.").text
        == "Voir le mode de production et 2 ** 3, ou a**b**c."
    )


@given(st.text(alphabet=st.sampled_from(list("aÀ1. \n\t\f•-–:;[]()²’")), max_size=300) | st.text(max_size=300))
def test_blocks_hold_every_visible_character(text: str) -> None:
    document = assemble(Reading(blocks_of(text)), document_id="0" * 16, path="x", metadata=Metadata(title="x"))
    end = 0
    for block in document.blocks:
        assert end <= block.start < block.end <= len(document.text)
        assert not document.text[end : block.start].strip()
        piece = document.text[block.start : block.end]
        assert piece == piece.strip()
        end = block.end
    assert end == len(document.text)


@pytest.mark.parametrize(
    "piece",
    ["a-\n", "1. a\n", "• a\n", "¹", "[1]", "IA3 ", "- ", "a\n\f", "(", "x/\n", "1.\tNote (2020), 1 p.\n\nmot1\n\n"],
)
def test_no_text_is_too_strange(laid_out: Laid, piece: str) -> None:
    # Twenty thousand times each: what grows with the square of the length would not come back.
    assert laid_out(piece * 20_000 + "fin").text
