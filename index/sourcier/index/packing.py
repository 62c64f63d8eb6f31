"""Matrix products as fast as the processor makes them: weights packed once for oneDNN, in bfloat16 where that pays.

A question of twenty tokens is 0.9 GFLOP, and spends its time fetching weights: PyTorch's own product packs each matrix
again at every call. Weights packed when the model is loaded, and half as wide, halve the time of a question and of an
ingestion (``python -m sourcier.eval.bench.embedding`` prints by how much on the machine at hand, and what it costs).

Only products are rounded: they take and give float32, the sums inside them are float32, and all else (normalisation,
attention, pooling) stays as it was. Vectors computed either way are interchangeable, which is checked each time a model
is loaded: the precision is no part of what an index depends on.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

__all__ = ["LEAST_COSINE", "Precision", "fast_bfloat16", "pack"]

logger = logging.getLogger(__name__)

Precision = Literal["auto", "float32", "bfloat16"]

#: Least cosine between a text's vectors computed with packed weights and without, for them to be used.
#: multilingual-e5-small: 0.99998; two neighbouring passages of one document: 0.95 and less.
LEAST_COSINE = 0.9999

_DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16}

_Replaced = tuple[nn.Module, str, nn.Linear]
"""A layer, and where it was: a module and the name of its attribute."""


def fast_bfloat16() -> bool:
    """Whether this processor multiplies bfloat16 by itself (AVX512_BF16: Zen 4, Cooper Lake; AMX: Sapphire Rapids).

    Elsewhere oneDNN imitates it, more slowly than float32.
    """
    told = torch.cpu.get_capabilities()
    return bool(told.get("avx512_bf16") or told.get("amx_bf16"))


class _PackedLinear(nn.Module):
    """A linear layer whose weight is laid out for oneDNN. Takes and gives what the layer it replaces did."""

    def __init__(self, layer: nn.Linear, dtype: torch.dtype) -> None:
        super().__init__()
        self._dtype = dtype
        self._weight = torch.ops.mkldnn._reorder_linear_weight(layer.weight.detach().to(dtype))
        self._bias = None if layer.bias is None else layer.bias.detach().to(dtype)

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        product: torch.Tensor = torch.ops.mkldnn._linear_pointwise(
            values.to(self._dtype), self._weight, self._bias, "none", [], ""
        )
        return product.to(values.dtype)


def pack(model: nn.Module, precision: Precision, sample: Callable[[], NDArray[np.float32]]) -> str:
    """Replace the linear layers of ``model`` by packed ones, where the vectors of ``sample`` show that nothing is lost.

    Args:
        precision: ``auto`` is bfloat16 where the processor multiplies it by itself, else float32.
        sample: (n, dimension) vectors of length 1 of a few texts, by the model as it is when called.

    Returns:
        What it computes in now: ``bfloat16`` or ``float32``.
    """
    wanted = ("bfloat16" if fast_bfloat16() else "float32") if precision == "auto" else precision
    before = sample()
    for dtype in dict.fromkeys((wanted, "float32")):
        replaced: list[_Replaced] = []
        try:
            _replace(model, _DTYPES[dtype], replaced)
            cosine = float((before * sample()).sum(axis=1).min())
        except (RuntimeError, AttributeError, TypeError, ValueError) as error:
            # A model that looks inside its layers; a build without oneDNN; a processor without the instructions.
            logger.info("weights cannot be packed in %s: %s", dtype, error)
        else:
            # Written so that "not a number" is refused too.
            if cosine >= LEAST_COSINE:
                return dtype
            logger.warning("%s changes the vectors of this model (cosine %.5f): not used", dtype, cosine)
        for parent, name, layer in replaced:
            setattr(parent, name, layer)
    return "float32"


@torch.inference_mode()
def _replace(model: nn.Module, dtype: torch.dtype, replaced: list[_Replaced]) -> None:
    """Put packed layers in place; those they replace are added to ``replaced`` as it goes, whatever happens."""
    for parent in list(model.modules()):
        for name, layer in list(parent.named_children()):
            # Its subclasses (adapters, quantized layers) do more than a product.
            if type(layer) is nn.Linear and layer.weight.dtype == torch.float32:
                setattr(parent, name, _PackedLinear(layer, dtype))
                replaced.append((parent, name, layer))
