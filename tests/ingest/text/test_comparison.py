"""How a canonical text is compared to its source: each difference has its name, and one without a name is shown."""

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sourcier.core.types import BlockKind, Metadata
from sourcier.ingest.alignment import common_runs, left_over
from sourcier.ingest.assembly import assemble
from sourcier.ingest.comparison import Change, Comparison, compare
from sourcier.ingest.drafts import Draft, Dropped, Reading
from sourcier.ingest.limits import Limits
from sourcier.ingest.readers import markdown, plain

SOURCE = """\
Rapport annuel

Le syndicat négocie depuis longtemps les conditions technolo-
giques du travail, et le règlement1 en parle. La loi C-272 aussi.

• Un point
• Un autre\u200b point

1.\t UNION (2024). Règlement (UE) 2024/1689, [En ligne]. [exemple.org/
reglement].

2.\t CANADA (2022). Projet de loi C-27, [En ligne], 12 p.

https://exemple.org/reglement
\fRapport annuel

La suite se lit sans peine sur la page suivante, avec **un mot en gras** au milieu.

2
\fRapport annuel

Une troisième page finit le texte, comme prévu.

2601-18      D14551

Partager
"""


def compared(source: str, reading: Reading | None = None, canonical: str | None = None) -> Comparison:
    reading = reading or plain.read_text(source)
    document = assemble(reading, document_id="0" * 16, path="x", metadata=Metadata(title="x"))
    if canonical is not None:
        document = replace(document, text=canonical, blocks=())
    return compare(source, document, reading.dropped)


def pairs(changes: list[Change]) -> list[tuple[str, str]]:
    return [(change.before, change.after) for change in changes]


def test_every_difference_has_its_name() -> None:
    found = compared(SOURCE)
    assert pairs(found.rejoined) == [
        ("technolo- giques", "technologiques"),
        ("[exemple.org/ reglement].", "[exemple.org/reglement]."),
    ]
    assert pairs(found.marks) == [("règlement1", "règlement"), ("C-272", "C-27")]
    assert [mark.note[:8] for mark in found.marks] == ["1. UNION", "2. CANAD"]
    assert [mark.line for mark in found.marks] == [4, 4]
    left = [(one.why, " ".join(one.text.split()), one.page) for one in found.left_out]
    assert sorted(one for one in left if one[0] != "markup") == sorted(
        [
            ("furniture", "Rapport annuel", 1),
            ("furniture", "Rapport annuel", 2),
            ("furniture", "Rapport annuel", 3),
            ("furniture", "https://exemple.org/reglement", 1),
            ("furniture", "2", 2),
            ("print_mark", "2601-18 D14551", 3),
            ("navigation", "Partager", 3),
        ]
    )
    assert sorted(one[1] for one in left if one[0] == "markup") == ["**", "**", "•", "•"]
    assert [finding.key for finding in found.characters] == ["finding.invisible"]
    assert [text[:8] for text in found.moved] == ["1. UNION", "2. CANAD"]
    assert found.other == [] and found.added == 0


def test_what_was_lost_or_changed_without_a_reason_is_shown() -> None:
    source = "Un premier paragraphe de quelques mots.\n\nLa prime est de 12 $ par jour.\n\nUn dernier pour la route."
    for canonical, change in (
        (source.replace("12 $", "15 $"), Change("12", "15", 3)),
        (source.replace("La prime est de 12 $ par jour.\n\n", ""), Change("La prime est de 12 $ par jour.", "", 3)),
        (source.replace(" $", ""), Change("$", "", 3)),
        (source + "\n\nUn ajout de notre part.", Change("", "Un ajout de notre part.", 5)),
        (source.replace("premier", "premi"), Change("premier", "premi", 1)),
    ):
        assert compared(source, canonical=canonical).other == [change]


def test_a_reason_serves_once() -> None:
    source = "Un mot- coupé et un autre mot- coupé dans le texte."
    reading = Reading(plain.read_text(source).drafts, dropped=(Dropped("hyphen", "-"),))
    found = compared(source, reading, canonical="Un motcoupé et un autre motcoupé dans le texte.")
    assert pairs(found.rejoined) == [("mot- coupé", "motcoupé")]
    assert pairs(found.other) == [("mot- coupé", "motcoupé")]


