"""Papers of a kit: whole, numbered alike, in minutes that add up, and with no answer in what participants are given."""

from __future__ import annotations

import re

import pytest
from tests.workshop.material import ORGANISATION, fact, kit, ours, quote

from sourcier.app.workshop.kit import Brief, Kit, LeftOut, Outline, Pair, Piece, Planned, QuizItem, Slide
from sourcier.app.workshop.papers import FOR_PARTICIPANTS, handouts
from sourcier.app.workshop.papers.blocks import Box, Handout, Heading, Table, Text, words_of
from sourcier.app.workshop.papers.deck import Panel, deck
from sourcier.app.workshop.papers.fit import SMALLEST, Room, fitted, height
from sourcier.app.workshop.papers.quiz import offered
from sourcier.app.workshop.papers.session import proven
from sourcier.app.workshop.papers.typography import typeset


def papers(made: Kit | None = None) -> dict[str, Handout]:
    return {paper.name: paper for paper in handouts(made or kit(), ORGANISATION)}


def said(paper: Handout) -> str:
    return "\n".join(text for block in paper.blocks for text in words_of(block))


def everything(paper: Handout) -> str:
    return "\n".join((paper.title, paper.subject, said(paper), *(note.line() for note in paper.notes)))


def together(text: str) -> str:
    """Without spaces: typography changes them."""
    return re.sub(r"\s+", "", text)


def secrets(made: Kit) -> dict[str, str]:
    """Everything that tells an answer, and what it is."""
    found: dict[str, str] = {}
    for activity in made.activities:
        for step in activity.steps:
            found |= {piece.text: f"expected in {activity.id}" for piece in step.expected}
    for item in made.quiz:
        found |= {item.proof.text: f"proof of {item.id}"}
        found |= {choice.reason.text: f"reason in {item.id}" for choice in item.choices}
        found |= dict.fromkeys(item.answers, f"answer of {item.id}")
    for case in made.cases:
        pieces = (*case.debrief, *((case.trap,) if case.trap else ()))
        found |= {piece.text: f"debrief of {case.id}" for piece in pieces}
    return {together(secret): why for secret, why in found.items()}


def test_the_papers_of_a_whole_kit_are_in_the_order_they_are_used() -> None:
    names = [paper.name for paper in handouts(kit(), ORGANISATION)]
    assert names == ["01-plan-de-seance", "02-guide-d-animation", "03-cahier", "04-quiz", "05-corrige",
                     "06-etudes-de-cas", "07-retour-sur-les-cas", "08-glossaire", "09-ligne-du-temps",
                     "10-lectures-et-sources", "11-limites-et-verification", "12-phrases-ecartees"]  # fmt: skip
    bare = kit(quiz=(), cases=(), glossary=(), timeline=(), left_out=())
    assert [paper.name[:2] for paper in handouts(bare, ORGANISATION)] == ["01", "02", "03", "10", "11"]


@pytest.mark.parametrize("name", sorted(FOR_PARTICIPANTS))
def test_what_participants_are_given_tells_no_answer(name: str) -> None:
    text = together(everything(papers()[name]))
    assert {why for secret, why in secrets(kit()).items() if secret in text} == set()


def test_the_secrets_are_in_what_the_facilitator_is_given() -> None:
    """The test before would pass on empty papers: each secret is somewhere."""
    given = papers()
    told = together("\n".join(everything(given[name]) for name in set(given) - FOR_PARTICIPANTS))
    assert {why for secret, why in secrets(kit()).items() if secret not in told} == set()


def test_slides_show_no_answer_either() -> None:
    shown = "\n".join(
        text
        for panel in deck(kit(), ORGANISATION).panels
        for text in (panel.title, *(line.text for line in panel.lines))
    )
    assert "75\u00a0$" in shown
    assert {why for secret, why in secrets(kit()).items() if secret in together(shown)} == set()
    notes = "\n".join(note for panel in deck(kit(), ORGANISATION).panels for note in panel.notes)
    assert "Réponse\u00a0: B. 55\u00a0$" in notes


