"""Batches, prompts, packed weights and threads, on models of a few thousand weights made here."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sourcier.core.settings import EmbeddingSettings
from sourcier.index import packing
from sourcier.index.batching import Tokenizer, plan
from sourcier.index.embedding import load_embedder, model_identity
from sourcier.index.encoder import TransformerEmbedder
from sourcier.index.prompts import Prompts, prompts_of

TEXTS = (
    "le délai de dépôt : trente jours",
    "grief",
    "la salariée en congé, les vacances de la convention et des sentences inconnues",
    "",
    "article 5-3.00 : pour un employeur ? l'arbitre et le syndicat, par une sentence. " * 5,
    "un congé ou des vacances",
)
QUERY, PASSAGE = "query : ", "passage : "


@pytest.fixture(scope="session")
def write_model() -> Callable[..., Path]:
    specification = importlib.util.spec_from_file_location("tiny_model", Path(__file__).parent / "tiny_model.py")
    assert specification is not None and specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    made: Callable[..., Path] = module.write_model
    return made


@pytest.fixture(scope="session")
def tiny(write_model: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that stores its prompts."""
    return write_model(tmp_path_factory.mktemp("tiny") / "tiny", prompts={"query": QUERY, "passage": PASSAGE})


def loaded(folder: Path, **chosen: Any) -> TransformerEmbedder:
    embedder = load_embedder(EmbeddingSettings(model=str(folder), **chosen), folder)
    assert isinstance(embedder, TransformerEmbedder)
    return embedder


def reference(folder: Path, texts: tuple[str, ...], prompt: str, **options: Any) -> Any:
    """What sentence-transformers itself makes of texts, one at a time."""
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    return [model.encode([text], prompt=prompt, show_progress_bar=False, **options)[0] for text in texts]


@settings(max_examples=200, deadline=None, derandomize=True)
@given(lengths=st.lists(st.integers(0, 600), max_size=80), budget=st.integers(1, 5000))
def test_batches_hold_every_text_once_and_no_more_tokens_than_asked(lengths: list[int], budget: int) -> None:
    batches = plan(lengths, budget)
    assert sorted(index for batch in batches for index in batch) == list(range(len(lengths)))
    assert all(len(batch) == 1 or len(batch) * max(lengths[i] for i in batch) <= budget for batch in batches)
    in_turn = [lengths[index] for batch in batches for index in batch]
    assert in_turn == sorted(lengths)
    # None could have taken the next one's first text.
    for batch, following in pairwise(batches):
        assert (len(batch) + 1) * lengths[following[0]] > budget


KINDS: tuple[dict[str, Any], ...] = (
    {},
    {"pooling": "cls", "projected": 16},
    {"pooling": "mean", "include_prompt": False},
    {"pooling": "max", "projected": 16, "truncated": 8},
)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: "-".join(map(str, kind.values())) or "plain")
def test_vectors_are_those_of_sentence_transformers(
    write_model: Callable[..., Path], tmp_path: Path, kind: dict[str, Any]
) -> None:
    folder = write_model(tmp_path / "model", prompts={"query": QUERY, "document": PASSAGE}, **kind)
    embedder = loaded(folder, precision="float32")
    for embed, prompt in ((embedder.embed_queries, QUERY), (embedder.embed_passages, PASSAGE)):
        expected = np.stack(reference(folder, TEXTS, prompt))
        expected /= np.linalg.norm(expected, axis=1, keepdims=True)
        assert embedder.dimension == expected.shape[1]
        # All together, padded; and each on its own.
        np.testing.assert_allclose(embed(TEXTS), expected, atol=2e-6)
        np.testing.assert_allclose(np.concatenate([embed([text]) for text in TEXTS]), expected, atol=2e-6)


@pytest.mark.parametrize("side", ["left", "right"])
def test_texts_are_padded_on_the_side_their_tokenizer_says(
    write_model: Callable[..., Path], tmp_path: Path, side: str
) -> None:
    model = loaded(write_model(tmp_path / "model", padding_side=side))._model
    (found,) = Tokenizer(model.tokenizer, 64).batches(("grief", "le délai", ""), QUERY, 1000)
    indices, batch = found
    assert indices == [2, 0, 1]
    expected = model.tokenizer([QUERY, QUERY + "grief", QUERY + "le délai"], padding=True)
    for name, array in batch.features.items():
        np.testing.assert_array_equal(array, expected[name])
    texts = ("", "grief", "le délai")
    kept = [[text[s:e] for s, e in spans[row]] for text, spans, row in zip(texts, batch.spans, batch.kept, strict=True)]
    assert kept == [[], ["grief"], ["le", "délai"]]


