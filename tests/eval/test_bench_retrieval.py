"""The retrieval bench: raw data adapted, sets found, labels resolved, rankings, differences, and the table itself."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.index.hash_embedder import HashEmbedder

from sourcier.core.errors import UsageError
from sourcier.core.types import Metadata
from sourcier.eval.bench.retrieval.__main__ import evaluate, indexed, variants_of
from sourcier.eval.bench.retrieval.corpus import load_corpus, resolved
from sourcier.eval.bench.retrieval.presets import PRESETS, headings
from sourcier.eval.bench.retrieval.rankings import RememberedQueries, baselines, plain_terms
from sourcier.eval.bench.retrieval.sets import SearchSet, find_sets, prepare
from sourcier.eval.bench.retrieval.tables import draw, markdown
from sourcier.eval.dataset import DatasetError, RetrievalQuery
from sourcier.eval.metrics.intervals import paired
from sourcier.eval.split import Split, half_of
from sourcier.index.records import DocumentRow

ROOT = Path(__file__).resolve().parents[2]
ADAPT = {preset.name: preset.adapt for preset in PRESETS}
RAW: dict[str, list[dict[str, Any]]] = {
    "travail/fiches_ministere": [
        {"id": "a1#0", "doc_title": "Les congés", "section_title": "Combien de jours ?", "text": "Trente jours."},
        {"id": "a1#1", "doc_title": "Les congés", "section_title": "Qui décide ?", "text": "L'employeur."},
    ],
    "retrieval/fiches_ministere": [
        {"id": "ft-a1#0", "text": "Les congés : Combien de jours ?", "gold": ["a1#0"]},
        {"id": "ft-a1#1", "text": "Les congés : Qui décide ?", "gold": ["a1#1"]},
    ],
    "travail/code_du_travail": [
        {"id": "L1", "num": "L1", "path": ["Code", "Partie\r\n", "Titre  I"], "text": "Le congé est de trente jours."}
    ],
    "retrieval/fiches_vers_code": [{"id": "ftct-a1#0", "text": "Combien de jours ?", "gold": ["L1", "L2"]}],
}
TEXTS = {
    "conges": "Les vacances annuelles durent vingt jours ouvrables pour le personnel enseignant.",
    "greve": "La grève est votée au scrutin secret par les membres réunis en assemblée.",
    "grief": "Le grief est déposé dans les quarante jours ouvrables de l'événement.",
    "salaire": "L'échelle salariale compte seize échelons selon l'expérience et la scolarité.",
    "retraite": "Le départ à la retraite est annoncé soixante jours à l'avance par écrit.",
}
QUERIES: list[dict[str, Any]] = [
    {"id": "q1", "question": "vacances du personnel enseignant", "relevant": {"conges": 1}},
    {"id": "q2", "question": "scrutin secret pour la grève", "relevant": {"greve": 1}},
    {"id": "q3", "question": "délai pour déposer un grief", "relevant": {"grief": 1}},
    {"id": "q4", "question": "échelons de l'échelle salariale", "relevant": {"salaire": 1, "nulle-part": 1}},
]


def write_rows(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> SearchSet:
    work = tmp_path_factory.mktemp("bench")
    made = prepare("petit", [{"id": name, "text": text} for name, text in TEXTS.items()], QUERIES, work)
    indexed(made, HashEmbedder())
    return made


def test_a_question_is_never_in_what_is_indexed_and_the_title_only_where_it_is_asked_for() -> None:
    raw = RAW["travail/fiches_ministere"], RAW["retrieval/fiches_ministere"]
    documents, questions = ADAPT["ft_text"](*raw)
    assert list(documents) == [{"id": "a1#0", "text": "Trente jours."}, {"id": "a1#1", "text": "L'employeur."}]
    assert [row["relevant"] for row in questions] == [{"a1#0": 1}, {"a1#1": 1}]
    titled = list(ADAPT["ft_title"](*raw)[0])
    assert [row["title"] for row in titled] == ["Les congés"] * 2
    assert "Combien" not in json.dumps(titled, ensure_ascii=False)


def test_an_article_keeps_its_number_and_its_place_and_a_question_its_side_in_both_sets() -> None:
    documents, questions = ADAPT["code"](RAW["travail/code_du_travail"], RAW["retrieval/fiches_vers_code"])
    assert list(documents) == [
        {"id": "L1", "num": "L1", "section": "Partie > Titre I", "text": "Le congé est de trente jours."}
    ]
    [of_code] = questions
    of_sheets = next(ADAPT["ft_text"](RAW["travail/fiches_ministere"], RAW["retrieval/fiches_ministere"])[1])
    assert of_code["relevant"] == {"L1": 1, "L2": 1}
    assert of_code["group"] == of_sheets["group"] == "a1"


def test_paragraphs_of_an_article_and_sheets_have_their_groups() -> None:
    paragraph = {"id": "all-7-1", "title": "Sport", "text": "Du sport."}
    documents, questions = ADAPT["piaf"]([paragraph], [{"id": "p", "text": "Quoi ?", "gold": ["all-7-1"]}])
    assert list(documents) == [paragraph]
    assert next(questions)["group"] == "all-7"
    sheet = {"id": "particuliers/F1", "title": "Titre", "description": "d", "text": "Texte."}
    asked = [{"id": "vdd-particuliers/F1", "text": "Quoi ?", "gold": ["particuliers/F1"]}]
    assert list(ADAPT["sp_text"]([sheet], asked)[0]) == [{"id": "particuliers/F1", "text": "Texte."}]
    assert next(ADAPT["sp_title"]([sheet], asked)[0])["title"] == "Titre"


def test_published_data_are_prepared_and_found_again_in_the_work_folder(tmp_path: Path) -> None:
    for name, rows in RAW.items():
        write_rows(tmp_path / "data" / f"{name}.jsonl", rows)
    work = tmp_path / "work"
    found = find_sets([tmp_path / "data"], work)
    assert [one.name for one in found] == ["ft_text", "ft_title", "code"]
    written = {path: path.stat().st_mtime_ns for path in work.rglob("*.jsonl")}
    assert [one.name for one in find_sets([tmp_path / "data"], work, ["code"])] == ["code"]
    assert {path: path.stat().st_mtime_ns for path in work.rglob("*.jsonl")} == written
    # The work folder is itself a source: its sets need no raw data any more.
    assert find_sets([work], tmp_path / "elsewhere", ["ft_text"]) == [found[0]]


def test_an_organisation_measures_its_own_questions_by_a_manifest(tmp_path: Path) -> None:
    write_rows(tmp_path / "questions.jsonl", QUERIES)
    manifest = tmp_path / "sets.toml"
    manifest.write_text('[sets.nous]\ndocuments = ["docs.jsonl"]\nquestions = "questions.jsonl"\n', encoding="utf-8")
    [one] = find_sets([manifest], tmp_path / "work")
    assert (one.name, one.documents) == ("nous", (tmp_path / "docs.jsonl",))
    assert [query.id for query in one.queries] == ["q1", "q2", "q3", "q4"]
    as_json = tmp_path / "sets.json"
    described = {"sets": {"nous": {"documents": ["docs.jsonl"], "questions": "questions.jsonl"}}}
    as_json.write_text(json.dumps(described), encoding="utf-8")
    assert find_sets([as_json], tmp_path / "work") == [one]


def test_what_is_no_set_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as nothing:
        find_sets([tmp_path], tmp_path / "work")
    assert nothing.value.key == "bench.no_sets"
    manifest = tmp_path / "sets.toml"
    manifest.write_text('[sets.nous]\ndocuments = ["docs.jsonl"]\n', encoding="utf-8")
    with pytest.raises(UsageError) as broken:
        find_sets([manifest], tmp_path / "work")
    assert broken.value.key == "bench.manifest_unreadable"
    manifest.write_text('[sets.nous]\ndocuments = ["d.jsonl"]\nquestions = "q.jsonl"\n', encoding="utf-8")
    write_rows(tmp_path / "q.jsonl", [{"id": "q", "question": "Quoi ?", "answerable": True}])
    with pytest.raises(DatasetError) as answers:
        find_sets([manifest], tmp_path / "work")
    assert answers.value.key == "bench.no_queries"


def test_our_own_sheets_ask_for_their_sections_without_showing_the_heading() -> None:
    documents, questions = headings(ROOT / "corpus" / "fiches")
    texts = {row["id"]: row["text"] for row in documents}
    assert len(documents) >= len(questions) > 80
    assert len({row["question"] for row in questions}) == len(questions)
    for row in questions:
        [identity] = row["relevant"]
        assert texts[identity].split("\n")[0].strip() != row["question"]
        assert "[^" not in texts[identity]


def test_questions_on_our_sheets_point_at_sections_that_are_there() -> None:
    _, asked = headings(ROOT / "corpus" / "fiches")
    heading = {identity: row["question"] for row in asked for identity in row["relevant"]}
    lines = (ROOT / "eval" / "data" / "retrieval" / "fiches.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    assert len(rows) > 50
    for row in rows:
        # A section that moved would leave the label on its neighbour: the heading tells.
        assert [heading[label] for label in row["relevant"]] == row["sections"], row["id"]


def test_without_any_source_our_sheets_are_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert [one.name for one in find_sets([], tmp_path)] == ["fiches", "fiches_titres"]
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError):
        find_sets([], tmp_path)


def test_labels_name_documents_their_copies_or_nothing() -> None:
    rows = [
        DocumentRow("d1", "docs.jsonl#a", Metadata(title="A"), 1, 9, ("docs.jsonl#copie",)),
        DocumentRow("d2", "conventions/b.pdf", Metadata(title="B"), 1, 9),
    ]
    asked = RetrievalQuery(id="q", question="?", relevant={"a": 1.0, "copie": 2.0, "b.pdf": 1.0, "perdu": 1.0})
    [found], absent = resolved([asked], rows)
    assert found.relevant == {"d1": 2.0, "d2": 1.0, "perdu": 1.0}
    assert absent == ["perdu"]


def test_the_paired_bootstrap_of_two_questions_is_what_can_be_counted_by_hand() -> None:
    # Differences 1 and 0: a resample draws (0, 0) one time in four, so the mean is 0 or less one time in four.
    result = paired([0.0, 0.5], [1.0, 0.5])
    assert result.difference.value == 0.5
    assert (result.difference.low, result.difference.high) == (0.0, 1.0)
    assert result.p == pytest.approx(0.5, abs=0.02)
    # Eight questions, all better: no resample is on the other side of 0.
    assert paired([0.0] * 8, [0.1] * 8).p == pytest.approx(2 / 10_001)
    assert paired([0.1 + 0.2] * 4, [0.3] * 4).p == 1.0
    assert paired([0.0], [1.0]).p is None
    assert paired([1.0, 0.5], [0.0, 0.5]).difference.value == -0.5


def test_the_baselines_rank_as_their_definitions_say(small: SearchSet) -> None:
    corpus = load_corpus(small.home)
    embedder = RememberedQueries(HashEmbedder())
    rankings = {one.name: one for one in baselines(corpus, embedder)}
    question = "Combien de jours pour le grief ?"
    ids = {row.document_id: row.path.rpartition("#")[2] for row in corpus.documents}
    cosines = np.vecdot(corpus.vectors, HashEmbedder().embed_queries([question])[0])
    by_cosine = [corpus.documents[corpus.owner[row]].document_id for row in np.argsort(-cosines, kind="stable")]
    assert rankings["dense"](question, 5) == by_cosine
    assert ids[rankings["bm25"](question, 5)[0]] == ids[rankings["bm25_documents"](question, 5)[0]] == "grief"
    places = [rankings[name](question, 5) for name in ("bm25", "dense")]
    expected = {
        document: sum(1 / (61 + ranked.index(document)) for ranked in places if document in ranked)
        for document in by_cosine
    }
    fused = rankings["rrf"](question, 5)
    assert [expected[document] for document in fused] == sorted(expected.values(), reverse=True)
    # Words that no text has: BM25 finds nothing, and the fusions go by the vectors.
    assert rankings["bm25"]("zzz", 5) == rankings["bm25_documents"]("zzz", 5) == []
    assert rankings["shares"]("zzz", 3) == rankings["dense"]("zzz", 3)


def test_the_reference_analyser_is_plain_french() -> None:
    assert plain_terms("Les GRÈVES, la grève") == ["le", "grev", "la", "grev"]


def test_a_question_is_embedded_once_and_kept(tmp_path: Path) -> None:
    embedder = HashEmbedder()
    first = RememberedQueries(embedder, tmp_path / "questions.npz")
    vectors = first.embed_queries(["Un délai ?", "Une grève ?", "Un délai ?"])
    assert len(first.each_ms) == 2
    assert np.array_equal(vectors[0], vectors[2])
    first.save()
    second = RememberedQueries(embedder, tmp_path / "questions.npz")
    assert np.array_equal(second.embed_queries(["Une grève ?"])[0], vectors[1])
    assert second.each_ms == []
    another_model = RememberedQueries(HashEmbedder("others"), tmp_path / "questions.npz")
    assert not np.array_equal(another_model.embed_queries(["Une grève ?"])[0], vectors[1])
    assert len(another_model.each_ms) == 1


def test_a_set_is_measured_from_end_to_end(small: SearchSet, tmp_path: Path) -> None:
    words = {"mots": {"search.lexical_weight": "1.0"}}
    result = evaluate(small, HashEmbedder(), Split.ALL, words)
    assert (result.documents, result.absent) == (5, ("nulle-part",))
    values = {one.name: one.values("recall@5") for one in result.measured}
    assert set(values) == {"bm25_documents", "bm25", "dense", "rrf", "shares", "ours", "mots"}
    # The fourth question has a label that nothing bears: no ranking can have it whole.
    assert values["ours"] == [1.0, 1.0, 1.0, 0.5]
    assert all(one.deep[0].documents <= 5 for one in result.measured)
    french, english = markdown([result], "fr"), markdown([result], "en")
    assert french.count("\n| ") == english.count("\n| ") == 8
    assert "| mots |" in french
    assert "nulle-part" in french
    shape = json.loads(json.dumps(result.to_json()))
    assert shape["rankings"]["ours"]["questions"]["q1"]["recall@5"] == 1.0
    assert set(shape["ours_less"]) == set(values) - {"ours"}
    draw([result], tmp_path / "table.png", "fr")
    assert (tmp_path / "table.png").read_bytes().startswith(b"\x89PNG")


def test_a_question_of_one_agreement_finds_nothing_of_another(tmp_path: Path) -> None:
    articles = [
        {"id": f"{name}{number}", "idcc": idcc, "num": str(number), "path": ["Texte", "Titre  I"], "text": text}
        for name, idcc in (("A", 16), ("B", "1505"))
        for number, text in enumerate((f"Le préavis est de {idcc} jours.", f"La prime vaut {idcc} dollars."))
    ]
    asked = [
        {"id": "q1:0016", "question": "Quel préavis ?", "idcc": "0016", "label": "answerable", "gold_kali": ["A0"]},
        {"id": "q1:1505", "question": "Quel préavis ?", "idcc": "1505", "label": "answerable", "gold_kali": ["B0"]},
        {"id": "q2:1505", "question": "Quelle paie ?", "idcc": "1505", "label": "unanswerable", "gold_kali": []},
        {"id": "q3:1505", "question": "Quelle pause ?", "idcc": "1505", "label": "answerable", "gold_kali": []},
    ]
    made = prepare("conventions", *ADAPT["conventions"](articles, asked), tmp_path)
    assert [(query.id, query.group, query.only["publisher"]) for query in made.queries] == [
        ("q1:0016", "q1", "IDCC 16"),
        ("q1:1505", "q1", "IDCC 1505"),
    ]
    indexed(made, HashEmbedder())
    result = evaluate(made, HashEmbedder(), Split.ALL, {})
    for one in result.measured:
        assert one.values("ndcg@10") == [1.0, 1.0], one.name
        assert all(score.documents <= 2 for score in one.deep)


def test_a_half_holds_the_questions_of_its_documents_alone(small: SearchSet) -> None:
    halves = {half: evaluate(small, HashEmbedder(), half, {}).measured[0] for half in (Split.DEV, Split.TEST)}
    asked = {half: {one.id for one in measured.deep} for half, measured in halves.items()}
    for row in QUERIES:
        assert row["id"] in asked[half_of(min(row["relevant"]))]
    assert not asked[Split.DEV] & asked[Split.TEST]


def test_variants_are_settings_and_nothing_else() -> None:
    assert variants_of(["mots:search.lexical_weight=1,search.spelling=false"]) == {
        "mots": {"search.lexical_weight": "1", "search.spelling": "false"}
    }
    for wrong in ("mots", "mots:", ":a=b", "mots:a"):
        with pytest.raises(UsageError):
            variants_of([wrong])
