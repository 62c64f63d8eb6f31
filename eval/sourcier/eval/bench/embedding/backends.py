"""The same model run in several ways. What is not installed says so, and is left out.

Exporting the model takes ``onnx``; its int8 form ``onnx`` and ``onnxruntime``; OpenVINO ``openvino``. None is a dependency
of the project: OpenVINO's package reports usage by default, and what is measured here was no reason to depend on one.
"""

from __future__ import annotations

import copy
import importlib
import os
import warnings
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from sourcier.core.settings import EmbeddingSettings
from sourcier.index.batching import Tokenizer
from sourcier.index.embedding import load_embedder, model_folder
from sourcier.index.prompts import Prompts, prompts_of

__all__ = ["BACKENDS", "Backend", "Model", "UnavailableError"]

_BUDGET = 4096
_SHORT = 64


class UnavailableError(Exception):
    """A way of running the model that this machine does not have; the argument is what is missing."""


@dataclass(frozen=True, slots=True)
class Backend:
    """One way of running the model.

    Attributes:
        queries, passages: (n, dimension) vectors of texts, each of length 1.
    """

    queries: Callable[[Sequence[str]], NDArray[np.float32]]
    passages: Callable[[Sequence[str]], NDArray[np.float32]]


@dataclass(slots=True)
class Model:
    """What every back-end is made from.

    Attributes:
        loaded: the model as sentence-transformers loads it, in float32.
        work: a folder for exported files.
    """

    settings: EmbeddingSettings
    home: Path
    work: Path
    name: str
    loaded: Any
    prompts: Prompts
    threads: int

    @classmethod
    def load(cls, settings: EmbeddingSettings, home: Path, work: Path, name: str) -> Model:
        """Load the embedding model of the settings."""
        # Read when torch is first imported: as the product has it.
        os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
        from sentence_transformers import SentenceTransformer

        loaded = SentenceTransformer(str(model_folder(settings, home)), device="cpu", local_files_only=True).eval()
        prompts = prompts_of(name, loaded.prompts, settings.query_prompt, settings.passage_prompt)
        threads = settings.threads or os.cpu_count() or 1
        return cls(settings, home, work, name, loaded, prompts, threads)

    def of(self, encode: Callable[[Sequence[str], str], NDArray[np.float32]]) -> Backend:
        """A back-end that puts the model's prompts before texts."""
        return Backend(
            lambda texts: encode(texts, self.prompts.query), lambda texts: encode(texts, self.prompts.passage)
        )


def _plain(model: Model) -> Backend:
    """What sentence-transformers does by itself, batches of 32 texts."""

    def encode(texts: Sequence[str], prompt: str) -> NDArray[np.float32]:
        vectors: NDArray[np.float32] = model.loaded.encode(
            list(texts), prompt=prompt, batch_size=32, normalize_embeddings=True, show_progress_bar=False
        )
        return vectors

    return model.of(encode)


def _ours(precision: Literal["float32", "bfloat16"]) -> Callable[[Model], Backend]:
    def load(model: Model) -> Backend:
        embedder = load_embedder(model.settings.model_copy(update={"precision": precision}), model.home)
        if getattr(embedder, "precision", precision) != precision:
            raise UnavailableError(precision)
        return Backend(embedder.embed_queries, embedder.embed_passages)

    return load


def _autocast(model: Model) -> Backend:
    import torch

    return model.of(_in_batches(model, _of_module(model.loaded[0], lambda: torch.autocast("cpu", torch.bfloat16))))


def _torch_int8(model: Model) -> Backend:
    import torch

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it is announced to move to another package
        quantize: Any = torch.ao.quantization.quantize_dynamic
        module = quantize(copy.deepcopy(model.loaded[0]), {torch.nn.Linear})
    return model.of(_in_batches(model, _of_module(module, nullcontext)))


def _onnx(int8: bool) -> Callable[[Model], Backend]:
    def load(model: Model) -> Backend:
        path = _exported(model)
        runtime = _installed("onnxruntime")
        if int8:
            quantized = path.with_name("int8.onnx")
            quantization = importlib.import_module("onnxruntime.quantization")
            quantization.quantize_dynamic(
                str(path), str(quantized), weight_type=quantization.QuantType.QInt8, per_channel=True
            )
            path = quantized

        def session(threads: int) -> Any:
            options = runtime.SessionOptions()
            options.intra_op_num_threads = threads
            options.add_session_config_entry("session.intra_op.allow_spinning", "0")
            return runtime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

        few, all_of_them = session(1), session(model.threads)

        def states(features: dict[str, NDArray[np.int64]]) -> NDArray[np.float32]:
            chosen = few if features["input_ids"].size <= _SHORT else all_of_them
            found: NDArray[np.float32] = chosen.run(None, {name: features[name] for name in _NAMES})[0]
            return found

        return model.of(_in_batches(model, states))

    return load