@pytest.mark.parametrize("prompt", [PASSAGE, ""])
def test_sentences_are_means_of_the_tokens_their_passage_was_read_with(tiny: Path, prompt: str) -> None:
    embedder = loaded(tiny, passage_prompt=prompt, precision="float32")
    spans = [[(0, 8), (9, len(text)), (0, len(text)), (len(text), len(text) + 5)] for text in TEXTS]
    passages, sentences = embedder.embed_passages_with_sentences(TEXTS, spans)
    np.testing.assert_allclose(passages, embedder.embed_passages(TEXTS), atol=1e-6)
    tokens = embedder.embed_tokens(TEXTS)
    states = reference(tiny, TEXTS, prompt, output_value="token_embeddings")
    for text, of_text, rows, found, all_states in zip(TEXTS, spans, sentences, tokens, states, strict=True):
        # [CLS], the prompt, the text, [SEP].
        own = all_states[1 + len(prompt.split()) : -1].numpy()
        assert len(own) == len(found.spans), text
        assert rows.shape == (len(of_text), embedder.dimension)
        for (start, end), vector in zip(of_text, rows, strict=True):
            touching = (found.spans[:, 1] > start) & (found.spans[:, 0] < end)
            if not touching.any():
                assert not vector.any()
                continue
            mean = own[touching].mean(axis=0)
            np.testing.assert_allclose(vector, mean / np.linalg.norm(mean), atol=2e-6)
        # The same tokens as embed_tokens, whose vectors are those states brought to length 1.
        np.testing.assert_allclose(found.vectors, own / np.linalg.norm(own, axis=1, keepdims=True), atol=2e-6)


def test_sentences_go_through_what_follows_pooling(write_model: Callable[..., Path], tmp_path: Path) -> None:
    folder = write_model(tmp_path / "model", projected=16)
    embedder = loaded(folder, precision="float32")
    text = TEXTS[0]
    _, (rows,) = embedder.embed_passages_with_sentences([text], [[(0, len(text))]])
    assert rows.shape == (1, 16)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-6)
    assert embedder.embed_passages_with_sentences([], [])[0].shape == (0, 16)
    assert embedder.embed_passages_with_sentences([text], [[]])[1][0].shape == (0, 16)


TASK = "Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery: "


@pytest.mark.parametrize(
    ("name", "stored", "expected"),
    [
        ("multilingual-e5-base", {}, ("query: ", "passage: ")),
        ("e5-small-v2", {}, ("query: ", "passage: ")),
        ("multilingual-e5-large-instruct", {}, (TASK, "")),
        ("Solon-embeddings-large-0.1", {}, ("query : ", "")),
        ("bge-m3", {"query": "", "document": ""}, ("", "")),
        ("snowflake-arctic-embed-l-v2.0", {"query": "query: ", "document": ""}, ("query: ", "")),
        ("Qwen3-Embedding-0.6B", {"query": "Instruct: x\nQuery:", "document": ""}, ("Instruct: x\nQuery:", "")),
        ("embeddinggemma-300m", {"query": "task | ", "document": "title | "}, ("task | ", "title | ")),
        ("of-another-kind", {"corpus": "texte : "}, ("", "texte : ")),
        ("multilingual-e5-base", {"query": "q: ", "passage": "p: "}, ("q: ", "p: ")),
    ],
)
def test_prompts_are_those_a_model_stores_else_those_of_its_family(
    name: str, stored: dict[str, str | None], expected: tuple[str, str]
) -> None:
    assert prompts_of(name, stored) == Prompts(*expected)
    assert prompts_of(name, stored, "", "") == Prompts()
    assert prompts_of(name, stored, query="q") == Prompts("q", expected[1])


def test_a_folder_of_a_family_is_used_with_its_prompts(write_model: Callable[..., Path], tmp_path: Path) -> None:
    folder = write_model(tmp_path / "Solon-embeddings-base-0.1")
    embedder, bare = loaded(folder), loaded(folder, query_prompt="", passage_prompt="")
    text = "le délai de dépôt"
    np.testing.assert_allclose(embedder.embed_queries([text]), bare.embed_passages([QUERY + text]), atol=1e-6)
    np.testing.assert_allclose(embedder.embed_passages([text]), bare.embed_passages([text]), atol=1e-6)
    assert embedder.max_tokens == bare.max_tokens - 2


def test_what_the_name_of_a_folder_changes_is_part_of_the_fingerprint(
    write_model: Callable[..., Path], tmp_path: Path
) -> None:
    folder = write_model(tmp_path / "model")
    seen = {model_identity(EmbeddingSettings(model=str(folder)))[1]}
    for name in ("Solon-embeddings-base-0.1", "multilingual-e5-large-instruct", "multilingual-e5-small"):
        folder = folder.rename(tmp_path / name)
        seen.add(model_identity(EmbeddingSettings(model=str(folder)))[1])
    assert len(seen) == 4


def test_precision_is_no_part_of_the_fingerprint_because_vectors_are_interchangeable(tiny: Path) -> None:
    narrow, wide = loaded(tiny, precision="bfloat16"), loaded(tiny, precision="float32")
    assert narrow.fingerprint == wide.fingerprint
    assert wide.precision == "float32"
    cosines = (narrow.embed_passages(TEXTS) * wide.embed_passages(TEXTS)).sum(axis=1)
    assert cosines.min() > packing.LEAST_COSINE
    if narrow.precision == "bfloat16":  # oneDNN imitates it where the processor does not have it, on some only
        assert (narrow.embed_passages(TEXTS) != wide.embed_passages(TEXTS)).any()


