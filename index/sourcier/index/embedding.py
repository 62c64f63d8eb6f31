"""The embedding model of the settings: found, identified, loaded once."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from pathlib import Path

from sourcier.core import offline
from sourcier.core.errors import ModelMissingError
from sourcier.core.settings import EmbeddingSettings
from sourcier.index.conversion import CONVERTER_VERSION, converted_folder, read_origin
from sourcier.index.embedder import Embedder, SentenceEmbedder, TokenVectors
from sourcier.index.packaged_weights import E5_SMALL
from sourcier.index.prompts import family_of

__all__ = [
    "EMBEDDED",
    "Embedder",
    "SentenceEmbedder",
    "TokenVectors",
    "folder_of_model",
    "load_embedder",
    "model_folder",
    "model_identity",
]

EMBEDDED = "embedded"
"""The value of ``embedding.model`` that stands for the weights of the installed package."""

_SAMPLE, _SAMPLES, _WHOLE = 1 << 16, 64, 1 << 24

_loaded: dict[EmbeddingSettings, SentenceEmbedder] = {}
_loading = threading.Lock()


def load_embedder(settings: EmbeddingSettings, home: Path) -> SentenceEmbedder:
    """The embedding model of the settings, loaded once in a process.

    Args:
        home: the data folder; the packaged weights are converted into ``home/models`` the first time.

    Raises:
        MissingExtraError: the package that carries the embedded weights is not installed.
        WeightsError: the embedded weights are absent, or not the pinned ones.
        ModelMissingError: no such folder, and no model of that name on this machine.
        ModelError: the folder is there, and cannot be loaded.
    """
    with _loading:
        if settings not in _loaded:
            _loaded[settings] = _load(settings, home)
        return _loaded[settings]


def model_identity(settings: EmbeddingSettings) -> tuple[str, str]:
    """Name and fingerprint of the embedding model of the settings, found without loading it.

    Raises:
        ModelMissingError: no such folder, and no model of that name on this machine.
    """
    if settings.model == EMBEDDED:
        name, content = E5_SMALL.name, f"{E5_SMALL.sha256}.{CONVERTER_VERSION}"
    else:
        folder = _folder(settings)
        origin = read_origin(folder)
        name = Path(settings.model).name
        content = f"{origin['sha256']}.{origin['converter']}" if origin else _digest_of_folder(folder)
    parts = [content, settings.query_prompt, settings.passage_prompt, _family(name)]
    return name, hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def model_folder(settings: EmbeddingSettings, home: Path) -> Path:
    """The folder of the model of the settings; the packaged weights are converted into ``home/models`` the first time.

    Raises:
        MissingExtraError, WeightsError, ModelMissingError: see :func:`load_embedder`.
    """
    return converted_folder(E5_SMALL, home) if settings.model == EMBEDDED else _folder(settings)


def _load(settings: EmbeddingSettings, home: Path) -> SentenceEmbedder:
    offline.apply()  # before the libraries that read these switches when imported
    from sourcier.index.encoder import TransformerEmbedder

    return TransformerEmbedder(model_folder(settings, home), settings, *model_identity(settings))


def _family(name: str) -> bool | list[str]:
    """What of a model's name its vectors depend on."""
    if re.search(r"multilingual-e5-(small|base|large)$", name):
        return True  # as it was first written: no index is to be made again
    prompts = family_of(name)
    return [prompts.query, prompts.passage] if prompts else False


def _folder(settings: EmbeddingSettings) -> Path:
    return folder_of_model(settings.model)


def folder_of_model(model: str) -> Path:
    """Where a model is that is named by its folder, or by a name already on this machine.

    Raises:
        ModelMissingError: no such folder, and no model of that name.
    """
    folder = Path(model).expanduser()
    return folder if folder.is_dir() else _folder_of_name(model)


def _folder_of_name(name: str) -> Path:
    offline.apply()
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(name, local_files_only=True))
    except (OSError, ValueError) as error:  # not in the cache; not even a name
        raise ModelMissingError("embedding.model_absent", model=name) from error


def _digest_of_folder(folder: Path) -> str:
    """sha256 over a model folder: names, sizes and contents; large files are sampled, evenly, 4 MB of each.

    Weights differ from one model to the next in nearly every byte: samples tell them apart at any size, in no time.
    """
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.suffix in {".json", ".safetensors", ".txt", ".model"}):
        size = path.stat().st_size
        digest.update(f"{path.relative_to(folder).as_posix()}\0{size}\0".encode())
        with path.open("rb") as stream:
            if size <= _WHOLE:
                digest.update(stream.read())
                continue
            for sample in range(_SAMPLES):
                stream.seek(sample * (size - _SAMPLE) // (_SAMPLES - 1))
                digest.update(stream.read(_SAMPLE))
    return digest.hexdigest()
