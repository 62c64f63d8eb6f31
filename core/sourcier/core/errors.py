"""Every error Sourcier raises on purpose.

SourcierError
  + SettingsError          a settings file, variable or option that cannot be used
  + UsageError             a command that cannot be run as typed
  + QuestionError          a question that cannot be asked (empty, too long)
  + IngestError            nothing could be read where something was asked for
    - UnreadableFileError  one file that was left out, and why
  + StoreError             the data folder
    - StoreBusyError       another process is writing
    - StoreDamagedError    what is stored does not hold together
    - EmptyIndexError      nothing has been ingested yet
    - ModelMismatchError   the index was built with other embeddings
  + ModelError             the language or embedding model
    - ModelMissingError    the model is not installed on the server
    - ModelUnreachableError  the server does not answer
    - ModelInterruptedError  the server stopped in mid-answer
    - WeightsError         weights absent, or not those that were pinned
  + MissingExtraError      an optional dependency is not installed

An error is made from a key of the message catalogue and the values its sentence needs, so that the command line
and the page can show it in the person's language:

    raise IngestError("ingest.path_missing", path=path)
"""

from __future__ import annotations

from sourcier.core.messages import Language, message


class SourcierError(Exception):
    """Something a person can act on: what happened, where, and what to do, in one sentence.

    Args:
        key: a key of the message catalogue (``core/sourcier/core/messages``).
        **values: what the sentence of that key names (paths, settings, limits…).
    """

    exit_code = 1

    def __init__(self, key: str, /, **values: object) -> None:
        self.key = key
        self.values = values
        super().__init__(key, values)

    def in_language(self, language: Language) -> str:
        """The sentence to show a person who reads ``language``."""
        return message(self.key, language, **self.values)

    def __str__(self) -> str:
        return self.in_language("fr")


class SettingsError(SourcierError):
    """A settings file, an environment variable or an option holds something that cannot be used."""


class UsageError(SourcierError):
    """A command that cannot be run as it was typed."""

    exit_code = 2


class QuestionError(SourcierError):
    """A question that cannot be asked: empty, or longer than the limit."""


class IngestError(SourcierError):
    """Nothing could be ingested from what was named."""


class UnreadableFileError(IngestError):
    """One file could not be read; the others go on and this one is reported with its reason."""


class StoreError(SourcierError):
    """The data folder cannot be used."""


class StoreBusyError(StoreError):
    """Another process is writing to the same data folder."""


class StoreDamagedError(StoreError):
    """What is stored does not hold together; the message says how to rebuild it."""


class EmptyIndexError(StoreError):
    """Nothing has been ingested in this data folder yet."""


class ModelMismatchError(StoreError):
    """The index was built with other embeddings than those configured."""


class ModelError(SourcierError):
    """The language model or the embedding model cannot be used."""


class ModelMissingError(ModelError):
    """The server answers but does not have the model."""


class ModelUnreachableError(ModelError):
    """No server answers at the configured address."""


class ModelInterruptedError(ModelError):
    """The server stopped, or fell silent, before the end of its answer."""


class WeightsError(ModelError):
    """Model weights are absent, or are not the ones whose sha256 is pinned."""


class MissingExtraError(SourcierError):
    """An optional dependency is needed and not installed; the message says how to install it."""
