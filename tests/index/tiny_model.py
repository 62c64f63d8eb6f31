"""Embedding models of a few thousand weights, saved as folders that sentence-transformers loads like any other."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

WORDS = """
    query passage le la les un une des de du et ou à en pour par grief délai dépôt congé article trente jours convention
    syndicat employeur salariée vacances arbitre sentence instruct : . , ? ' -
""".split()  # noqa: SIM905


def write_model(
    folder: Path,
    *,
    prompts: Mapping[str, str] | None = None,
    pooling: str = "mean",
    include_prompt: bool = True,
    projected: int = 0,
    padding_side: str = "right",
    truncated: int = 0,
) -> Path:
    """A BERT of two layers with random weights, always the same.

    Args:
        prompts: stored in the folder; none are where empty.
        projected: size of a linear layer after pooling; 0 for none.
        truncated: ``truncate_dim`` of the folder; 0 for none.
    """
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.base.modules import Dense, Transformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    vocabulary = {word: index for index, word in enumerate([*special, *WORDS])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    names = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    fast = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer, **names, mask_token="[MASK]", padding_side=padding_side, model_max_length=64
    )
    torch.manual_seed(7)
    configuration = BertConfig(
        vocab_size=len(vocabulary),
        max_position_embeddings=64,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=64,
    )
    bare = folder.with_name(f"{folder.name}.bare")
    BertModel(configuration).save_pretrained(bare)
    fast.save_pretrained(bare)
    modules: list[Any] = [Transformer(str(bare)), Pooling(32, pooling_mode=pooling, include_prompt=include_prompt)]
    if projected:
        modules.append(Dense(32, projected, activation_function=torch.nn.Tanh()))
    model = SentenceTransformer(modules=[*modules, Normalize()], device="cpu")
    model.save(str(folder), create_model_card=False)
    path = folder / "config_sentence_transformers.json"
    stored = json.loads(path.read_text(encoding="utf-8"))
    stored["prompts"] = dict(prompts or {})
    if truncated:
        stored["truncate_dim"] = truncated
    path.write_text(json.dumps(stored), encoding="utf-8")
    return folder
