"""Each family of features on cases small enough to be right by reading them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sourcier.app.answering.verifier import (
    alignment,
    attribution,
    features,
    hedges,
    names,
    numbers,
    order,
    overlap,
    polarity,
    question,
)
from sourcier.app.answering.verifier.selection import candidate_sets, joined, shortlist
from sourcier.app.answering.verifier.text import fold, read, stem

SURVEY = "En 2023, 62 % des personnes sondées utilisaient un outil d'IA au moins une fois par semaine."


def polarity_of(claim: str, text: str) -> polarity.PolarityFeatures:
    mine, theirs = read(claim), read(text)
    return polarity.compare(mine, theirs, alignment.align(mine, theirs))


def hedges_of(claim: str, text: str) -> hedges.HedgeFeatures:
    mine, theirs = read(claim), read(text)
    return hedges.compare(mine, theirs, alignment.align(mine, theirs))


@given(st.text(max_size=200))
def test_tokens_are_where_they_say(text: str) -> None:
    for token in read(text).tokens:
        assert text[token.start : token.end] == token.text


def test_fold_and_stem_bring_spellings_together() -> None:
    assert fold("Œuvre  ÉTÉ\u00a0l’Été") == "oeuvre ete l'ete"
    assert stem(fold("travailleuses")) == stem(fold("travailleuse"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("trois mois", "3 mois"),
        ("1 500 personnes", "1500 personnes"),
        ("1\u202f500 personnes", "mille cinq cents personnes"),
        ("60 millions d'euros", "60 000 000 €"),
        ("4,5 M$", "4,5 millions de dollars"),
        ("77,2 %", "77,2 pour cent"),
        ("quatre-vingt-dix jours", "90 jours"),
        ("la moitié", "50 %"),
        ("le projet de loi C-27", "C-27"),
        ("l'article L. 1222-1", "art. L1222-1"),
        ("le 18 novembre 2024", "2024-11-18"),
        ("la 35e semaine", "la 35ème semaine"),
        ("vingt et une semaines", "21 semaines"),
        ("le 24 juin 2022", "June 24, 2022"),
        ("le 24 juin 2022", "the 24th of June 2022"),
        ("en mai 2024", "in May 2024"),
        ("42,50 $ par mois", "$42.50 per month"),
        ("1 500 $", "$1,500"),
        ("65 semaines", "65 weeks"),
    ],
)
def test_one_figure_in_two_writings(one: str, other: str) -> None:
    (mine,), (theirs,) = numbers.quantities(read(one)), numbers.quantities(read(other))
    assert numbers.match(mine, theirs) == 1.0
    assert numbers.match(theirs, mine) == 1.0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("15 jours", "15 mois"),
        ("24 mois", "25 mois"),
        ("C-27", "C-72"),
        ("18 mai 2024", "18 mai 2023"),
        ("45 %", "4,5 %"),
    ],
)
def test_two_different_figures(one: str, other: str) -> None:
    assert numbers.match(numbers.quantities(read(one))[0], numbers.quantities(read(other))[0]) == 0.0


def test_english_words_that_are_months_too_are_words() -> None:
    assert numbers.quantities(read("They may march. March with us! May we?")) == ()


def test_the_year_of_an_english_sentence_counts_nothing() -> None:
    (found,) = numbers.quantities(read("The bill of 2022 was withdrawn."))
    assert (found.kind, found.date) == ("date", (2022, 0, 0))


def test_a_date_may_be_less_precise_than_its_source_never_more() -> None:
    (precise,), (month,) = numbers.quantities(read("le 18 mai 2024")), numbers.quantities(read("en mai 2024"))
    assert numbers.match(month, precise) == 1.0
    assert numbers.match(precise, month) == 0.0


@given(st.integers(min_value=1000, max_value=999_999_999))
def test_grouped_digits_are_one_number(value: int) -> None:
    for gap in (" ", "\u00a0", "\u202f", "."):
        (found,) = numbers.quantities(read(f"{value:,}".replace(",", gap) + " personnes"))
        assert found.value == value


def test_a_number_is_bound_to_its_neighbours() -> None:
    source = read("Neuf personnes siègent au comité, dont trois viennent des syndicats.")
    right = numbers.compare(read("Neuf personnes siègent au comité."), [source])
    wrong = numbers.compare(read("Trois personnes siègent au comité."), [source])
    assert right.missing == wrong.missing == 0
    assert right.bound > wrong.bound


def test_numbers_missing_and_known_from_the_title_only() -> None:
    assert numbers.compare(read("26 % des personnes"), [read(SURVEY)]).missing == 1
    known = numbers.compare(read("En 2024, on sondait."), [read("On sondait.")], also=["Sondage 2024"])
    assert known.missing == 0


def test_names_and_acronyms() -> None:
    found = [t.text for t in names.names(read("Éric Gingras préside la CSQ. La Centrale est à Montréal."))]
    assert found == ["Éric", "Gingras", "CSQ", "Centrale", "Montréal"]
    assert [t.text for t in names.names(read("The CSQ asks for a law. In Québec, AI is new."))] == [
        "CSQ",
        "Québec",
        "AI",
    ]
    source = [read("La Centrale des syndicats du Québec est présidée par Éric Gingras.")]
    assert names.compare(read("Éric Gingras préside la CSQ."), source).missing == 0
    assert names.compare(read("Éric Gingras préside la FTQ."), source).missing == 1
    assert names.compare(read("La Centrale des syndicats du Québec grandit."), [read("La CSQ grandit.")]).missing == 0


def test_a_name_of_the_title_is_not_new() -> None:
    found = names.compare(read("La FMS a un projet."), [read("Elle a un projet.")], also=["La FMS en bref"])
    assert (found.missing, found.context_only) == (0, 1)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Il n'est pas obligatoire de signer.", 1),
        ("L'employeur ne peut que refuser.", 0),
        ("Aucun salarié ne doit travailler sans contrat.", 2),
        ("Ils ne lui en ont donc toujours pas parlé.", 1),
        ("Avant qu'elle ne parte, elle signe.", 0),
        ("Tout le monde signe.", 0),
    ],
)
def test_negations(text: str, count: int) -> None:
    assert len(polarity.negations(read(text))) == count


def test_negation_added_removed_and_kept() -> None:
    text = "L'employeur ne peut pas exiger un certificat médical."
    assert polarity_of("L'employeur peut exiger un certificat médical.", text).removed == 1
    assert polarity_of("L'employeur ne peut pas exiger de certificat.", text).removed == 0
    assert polarity_of("L'employeur ne doit pas informer.", "L'employeur doit informer.").added == 1


def test_denial_of_the_contrary_is_no_conflict() -> None:
    text = "La surveillance est interdite."
    assert polarity_of("La surveillance n'est pas autorisée.", text).added == 0
    assert polarity_of("La surveillance est autorisée.", text).antonyms == 1
    assert polarity_of("Les recettes ont diminué.", "Les recettes ont augmenté.").antonyms == 1


def test_quantifiers_modality_conditions() -> None:
    assert hedges_of("Tous les outils sont évalués.", "Certains outils sont évalués.").quantifier_changed == 1
    assert hedges_of("Le comité doit publier son avis.", "Le comité peut publier son avis.").modality_changed == 1
    dropped = hedges_of("La loi permet la vidéo.", "La loi permet la vidéo, sauf dans les vestiaires.")
    assert dropped.condition_dropped == 1
    assert hedges_of("Il faut au plus trois jours.", "Il faut au moins trois jours.").comparator_changed >= 1
    assert hedges_of("Il faut au moins trois jours.", "Il faut au moins trois jours.").comparator_changed == 0


@pytest.mark.parametrize(
    ("claim", "kept"),
    [
        ("Selon la fiche « Le contrat, en bref », il dure 24 mois.", "Il dure 24 mois."),
        ("D'après le texte, la FMS demande une loi [1].", "La FMS demande une loi."),
        ("Le document indique que la FMS demande une loi.", "La FMS demande une loi."),
        ("Selon la FMS, une loi est nécessaire.", "Selon la FMS, une loi est nécessaire."),
        ("Selon l'article 5, une loi est nécessaire.", "Selon l'article 5, une loi est nécessaire."),
    ],
)
def test_frames_that_name_only_the_text_are_set_aside(claim: str, kept: str) -> None:
    assert attribution.bare(claim) == kept


def test_who_says_it() -> None:
    text = read("La FMS demande une loi sur l'IA.")
    assert attribution.compare(read("La loi oblige à une loi sur l'IA."), text).added == 1
    assert attribution.compare(read("La FMS impose une loi sur l'IA."), text).act_changed == 1
    assert attribution.compare(read("Le patronat demande une loi."), text).subject_missing == 1
    assert attribution.compare(read("Une loi sur l'IA existe."), text).dropped == 1
    same = attribution.compare(read("La FMS réclame une loi sur l'IA."), text)
    assert (same.subject_missing, same.act_changed, same.dropped, same.added) == (0, 0, 0, 0)


def test_who_does_what_to_whom() -> None:
    text = read("Le syndicat poursuit la compagnie Boréal devant Mme Roy.")
    assert order.compare(read("La compagnie Boréal poursuit le syndicat."), text).inverted > 0
    assert order.compare(read("Le syndicat poursuit Boréal."), text).inverted == 0


def test_overlap_finds_exact_wording_whatever_the_typography() -> None:
    text = read("L’employeur doit « informer » le personnel\u00a0: c’est la règle.")
    assert overlap.compare(read("L'employeur doit informer le personnel"), text, text).verbatim == 1
    assert overlap.compare(read("L'employeur peut informer le personnel"), text, text).verbatim == 0


def test_edits_see_the_one_word_that_changed() -> None:
    text = read("Le préavis est remis par le salarié au gestionnaire avant son départ.")
    claim = read("Le préavis est remis par le syndicat au gestionnaire avant son départ.")
    found = alignment.edits(claim, text, alignment.align(claim, text))
    assert found.replaced_tight == 1
    assert found.replaced > 0
    same = alignment.edits(text, text, alignment.align(text, text))
    assert (same.kept, same.replaced, same.inserted, same.taken_out) == (1.0, 0.0, 0.0, 0)


def test_the_question_counts_too() -> None:
    evidence = [read("Nadia Benali préside la FTN depuis 2021.")]
    claim = read("Nadia Benali")
    bound = question.compare("Qui préside la FTN ?", claim, evidence)
    unbound = question.compare("Qui préside la FTQ ?", claim, evidence)
    assert bound.coverage > unbound.coverage
    assert (bound.names_missing, unbound.names_missing) == (0, 1)
    assert question.compare(None, claim, evidence) == question.NEUTRAL


def test_sets_hold_the_sentences_that_complete_each_other() -> None:
    evidence = [
        read("Le bureau est à Québec."),
        read("La fédération a été fondée en 1974."),
        read("Sa présidente est Nadia Benali."),
    ]
    claim = read("La fédération, fondée en 1974, a Nadia Benali comme présidente.")
    sets = candidate_sets(claim, evidence)
    assert any(set(chosen) == {1, 2} for chosen in sets)
    assert all(len(chosen) <= 3 for chosen in sets)
    text, starts = joined(claim, evidence, (2, 1))
    assert text.startswith("La fédération")
    assert text[starts[1] :] == evidence[2].text


def test_the_shortlist_keeps_what_shares_words() -> None:
    filler = [read(f"Phrase sans rapport numéro {i}.") for i in range(12)]
    evidence = [*filler, read("La fédération a été fondée en 1974.")]
    kept = shortlist(read("La fédération date de 1974."), evidence)
    assert len(kept) == 6
    assert len(evidence) - 1 in kept


def test_rows_have_every_feature_in_order() -> None:
    side = features.Side(read(SURVEY))
    found = features.row(side, [side], (0,))
    assert tuple(found) == features.NAMES
    assert set(features.DIRECTIONS) <= set(features.NAMES)
    assert {name for blamed in features.BLAME.values() for name in blamed} <= set(features.LEXICAL)
