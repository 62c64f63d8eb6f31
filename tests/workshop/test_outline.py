"""An outline adds up to the minute, asks for more than to understand, and survives being edited in a file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some
from tests.workshop.material import TOPICS, fact

from sourcier.app.workshop.asked import LONGEST, SHORTEST, check_brief
from sourcier.app.workshop.gather import Gathered
from sourcier.app.workshop.kit import Brief, Objective, Outline, Planned, Topic
from sourcier.app.workshop.outline import ABOVE, check_outline, draft_outline, objectives_for, presented, share_above
from sourcier.app.workshop.outline_file import outline_text, read_outline
from sourcier.app.workshop.standalone import shortened
from sourcier.app.workshop.verbs import bloom_of
from sourcier.core.errors import UsageError


def gathered(count: int, *, overview: bool = False) -> Gathered:
    topics = tuple(
        Topic(id=f"T{n}", title=f"Sujet « {n} »", facts=(fact("Un.", 1), fact("Deux.", 2))) for n in range(1, count + 1)
    )
    return Gathered(topics, overview, ("a.md",))


BRIEFS = some.builds(
    Brief,
    theme=some.just("le télétravail"),
    minutes=some.integers(SHORTEST, LONGEST),
    level=some.sampled_from(["beginner", "intermediate", "advanced"]),
    group_size=some.integers(2, 400),
    language=some.sampled_from(["fr", "en"]),
)


@given(brief=BRIEFS, count=some.integers(1, 8), overview=some.booleans())
def test_any_session_adds_up_and_asks_for_more_than_to_understand(brief: Brief, count: int, overview: bool) -> None:
    outline = draft_outline(brief, gathered(count, overview=overview))
    assert outline.minutes == brief.minutes
    assert share_above(outline.activities) >= ABOVE
    kinds = [planned.kind for planned in outline.activities]
    assert kinds[0] == "opening"
    assert kinds[-1] in {"closing", "commit"}
    assert "detective" in kinds
    assert len({planned.id for planned in outline.activities}) == len(kinds)
    assert all(planned.minutes <= 90 for planned in outline.activities)
    check_outline(outline, brief, gathered(count).topics)


@given(minutes=some.integers(91, LONGEST), count=some.integers(1, 8))
def test_nobody_works_more_than_ninety_minutes_and_an_activity_without_a_break(minutes: int, count: int) -> None:
    outline = draft_outline(Brief(theme="x", minutes=minutes), gathered(count))
    stretch = longest = 0
    for planned in outline.activities:
        stretch = 0 if planned.kind == "break" else stretch + planned.minutes
        longest = max(longest, stretch)
    assert longest <= 130
    assert outline.activities[0].kind != "break"
    assert outline.activities[-1].kind != "break"


def test_up_to_ninety_minutes_have_no_break_and_a_day_has_a_meal() -> None:
    assert "break" not in [p.kind for p in draft_outline(Brief(theme="x", minutes=90), gathered(3)).activities]
    day = draft_outline(Brief(theme="x", minutes=420), gathered(6))
    assert [p.title for p in day.activities if p.kind == "break" and p.minutes >= 60] == ["Repas"]


def test_an_assembly_sorts_nothing_and_a_whole_document_is_read_whole_first() -> None:
    outline = draft_outline(Brief(theme="présentation", minutes=180, group_size=200), gathered(6, overview=True))
    assert not {"sort", "debate"} & {planned.kind for planned in outline.activities}
    first = next(planned for planned in outline.activities if planned.kind == "discover")
    assert first.topic is None


def test_objectives_are_the_trainers_own_where_she_has_some() -> None:
    brief = Brief(theme="x", goals=("Nommer trois droits", "Défendre une position devant le comité", " "))
    found = objectives_for(brief, draft_outline(brief, gathered(2)).activities, gathered(2).topics)
    assert found == (
        Objective(text="Nommer trois droits", bloom="remember"),
        Objective(text="Défendre une position devant le comité", bloom="evaluate"),
    )
    proposed = draft_outline(Brief(theme="x", minutes=180), gathered(4)).objectives
    assert {"understand", "analyse", "create"} <= {one.bloom for one in proposed}
    assert all(bloom_of(one.text, "fr") == one.bloom for one in proposed)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_proposed_objective_starts_with_a_verb_of_its_level(language: str) -> None:
    brief = Brief.model_validate({"theme": "x", "minutes": 300, "language": language})
    for objective in draft_outline(brief, gathered(5)).objectives:
        assert bloom_of(objective.text, brief.language) == objective.bloom, objective.text


def test_an_outline_read_back_is_the_one_that_was_written(tmp_path: Path) -> None:
    brief = Brief(
        theme='le "télétravail" \\ et \u2028 la vie', minutes=90, goals=("Nommer\nles droits",), audience="membres"
    )
    outline = draft_outline(brief, gathered(3))
    file = tmp_path / "plan.toml"
    file.write_text(outline_text(brief, outline, gathered(3).topics), encoding="utf-8")
    assert read_outline(file) == (brief, outline)


def edited(tmp_path: Path, change: str, into: str) -> Path:
    brief = Brief(theme="le télétravail", minutes=90)
    outline = Outline(
        title="Télétravail",
        objectives=(),
        activities=(
            Planned(id="A1", kind="opening", title="Accueil", minutes=40, bloom="remember"),
            Planned(id="A2", kind="debate", title="Débat", minutes=50, bloom="evaluate", topic="T1"),
        ),
    )
    text = outline_text(brief, outline, TOPICS)
    assert change in text
    file = tmp_path / "plan.toml"
    file.write_text(text.replace(change, into), encoding="utf-8")
    return file


def followed(file: Path) -> None:
    brief, outline = read_outline(file)
    check_outline(outline, brief, TOPICS)


@pytest.mark.parametrize(
    ("change", "into", "said"),
    [
        ("minutes = 50", "minutes = 60", r"100 minutes et la séance 90 : retirez 10 minutes"),
        ("minutes = 50", "minutes = 45", r"85 minutes et la séance 90 : il en reste 5"),
        ('id = "A2"', 'id = "A1"', "Deux activités s’appellent A1"),
        ('topic = "T1"', 'topic = "T9"', "Le sujet T9 n’existe pas. Sujets connus : T1, T2"),
        ('kind = "debate"', 'kind = "dance"', r"\[\[activity\]\] n° 2 : « kind » vaut dance"),
        ("minutes = 50", "minutes = 0", r"\[\[activity\]\] n° 2 : la valeur de « minutes »"),
        ("minutes = 50", "minute = 50", r"\[\[activity\]\] n° 2 : "),
        ('title = "Débat"', "title = ", "pas du TOML bien écrit"),
        ("[brief]", "[bref]", "n’est pas un plan d’atelier"),
    ],
)
def test_a_mistake_in_an_edited_outline_is_one_clear_sentence(
    tmp_path: Path, change: str, into: str, said: str
) -> None:
    file = edited(tmp_path, change, into)
    with pytest.raises(UsageError, match=said):
        followed(file)


def test_an_activity_that_is_added_needs_no_id_and_one_that_is_dropped_leaves_the_others_theirs(tmp_path: Path) -> None:
    file = edited(tmp_path, 'id = "A1"\nkind = "opening"', 'kind = "opening"')
    _, outline = read_outline(file)
    assert [planned.id for planned in outline.activities] == ["A1", "A2"]
    file.write_text(re.sub(r'\[\[activity\]\]\nkind = "opening".*?\n\n', "", file.read_text(), flags=re.DOTALL))
    _, outline = read_outline(file)
    assert [planned.id for planned in outline.activities] == ["A2"]


def test_an_outline_that_is_no_file_or_has_nothing_in_it_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="ne peut pas être lu"):
        read_outline(tmp_path / "none.toml")
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match="TOML"):
        read_outline(tmp_path / "bytes.toml")
    pause = Planned(id="A1", kind="break", title="Pause", minutes=90, bloom="remember")
    with pytest.raises(UsageError, match="aucune activité"):
        check_outline(Outline(title="x", objectives=(), activities=(pause,)), Brief(theme="x"), ())


@pytest.mark.parametrize("minutes", [0, -5, 14, 481, 2400])
def test_a_length_that_is_no_session_is_refused_in_one_sentence(minutes: int) -> None:
    with pytest.raises(UsageError, match=r"15 à 480 minutes"):
        check_brief(Brief(theme="x", minutes=minutes))


def test_a_brief_without_theme_or_document_or_with_a_group_of_nobody_is_refused() -> None:
    with pytest.raises(UsageError, match="thème"):
        check_brief(Brief(theme="  "))
    with pytest.raises(UsageError, match="0 personnes"):
        check_brief(Brief(theme="x", group_size=0))
    with pytest.raises(UsageError, match="5000 caractères"):
        check_brief(Brief(theme="x" * 5000))


LONG = "Rehausser les compétences en technologies de l’information dans les services publics et cesser la sous-traitance au privé qui coûte cher"


def test_a_long_heading_is_cut_where_what_is_left_says_something() -> None:
    assert shortened("L’allocation de télétravail") == "L’allocation de télétravail"
    assert shortened(LONG) == "Rehausser les compétences en technologies de l’information…"
    clause = "L’allocation de télétravail : qui y a droit, combien elle vaut et quand elle est versée chaque année"
    assert shortened(clause) == "L’allocation de télétravail…"
    quoted = (
        "Que le gouvernement adopte dans les plus brefs délais une loi sur « l’intelligence artificielle » au travail"
    )
    assert shortened(quoted) == "Que le gouvernement adopte dans les plus brefs délais une loi…"


@given(some.text(alphabet="abcdé «»():,;.’- \u00a0", min_size=1, max_size=200))
def test_a_title_is_never_long_and_begins_as_its_heading_does(heading: str) -> None:
    cut = shortened(heading)
    assert len(cut) <= 75
    assert heading.startswith(cut.removesuffix("…").removesuffix("\u00a0»"))


def test_objectives_and_agenda_name_a_long_heading_in_short() -> None:
    topics = tuple(Topic(id=f"T{n}", title=f"{n} {LONG}", facts=TOPICS[0].facts) for n in (1, 2))
    outline = draft_outline(Brief(theme="numérique", minutes=90), Gathered(topics, overview=False, paths=("a.md",)))
    named = [one.text for one in outline.objectives if "Rehausser" in one.text]
    assert named
    for text in [*named, *(one.title for one in outline.activities)]:
        assert "services publics" not in text


@pytest.mark.parametrize(
    ("theme", "about"),
    [
        ("présentation de la plateforme", "la plateforme"),
        ("Survol du programme", "le programme"),
        ("aperçu des revendications ", "les revendications"),
        ("Présentation d’un outil", "un outil"),
        ("la présentation de la plateforme", "la présentation de la plateforme"),
        ("surveillance au travail", "surveillance au travail"),
        ("présentation", "présentation"),
        ("", ""),
    ],
)
def test_what_is_presented_is_the_subject_of_the_objectives(theme: str, about: str) -> None:
    assert presented(theme) == about