def test_the_quiz_marks_no_choice() -> None:
    """Neither a style nor a note tells the right one."""
    paper = papers()["04-quiz"]
    assert paper.notes == ()
    spans = [span for block in paper.blocks if isinstance(block, Text | Heading) for span in block.spans]
    assert not any(span.note or span.strong for span in spans)


def test_the_agenda_adds_up_and_follows_itself() -> None:
    [table] = [block for block in papers()["01-plan-de-seance"].blocks if isinstance(block, Table)]
    rows = [["".join(words_of(text)[0] for text in cell) for cell in row] for row in table.rows]
    minutes = [int(row[1].split("\u00a0")[0]) for row in rows]
    assert sum(minutes[:-1]) == minutes[-1] == kit().outline.minutes == kit().brief.minutes
    ends = [re.split(" – ", row[0]) for row in rows[:-1]]
    assert ends[0][0] == "0\u00a0h\u00a000" and ends[-1][1] == "1\u00a0h\u00a030"
    assert [end for _, end in ends[:-1]] == [begin for begin, _ in ends[1:]]
    assert "3 activités sur 5 demandent plus que comprendre\u00a0: 58 minutes sur 80" in said(
        papers()["01-plan-de-seance"]
    )


def test_guide_and_booklet_number_alike() -> None:
    given = papers()
    titles = {
        name: [words_of(block)[0] for block in given[name].blocks if isinstance(block, Heading)] for name in given
    }
    guide = [title for title in titles["02-guide-d-animation"] if title.startswith("Activité")]
    booklet = [title for title in titles["03-cahier"] if title.startswith("Activité")]
    assert len(guide) == 6
    assert booklet == [title for title in guide if "Pause" not in title]
    exercises = {title.removeprefix("Exercice ") for title in titles["03-cahier"] if title.startswith("Exercice")}
    assert exercises == {"1.1", "2.1", "2.2", "4.1", "6.1"}
    told = re.findall(r"exercice ([\d., ]+)\.", said(given["02-guide-d-animation"]))
    assert {number for line in told for number in line.split(", ")} == exercises


@pytest.mark.parametrize("name", [paper.name for paper in handouts(kit(), ORGANISATION)])
def test_every_note_called_is_there_once_and_in_order(name: str) -> None:
    paper = papers()[name]
    calls = []
    for block in paper.blocks:
        cells = [text for row in block.rows for cell in row for text in cell] if isinstance(block, Table) else []
        texts = [block] if isinstance(block, Text) else cells
        calls += [span.note for text in texts for span in text.spans if span.note]
        calls += [span.note for item in getattr(block, "items", ()) for span in item if span.note]
    assert list(dict.fromkeys(calls)) == [note.number for note in paper.notes]
    assert len({note.quote for note in paper.notes}) == len(paper.notes)


def test_every_fact_of_a_paper_calls_the_notes_of_its_sources() -> None:
    made = kit()
    for name, pieces in (("05-corrige", [choice.reason for item in made.quiz for choice in item.choices]),
                         ("07-retour-sur-les-cas", [piece for case in made.cases for piece in case.debrief])):  # fmt: skip
        paper = papers()[name]
        texts = [text for block in paper.blocks if isinstance(block, Table) for row in block.rows for cell in row
                 for text in cell] + [block for block in paper.blocks if isinstance(block, Text)]  # fmt: skip
        for piece in pieces:
            [shown] = [text for text in texts if text.spans[0].text == piece.text]
            quotes = [paper.notes[span.note - 1].quote for span in shown.spans if span.note]
            assert len(quotes) == len(piece.sources)
            assert all(made.sources[n - 1].quote in quote for n, quote in zip(piece.sources, quotes, strict=True))


def test_a_source_that_the_kit_lacks_is_said_to_be_missing() -> None:
    broken = kit(sources=kit().sources[:3])
    assert "[source S4 introuvable]" in said(papers(broken)["07-retour-sur-les-cas"])


