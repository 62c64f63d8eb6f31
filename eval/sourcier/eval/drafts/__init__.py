"""Questions drafted from an organisation's own documents, for a person to review."""

from sourcier.eval.drafts.making import Made, make_drafts
from sourcier.eval.drafts.rows import Draft, DraftError, read_drafts

__all__ = ["Draft", "DraftError", "Made", "make_drafts", "read_drafts"]