def test_a_block_that_moved_is_named() -> None:
    parts = [
        f"Le paragraphe numéro {number} parle de la clause {number * 7} et de rien d’autre." for number in range(9)
    ]
    moved = [*parts[:2], *parts[3:], parts[2]]
    source = "\n\n".join(parts)
    reading = plain.read_text("\n\n".join(moved))
    document = assemble(reading, document_id="0" * 16, path="x", metadata=Metadata(title="x"))
    found = compare(source, document, ())
    assert found.moved == [parts[2]] and found.other == []


def test_markdown_signs_are_accounted_for() -> None:
    source = (
        "---\ntitle: Fiche\nkind: sheet\n---\n# Fiche\n\nUn mot **gras** et un [lien](https://exemple.org/a).[^1]\n\n"
        "| `a` | b |\n|---|---|\n| 1 | |\n\n```toml\nx = 1\n```\n\n[docs/a.md](docs/a.md).\n\n[^1]: Une source, 2024.\n"
    )
    reading = markdown.read(source.encode(), limits=Limits())
    found = compared(markdown.source_text(source.encode(), limits=Limits()), reading)
    assert found.other == []
    assert [change.before.split()[0] for change in found.marks] == ["[lien](https://exemple.org/a).[^1]"]
    assert ("note", "[^1]: Une source, 2024.") in [(one.why, one.text.strip()) for one in found.left_out]


def test_bars_that_keep_cells_apart_are_counted() -> None:
    reading = Reading((Draft(BlockKind.TABLE, "Poste | Taux"), Draft(BlockKind.TABLE, "Commis | 22,50")))
    found = compared("Poste Taux\nCommis 22,50", reading)
    assert found.added == 2 and found.other == []


@settings(max_examples=200, derandomize=True, deadline=None)
@given(st.lists(st.sampled_from("abcdef")), st.lists(st.sampled_from("abcdef")))
def test_runs_are_common_and_in_order(a: list[str], b: list[str]) -> None:
    at = (0, 0)
    for run in common_runs(a, b):
        assert run.size > 0 and run.a >= at[0] and run.b >= at[1]
        assert a[run.a : run.a + run.size] == b[run.b : run.b + run.size]
        at = run.a + run.size, run.b + run.size
    assert sum(run.size for run in common_runs(a, a)) == len(a)


def test_long_texts_are_compared_in_time_that_grows_with_them() -> None:
    rng = random.Random(7)
    words = [f"m{rng.randrange(5000)}" for _ in range(100_000)]
    changed = [word for word in words if rng.random() > 0.002]
    assert sum(run.size for run in common_runs(words, changed)) > 0.999 * len(changed)
    # Nothing but repeated words: no anchor, and no hang either.
    assert common_runs(["a", "b"] * 50_000, ["b", "b", "a"] * 30_000) is not None


@pytest.mark.parametrize("piece", ["1.\tNote (2020), 1 p.\n\nmot1\n\n", "**a** ", "techno- logie ", "• a\n", "a\n\f"])
def test_no_text_takes_for_ever(piece: str) -> None:
    # What grows with the square of the length would not come back.
    assert compared(piece * 5_000) is not None


@pytest.mark.parametrize(
    "piece", ["x <!-- ", "](a ", '[a](b "c ', "<b ", "[^a] ", "[^a]: b\n", "> ", "| a ", "```\n", "![a"]
)
def test_no_markdown_takes_for_ever(piece: str) -> None:
    assert markdown.read((piece * 10_000).encode(), limits=Limits()).drafts is not None


@pytest.mark.parametrize(
    ("before", "after", "lost"),
    [
        ("technolo-giques", "technologiques", ["-"]),
        ("**gras**", "gras", ["**", "**"]),
        ("règlement1,", "règlement,", ["1"]),
        ("même", "même", []),
        ("mot", "", ["mot"]),
        ("mot", "mots", None),
        ("", "x", None),
    ],
)
def test_what_is_left_over(before: str, after: str, lost: list[str] | None) -> None:
    assert left_over(before, after) == lost