def test_boxed_quotes_are_the_words_themselves_with_their_place() -> None:
    boxes = [block for block in papers()["03-cahier"].blocks if isinstance(block, Box)]
    assert [words_of(box)[0] for box in boxes] == ["Extrait S4", "Extrait S6"]
    assert kit().sources[3].quote in words_of(boxes[0])[1]
    assert words_of(boxes[0])[2] == f"Convention collective 2024-2028, art. 12.03, {ORGANISATION}, 2024"


def test_all_that_is_proven_is_counted() -> None:
    pieces = proven(kit())
    facts = sum(piece.kind == "fact" for piece in pieces)
    assert f"{facts}. Citations mot pour mot\u00a0: {len(pieces) - facts}. Sources distinctes\u00a0: 7." in said(
        papers()["01-plan-de-seance"]
    )


def test_what_was_left_out_is_told_where_and_why() -> None:
    more = LeftOut(part="C2", text="Une autre.", reason="name")
    paper = papers(kit(left_out=(*kit().left_out, more)))["12-phrases-ecartees"]
    [table] = [block for block in paper.blocks if isinstance(block, Table)]
    rows = [[words_of(cell[0])[0] for cell in row] for row in table.rows]
    assert rows[0][0].startswith("Activité 2 – Chercher") and rows[0][2].startswith("La source parle")
    assert rows[1][0] == "Question 9" and "nombre" in rows[1][2]
    assert rows[2][0] == "Cas 2"


def test_in_english_every_paper_is_in_english() -> None:
    given = papers(kit(brief=Brief(theme="telework", language="en")))
    assert given["02-guide-d-animation"].title == "Facilitator's guide"
    assert given["02-guide-d-animation"].locale == "en-CA"
    assert "Expected answers:" in said(given["02-guide-d-animation"])


def test_pairs_are_never_offered_in_front_of_their_own() -> None:
    item = next(item for item in kit().quiz if item.kind == "match")
    assert sorted(offered(item)) == sorted(pair.right.text for pair in item.pairs)
    sorted_already = QuizItem(id="Q", kind="match", stem="?", bloom="apply", proof=fact("x", 1), support=1,
                              pairs=(Pair(left="1", right=fact("a", 1)), Pair(left="2", right=fact("b", 1))))  # fmt: skip
    assert offered(sorted_already) == ["b", "a"]


def test_a_quote_in_lines_stays_in_lines() -> None:
    listed = Piece(kind="quote", text="Trois demandes :\nla première;\nla seconde.", sources=(1,), support=1)
    case = kit().cases[0].model_copy(update={"debrief": (listed,)})
    paper = papers(kit(cases=(case,)))["07-retour-sur-les-cas"]
    quotes = [block for block in paper.blocks if isinstance(block, Text) and block.look == "quote"]
    assert [words_of(block)[0] for block in quotes] == ["«\u00a0Trois demandes :", "la première;", "la seconde.\u00a0»"]
    assert [span.note for block in quotes for span in block.spans if span.note] == [1]


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ('Que veut dire "motiver"?', "Que veut dire «~motiver~»?"),
        ("« deux »et «trois»", "«~deux~»et «~trois~»"),
        ("Un délai : 10 000 $ et 5 %", "Un délai~: 10~000~$ et 5~%"),
        ("Vraiment ? Oui ! Bien ; voilà", "Vraiment~? Oui~! Bien~; voilà"),
        ("le 1er juin 2026, M. Roy, art. 12, à 9 h 05", "le 1er~juin 2026, M.~Roy, art.~12, à 9~h 05"),
        ("12:30 et https://a.example/x?y=1", "12:30 et https://a.example/x?y=1"),
    ],
)
def test_french_typography(typed: str, printed: str) -> None:
    assert typeset(typed, "fr") == printed.replace("~", "\u00a0")
    assert typeset(typed, "en") == typed
    assert typeset(typeset(typed, "fr"), "fr") == typeset(typed, "fr")


def test_the_words_of_a_source_are_never_respaced() -> None:
    words = 'Délai : "10 jours" ?'
    source = kit().sources[0].model_copy(update={"quote": words, "end": kit().sources[0].start + len(words)})
    made = kit(sources=(source, *kit().sources[1:]))
    [note] = [note for note in papers(made)["05-corrige"].notes if note.quote.startswith("S1 ")]
    assert note.quote == f"S1 «\u00a0{words}\u00a0»"


