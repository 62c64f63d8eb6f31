"""What the model is given to read: each sentence once, under its document and its headings, and nothing for nothing."""

from __future__ import annotations

from collections.abc import Sequence

from sourcier.app.answering.evidence import Unit, near_the_best
from sourcier.app.answering.prompt import extracts
from sourcier.core.types import Hit, Metadata, Passage


def unit(
    text: str, section: Sequence[str] = (), *, title: str = "Plateforme", document: str = "d", score: float = 1.0
) -> Unit:
    passage = Passage("p", document, 0, len(text), text, section=tuple(section))
    return Unit(
        Hit(1, 0.9, passage, f"{document}.md", Metadata(title=title)), 0, len(text), text, 0, ((0, len(text)),), score
    )


def test_a_title_is_read_once_in_a_row_of_its_documents_passages() -> None:
    read = extracts(
        [
            unit("Une loi.", ["Axe 1", "Demandes"]),
            unit("Une autorité.", ["Axe 1", "Demandes"]),
            unit("Des normes.", ["Axe 2"]),
            unit("Un atelier.", ["Bilan"], title="Villes", document="e"),
            unit("Une charte.", ["Axe 3"]),
        ]
    )
    assert read.splitlines() == [
        "Plateforme › Axe 1 › Demandes",
        "- Une loi.",
        "- Une autorité.",
        "› Axe 2",
        "- Des normes.",
        "Villes › Bilan",
        "- Un atelier.",
        "Plateforme › Axe 3",
        "- Une charte.",
    ]


def test_a_heading_that_repeats_the_title_is_not_read() -> None:
    assert extracts([unit("Une loi.", ["PLATEFORME"])]).splitlines()[0] == "Plateforme"


def test_of_a_long_path_the_document_and_the_nearest_heading_stay() -> None:
    path = [f"Partie {number} : {'x' * 40}" for number in range(4)]
    (heading, _) = extracts([unit("Une loi.", path)]).splitlines()
    assert heading.startswith("Plateforme › ") and heading.endswith(path[-1]) and path[0] not in heading


def test_what_fits_much_less_than_the_best_is_not_near_it() -> None:
    ranked = [unit(str(score), score=score) for score in (0.9, 0.7, 0.61, 0.5, 0.2)]
    assert [one.score for one in near_the_best(ranked)] == [0.9, 0.7, 0.61]
    assert near_the_best([]) == []
