"""A cross-encoder, made here, as the second stage of a search."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from sourcier.core.errors import ModelMissingError
from sourcier.core.settings import SearchSettings, Settings
from sourcier.index.fusion import Fused
from sourcier.index.reranking import load_reranker, reranked
from sourcier.index.search import Searcher
from sourcier.index.sync import sync


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny embedding model, with a head that scores pairs, of random weights that are always the same."""
    import torch
    from transformers import AutoConfig, AutoTokenizer, BertForSequenceClassification

    made = importlib.util.spec_from_file_location("tiny_model_reranking", Path(__file__).parent / "tiny_model.py")
    assert made is not None and made.loader is not None
    module = importlib.util.module_from_spec(made)
    made.loader.exec_module(module)
    base = module.write_model(tmp_path_factory.mktemp("tiny") / "embedder")
    torch.manual_seed(5)
    configuration = AutoConfig.from_pretrained(str(base), num_labels=1)
    target = tmp_path_factory.mktemp("cross") / "encoder"
    BertForSequenceClassification(configuration).save_pretrained(str(target))
    AutoTokenizer.from_pretrained(str(base)).save_pretrained(str(target))
    return target


def test_none_is_named_none_is_loaded() -> None:
    assert load_reranker(Settings()) is None


def test_a_model_that_is_not_there_is_named() -> None:
    with pytest.raises(ModelMissingError, match="absent/reranker"):
        load_reranker(Settings(search=SearchSettings(rerank_model="absent/reranker")))


def test_scores_are_those_of_sentence_transformers(folder: Path) -> None:
    import torch
    from sentence_transformers import CrossEncoder

    reranker = load_reranker(Settings(search=SearchSettings(rerank_model=str(folder))))
    assert reranker is not None
    texts = ["le délai de grief", "un congé", "la convention : trente jours de vacances"]
    found = reranker.scores("délai de grief", texts)
    theirs = CrossEncoder(str(folder), device="cpu", activation_fn=torch.nn.Identity())
    expected = theirs.predict([("délai de grief", text) for text in texts])
    np.testing.assert_allclose(found, expected, atol=1e-5)
    assert len(set(found.tolist())) == 3


class Longest:
    def scores(self, question: str, texts: list[str]) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
        return np.array([len(text) for text in texts], np.float32)


def test_the_first_change_places_and_the_others_stay() -> None:
    rows = np.arange(6)
    scores = np.linspace(1, 0, 6, dtype=np.float32)
    fused = Fused(rows, scores, scores * 2, scores * 3)
    texts = {0: "a", 1: "aaaa", 2: None, 3: "aa"}
    found = reranked(fused, "?", texts.get, Longest(), 4)  # type: ignore[arg-type]
    assert found.rows.tolist() == [1, 3, 0, 2, 4, 5]
    assert found.scores.tolist() == scores.tolist()
    assert found.dense.tolist() == (scores * 2)[[1, 3, 0, 2, 4, 5]].tolist()


def test_a_search_is_read_again(tmp_path: Path, corpus: Path, standin: ModuleType, folder: Path) -> None:
    embedder = standin.HashEmbedder()
    words = Settings(home=tmp_path / "data")
    sync([corpus], words, embedder=embedder)
    again = words.model_copy(update={"search": words.search.model_copy(update={"rerank_model": str(folder)})})
    plain, second = (Searcher.open(settings, embedder=embedder) for settings in (words, again))
    one, other = plain.search("délai congé", 10).hits, second.search("délai congé", 10).hits
    assert {hit.path for hit in one} == {hit.path for hit in other}
    reranker = load_reranker(again)
    assert reranker is not None
    generation = second.generation
    read = [generation.text_of(row) for row in range(len(generation.vectors))]
    best = read[int(np.argmax(reranker.scores("délai congé", [text for text in read if text])))]
    assert best is not None and other[0].passage.text in best
    assert [hit.score for hit in other] == sorted((hit.score for hit in other), reverse=True)
    plain.close()
    second.close()