ROOM, TITLE = Room(700, 260, 24, 10, 30), Room(700, 80, 30, 0, 0)


@pytest.mark.parametrize(
    "text",
    ["Court.", "Une phrase assez longue pour la page. " * 40, "mot " * 2000, "x" * 5000, "漢字" * 700,
     "Une seule phrase sans aucun point qui dure et qui dure encore " * 30],
)  # fmt: skip
def test_slides_hold_all_of_a_text_and_never_more_than_they_can(text: str) -> None:
    slide = Slide(title="Titre", pieces=(ours("instruction", text), quote(4)))
    activity = kit().activities[1].model_copy(update={"slides": (slide,)})
    panels = deck(kit(activities=(activity,)), ORGANISATION).panels
    [panel] = [panel for panel in panels if panel.title == "Titre"]
    slides = fitted(panel, ROOM, TITLE)
    assert all(sum(height(line, ROOM) for line in one.lines) <= ROOM.height for one in slides)
    words = "".join(line.text.strip("… ") for one in slides for line in one.lines)
    assert re.sub(r"\s", "", words) == re.sub(r"\s", "", text + f"«{quote(4).text}»")
    assert ROOM.size >= SMALLEST
    if len(slides) > 1:
        assert [one.title for one in slides] == [f"Titre ({i}/{len(slides)})" for i in range(1, len(slides) + 1)]


def test_a_title_too_long_is_whole_in_the_text() -> None:
    long = "Un titre qui ne finit jamais, " * 12
    [slide] = fitted(Panel("content", long.strip()), ROOM, TITLE)
    assert slide.title.endswith(" …") and len(slide.title) < len(long)
    assert slide.lines[0].text == long.strip()


def test_a_long_agenda_takes_several_slides() -> None:
    planned = [Planned(id=f"A{i}", kind="discover", title=f"Partie {i} " + "longue " * 12, minutes=5, bloom="apply")
               for i in range(1, 31)]  # fmt: skip
    made = kit(outline=Outline(title="T", objectives=(), activities=tuple(planned)), activities=())
    [agenda] = [panel for panel in deck(made, ORGANISATION).panels if panel.kind == "table"]
    slides = fitted(agenda, ROOM, TITLE)
    assert len(slides) > 3
    assert [row for one in slides for row in one.rows] == list(agenda.rows)


def test_each_slide_that_states_something_says_where_it_is_from() -> None:
    made = kit()
    shown = {slide.title: slide for panel in deck(made, ORGANISATION).panels for slide in fitted(panel, ROOM, TITLE)}
    assert shown["Une affirmation, une preuve"].foot == "S1 Guide du télétravail, Allocation"
    assert shown["Bienvenue"].foot == ""
    cited = {slide.foot for title, slide in shown.items() if title.startswith("Demander, répondre, motiver")}
    assert cited == {"S4 Convention collective 2024-2028, art. 12.03"}
    notes = "\n".join(note for slide in shown.values() for note in slide.notes)
    assert made.sources[3].quote in notes


def test_a_slide_names_the_sources_of_what_it_shows_and_only_their_numbers_where_they_are_many() -> None:
    sources = tuple(
        one.model_copy(update={"section": None, "clause": "article " + "long " * 12}) for one in kit().sources
    )
    slide = Slide(title="Titre", pieces=tuple(fact("Un fait court.", number) for number in (1, 2, 3, 4)))
    activity = kit().activities[1].model_copy(update={"slides": (slide,)})
    panels = deck(kit(activities=(activity,), sources=sources), ORGANISATION).panels
    [panel] = [panel for panel in panels if panel.title == "Titre"]
    [whole] = fitted(panel, ROOM, TITLE)
    assert whole.foot == "S1, S2, S3, S4 – sources complètes dans les notes"
    parts = fitted(panel, Room(700, 45, 24, 10, 30), TITLE)
    assert [part.foot.split()[0] for part in parts] == ["S1", "S2", "S3", "S4"]