def test_weights_are_packed_where_torch_has_onednn(tiny: Path) -> None:
    import torch

    if not torch.backends.mkldnn.is_available():  # type: ignore[no-untyped-call]
        pytest.skip("this build of PyTorch has no oneDNN")
    embedder = loaded(tiny)
    kinds = [type(module).__name__ for module in embedder._model.modules()]
    # Six matrices a layer, and the pooler.
    assert kinds.count("_PackedLinear") == 2 * 6 + 1
    assert kinds.count("Linear") == 0
    assert embedder.precision == ("bfloat16" if packing.fast_bfloat16() else "float32")


def test_a_model_that_bfloat16_would_change_stays_in_float32() -> None:
    import torch

    layer = torch.nn.Linear(256, 2, bias=False)
    with torch.no_grad():
        # What is left once large numbers cancel out is below what eight bits can tell.
        layer.weight[:] = torch.tensor([[1000.0, -1000.5] * 128, [1000.5, -1000.0] * 128])
        layer.weight[:] = torch.tensor([[1000.0, -1000.01] * 128, [1000.01, -1000.0] * 128])
    model = torch.nn.Sequential(layer)
    values = torch.linspace(0.5, 1.5, 3 * 128).repeat_interleave(2).reshape(3, 256)

    @torch.inference_mode()
    def sample() -> Any:
        return torch.nn.functional.normalize(model(values), dim=-1).numpy()

    before = sample()
    assert packing.pack(model, "bfloat16", sample) == "float32"
    assert (before * sample()).sum(axis=1).min() >= packing.LEAST_COSINE


def test_a_model_that_looks_inside_its_layers_is_left_as_it_was() -> None:
    import torch

    class Curious(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer = torch.nn.Linear(8, 8)

        def forward(self, values: torch.Tensor) -> Any:
            return self.layer(values.to(self.layer.weight.dtype))

    model = Curious()
    layer = model.layer

    @torch.inference_mode()
    def sample() -> Any:
        return torch.nn.functional.normalize(model(torch.eye(8)), dim=-1).numpy()

    for precision in get_args(packing.Precision):
        assert packing.pack(model, precision, sample) == "float32"
        assert model.layer is layer


def test_what_is_not_a_number_is_no_agreement() -> None:
    import torch

    model = torch.nn.Sequential(torch.nn.Linear(4, 4))
    layer = model[0]
    packing.pack(model, "bfloat16", lambda: np.full((2, 4), np.nan, np.float32))
    assert model[0] is layer


def test_a_question_does_not_wait_for_a_batch_of_passages(tiny: Path) -> None:
    embedder = loaded(tiny)
    expected = embedder.embed_queries(["grief"])
    found: list[Any] = []
    asking = threading.Thread(target=lambda: found.append(embedder.embed_queries(["grief"])), daemon=True)
    with embedder._long:  # as an ingestion holds it while the model reads a batch
        asking.start()
        asking.join(timeout=60)
        assert found, "the question waited"
    np.testing.assert_array_equal(found[0], expected)


def test_passages_and_questions_at_once_have_the_vectors_they_have_alone(tiny: Path) -> None:
    embedder = loaded(tiny, batch_size=1, threads=2)
    many = [f"{text} {number}" for number in range(20) for text in TEXTS]
    expected = embedder.embed_passages(many), embedder.embed_queries(TEXTS)

    def ask(number: int) -> None:
        given = embedder.embed_passages(many) if number % 4 == 0 else embedder.embed_queries(TEXTS)
        np.testing.assert_allclose(given, expected[number % 4 > 0], atol=1e-6)
        assert embedder.count_tokens(TEXTS[0]) == 7
        assert len(embedder.embed_tokens(TEXTS[:2])) == 2

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ask, range(40)))


COUNTED = """
import json, os, sys
from pathlib import Path
from sourcier.core.settings import EmbeddingSettings
from sourcier.index.embedding import load_embedder

import sentence_transformers, torch  # what importing them starts is no work of the model

before = len(os.listdir("/proc/self/task"))
embedder = load_embedder(EmbeddingSettings(model=sys.argv[1], threads=1), Path(sys.argv[1]))
texts = [f"le délai de dépôt d'un grief : {n} jours, " * 8 for n in range(600)]
embedder.embed_passages(texts)
embedder.embed_queries(["grief"])
wide = torch.nn.functional.relu(torch.ones(3_000_000)).sum()  # shared among all the threads there may be
print(json.dumps({"more": len(os.listdir("/proc/self/task")) - before, "torch": torch.get_num_threads()}))
"""


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="threads are counted in /proc")
def test_the_model_and_its_tokenizer_take_no_more_threads_than_the_setting(tiny: Path) -> None:
    # Not those that this process already set for itself.
    bounds = ("OMP_NUM_THREADS", "RAYON_NUM_THREADS", "TOKENIZERS_PARALLELISM")
    environment = {name: value for name, value in os.environ.items() if name not in bounds}
    command = [sys.executable, "-c", COUNTED, str(tiny)]
    told = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    # One more thread a core, unbounded: on a machine of one core alone, this would show nothing.
    assert json.loads(told.stdout.splitlines()[-1]) == {"more": 0, "torch": 1}