def _openvino(model: Model) -> Backend:
    core = _installed("openvino").Core()
    read = core.read_model(str(_exported(model)))

    def compiled(threads: int) -> Any:
        # Left to itself it computes in bfloat16 where it can: this row is its float32.
        exact = {"INFERENCE_NUM_THREADS": threads, "INFERENCE_PRECISION_HINT": "f32", "PERFORMANCE_HINT": "LATENCY"}
        return core.compile_model(read, "CPU", exact)

    few, all_of_them = compiled(1), compiled(model.threads)

    def states(features: dict[str, NDArray[np.int64]]) -> NDArray[np.float32]:
        chosen = few if features["input_ids"].size <= _SHORT else all_of_them
        found: NDArray[np.float32] = chosen({name: features[name] for name in _NAMES})[0]
        return found

    return model.of(_in_batches(model, states))


_NAMES = ("input_ids", "attention_mask")

_States = Callable[[dict[str, NDArray[np.int64]]], Any]
"""(n, length, hidden) token states of a batch's features."""


def _in_batches(model: Model, states: _States) -> Callable[[Sequence[str], str], NDArray[np.float32]]:
    """Batches as the product makes them, and the model's own pooling, around another way to compute token states."""
    import torch

    tokenizer = Tokenizer(model.loaded.tokenizer, int(model.loaded.max_seq_length or 512))

    def encode(texts: Sequence[str], prompt: str) -> NDArray[np.float32]:
        vectors = np.zeros((len(texts), int(model.loaded.get_embedding_dimension() or 0)), np.float32)
        for indices, batch in tokenizer.batches(texts, prompt, _BUDGET):
            features = dict(batch.features)
            with torch.inference_mode():
                found: dict[str, Any] = {
                    "token_embeddings": torch.as_tensor(states(features)).float(),
                    "attention_mask": torch.from_numpy(features["attention_mask"]),
                }
                for module in list(model.loaded)[1:]:
                    found = module(found)
                vectors[indices] = torch.nn.functional.normalize(found["sentence_embedding"], dim=-1).numpy()
        return vectors

    return encode


def _of_module(module: Any, context: Callable[[], AbstractContextManager[Any]]) -> _States:
    import torch

    def states(features: dict[str, NDArray[np.int64]]) -> Any:
        with context():
            return module({name: torch.from_numpy(array) for name, array in features.items()})["token_embeddings"]

    return states


def _exported(model: Model) -> Path:
    """The transformer of the model as an ONNX file, made once."""
    path = model.work / "exported.onnx"
    if not path.is_file():
        import torch

        _installed("onnx")

        class States(torch.nn.Module):
            def __init__(self) -> None:
                super().__init__()
                self.transformer = model.loaded[0].model

            def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> Any:
                return self.transformer(input_ids=input_ids, attention_mask=attention_mask)[0]

        # Two texts of different lengths: a mask of ones alone would be left out of what is exported.
        ids, mask = torch.full((2, 9), 5), torch.ones(2, 9, dtype=torch.int64)
        mask[1, 6:] = 0
        axes = {name: {0: "texts", 1: "tokens"} for name in (*_NAMES, "states")}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            torch.onnx.export(
                States().eval(),
                (ids, mask),
                str(path),
                input_names=list(_NAMES),
                output_names=["states"],
                dynamic_axes=axes,
                opset_version=17,
                dynamo=False,
            )
    return path


def _installed(package: str) -> Any:
    try:
        return importlib.import_module(package)
    except ImportError as error:
        raise UnavailableError(package) from error


BACKENDS: dict[str, Callable[[Model], Backend]] = {
    "torch_float32": _plain,
    "ours_float32": _ours("float32"),
    "ours_bfloat16": _ours("bfloat16"),
    "torch_autocast": _autocast,
    "torch_int8": _torch_int8,
    "onnx_float32": _onnx(int8=False),
    "onnx_int8": _onnx(int8=True),
    "openvino_float32": _openvino,
}
"""Every back-end, by name; the first is what the others are compared with."""
