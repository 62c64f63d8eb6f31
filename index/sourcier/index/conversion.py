"""Packaged e5 weights turned, once, into a folder that sentence-transformers loads like any other model."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from sourcier.core.errors import WeightsError
from sourcier.index.e5s_file import E5SFile, Sizes, Vocabulary
from sourcier.index.packaged_weights import PackagedWeights, sha256_of

#: Changes whenever the folder that is written would change.
CONVERTER_VERSION = 1
ORIGIN = "origin.json"

#: The prompts of the e5 family (model card of multilingual-e5-small).
_PROMPTS = {"query": "query: ", "passage": "passage: ", "document": "passage: "}

# (name in the packaged file, name in BertModel)
_LAYER = {
    "q.w": "attention.self.query.weight",
    "q.b": "attention.self.query.bias",
    "k.w": "attention.self.key.weight",
    "k.b": "attention.self.key.bias",
    "v.w": "attention.self.value.weight",
    "v.b": "attention.self.value.bias",
    "ao.w": "attention.output.dense.weight",
    "ao.b": "attention.output.dense.bias",
    "aln.w": "attention.output.LayerNorm.weight",
    "aln.b": "attention.output.LayerNorm.bias",
    "fi.w": "intermediate.dense.weight",
    "fi.b": "intermediate.dense.bias",
    "fo.w": "output.dense.weight",
    "fo.b": "output.dense.bias",
    "oln.w": "output.LayerNorm.weight",
    "oln.b": "output.LayerNorm.bias",
}


def converted_folder(weights: PackagedWeights, home: Path) -> Path:
    """The model folder of packaged weights, written in ``home/models`` the first time.

    It is written aside and renamed when whole, under a lock: several processes may ask at once, and one that is killed
    leaves nothing that could be taken for a model.

    Raises:
        MissingExtraError, WeightsError: see :meth:`PackagedWeights.locate`.
    """
    folder = home / "models" / weights.folder_name
    if _is_whole(folder, weights):
        return folder
    source = weights.locate()
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.parent.mkdir(mode=0o700, exist_ok=True)
    with FileLock(folder.parent / f".{folder.name}.lock"):
        if not _is_whole(folder, weights):
            aside = folder.parent / f".{folder.name}.part"
            shutil.rmtree(aside, ignore_errors=True)
            try:
                _write(source, weights, aside)
            except OSError as error:
                shutil.rmtree(aside, ignore_errors=True)
                raise WeightsError("embedding.conversion_failed", path=folder, detail=error) from error
            shutil.rmtree(folder, ignore_errors=True)
            aside.rename(folder)
    return folder


def read_origin(folder: Path) -> dict[str, Any]:
    """What a converted folder was made from, with the sha256 of its files; empty for any other folder."""
    try:
        origin = json.loads((folder / ORIGIN).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return origin if isinstance(origin, dict) else {}


def _is_whole(folder: Path, weights: PackagedWeights) -> bool:
    origin = read_origin(folder)
    if (origin.get("sha256"), origin.get("converter")) != (weights.sha256, CONVERTER_VERSION):
        return False
    files: dict[str, int] = origin["files"]
    return all((folder / name).is_file() and (folder / name).stat().st_size == size for name, size in files.items())


def _write(source: Path, weights: PackagedWeights, folder: Path) -> None:
    from safetensors.numpy import save_file

    packed = E5SFile(source)
    folder.mkdir(mode=0o700)
    (folder / "1_Pooling").mkdir(mode=0o700)
    save_file(dict(_tensors(packed)), folder / "model.safetensors", metadata={"format": "pt"})
    _write_tokenizer(packed.vocabulary, folder, packed.sizes.positions)
    texts = _configuration(packed.sizes, packed.vocabulary)
    for name, value in texts.items():
        (folder / name).write_text(json.dumps(value, indent=2), encoding="utf-8")
    files = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
    origin = {
        "name": weights.name,
        "sha256": weights.sha256,
        "converter": CONVERTER_VERSION,
        "model_sha256": sha256_of(folder / "model.safetensors"),
        "files": {name: path.stat().st_size for name, path in files.items()},
    }
    (folder / ORIGIN).write_text(json.dumps(origin, indent=2), encoding="utf-8")
    for path in (*files.values(), folder / ORIGIN):
        path.chmod(0o600)
        _sync(path)


def _sync(path: Path) -> None:
    # After a power cut a renamed folder could otherwise hold files of the right size and no content.
    with path.open("rb") as stream:
        os.fsync(stream.fileno())


def _tensors(packed: E5SFile) -> Iterator[tuple[str, NDArray[np.float32]]]:
    hidden = packed.sizes.hidden
    yield "embeddings.word_embeddings.weight", packed.tensor("emb.word").reshape(-1, hidden)
    yield "embeddings.position_embeddings.weight", packed.tensor("emb.pos").reshape(-1, hidden)
    yield "embeddings.token_type_embeddings.weight", packed.tensor("emb.type").reshape(-1, hidden)
    yield "embeddings.LayerNorm.weight", packed.tensor("emb.ln.w")
    yield "embeddings.LayerNorm.bias", packed.tensor("emb.ln.b")
    for layer in range(packed.sizes.layers):
        for packed_name, name in _LAYER.items():
            values = packed.tensor(f"l{layer}.{packed_name}")
            if packed_name.endswith("w") and "ln" not in packed_name:
                # A matrix maps its input (4 x hidden for the second feed-forward one) to its output.
                values = values.reshape(-1, packed.sizes.feed_forward if packed_name == "fo.w" else hidden)
            yield f"encoder.layer.{layer}.{name}", values
    # Sentence vectors are means over tokens: BERT's own pooler is never used, and the packed file leaves it out.
    # Zeros keep the loader from filling it at random, with a warning.
    yield "pooler.dense.weight", np.zeros((hidden, hidden), np.float32)
    yield "pooler.dense.bias", np.zeros(hidden, np.float32)


def _write_tokenizer(vocabulary: Vocabulary, folder: Path, positions: int) -> None:
    from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

    bos, eos, pad, unk, mask = (
        vocabulary.pieces[index][0]
        for index in (vocabulary.bos, vocabulary.eos, vocabulary.pad, vocabulary.unk, len(vocabulary.pieces) - 1)
    )
    tokenizer = Tokenizer(models.Unigram(vocabulary.pieces, unk_id=vocabulary.unk, byte_fallback=False))
    # XLM-RoBERTa's SentencePiece rules are "nmt_nfkc": control characters out, odd spaces to spaces, then NFKC.
    # The replacement table of the packed file agrees with Nmt + NFKC, but for characters newer than it and U+FF5E.
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")]
    )
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{bos} $A {eos}",
        pair=f"{bos} $A {eos} {eos} $B {eos}",
        special_tokens=[(bos, vocabulary.bos), (eos, vocabulary.eos)],
    )
    tokenizer.add_special_tokens([AddedToken(text, special=True) for text in (bos, pad, eos, unk, mask)])
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    configuration = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": positions,
        "bos_token": bos,
        "cls_token": bos,
        "eos_token": eos,
        "sep_token": eos,
        "pad_token": pad,
        "unk_token": unk,
        "mask_token": mask,
        "padding_side": "right",
        "truncation_side": "right",
        "clean_up_tokenization_spaces": False,
        "model_input_names": ["input_ids", "attention_mask"],
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(configuration, indent=2), encoding="utf-8")


def _configuration(sizes: Sizes, vocabulary: Vocabulary) -> dict[str, Any]:
    modules = (("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize"))
    return {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_size": sizes.hidden,
            "num_hidden_layers": sizes.layers,
            "num_attention_heads": sizes.heads,
            "intermediate_size": sizes.feed_forward,
            "vocab_size": sizes.vocabulary,
            "max_position_embeddings": sizes.positions,
            "type_vocab_size": sizes.types,
            "layer_norm_eps": sizes.epsilon,
            "hidden_act": "gelu",
            "hidden_dropout_prob": 0.0,
            "attention_probs_dropout_prob": 0.0,
            "pad_token_id": vocabulary.pad,
            "dtype": "float32",
        },
        "modules.json": [
            {"idx": index, "name": str(index), "path": path, "type": f"sentence_transformers.models.{kind}"}
            for index, (path, kind) in enumerate(modules)
        ],
        "sentence_bert_config.json": {"max_seq_length": sizes.positions, "do_lower_case": False},
        "config_sentence_transformers.json": {
            "prompts": _PROMPTS,
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
        "1_Pooling/config.json": {
            "word_embedding_dimension": sizes.hidden,
            "pooling_mode_mean_tokens": True,
            "pooling_mode_cls_token": False,
            "pooling_mode_max_tokens": False,
        },
    }
