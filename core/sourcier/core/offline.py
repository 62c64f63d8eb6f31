"""Nothing leaves the machine: every phone-home switch of our dependencies, thrown before they are imported."""

from __future__ import annotations

import os

#: What each library reads, found in its source (see ``docs/security.md``). Values are forced, not defaulted:
#: an inherited variable must not turn telemetry back on.
SWITCHES = {
    "GRADIO_ANALYTICS_ENABLED": "False",
    "ANONYMIZED_TELEMETRY": "False",
    "CHROMA_TELEMETRY_IMPL": "none",
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_DATASETS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_XET": "1",
    "DO_NOT_TRACK": "1",
    "DISABLE_TELEMETRY": "1",
    "OTEL_SDK_DISABLED": "true",
    "TOKENIZERS_PARALLELISM": "false",
}


def apply() -> None:
    """Throw every switch of :data:`SWITCHES` for this process and its children."""
    os.environ.update(SWITCHES)
    # A key found here would be sent along by the official client, even to a server of the organisation's own.
    os.environ.pop("OLLAMA_API_KEY", None)
