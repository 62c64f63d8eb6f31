"""An opinion: what was asked and answered, what is thought of it, and the day. There is no field for who, where from, or at what time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from sourcier.core.messages import Language, message

__all__ = ["KINDS", "MOST_COMMENT", "Cited", "Kind", "Opinion", "exported"]

Kind = Literal[
    "wrong_source", "not_in_source", "out_of_date", "incomplete", "hard_to_read",
    "biased", "off_question", "refused_wrongly", "too_long", "other",
]  # fmt: skip
KINDS: tuple[Kind, ...] = get_args(Kind)
MOST_COMMENT = 1000

#: What `sourcier eval feedback` calls the verdicts (``docs/quality-gate.md``); any other reason is a wrong answer,
#: until a person has reviewed it.
_VERDICTS: dict[Kind, str] = {"incomplete": "incomplete", "refused_wrongly": "should_answer"}
#: The fields of a line that are the evaluation's own.
_EVALUATED = ("question", "verdict", "consent", "reviewed", "answer", "reason", "citations", "date", "status")


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Cited(_Body):
    """A source of the answer."""

    path: Annotated[str, Field(max_length=500)] = ""
    document_id: Annotated[str, Field(max_length=64)] = ""
    quote: Annotated[str, Field(max_length=1500)] = ""


class Opinion(_Body):
    """What the page sends. Without ``consent`` it is refused, and a field that is none of these too.

    Attributes:
        helps: thumb up; ``kind`` says why it is down.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "consent": True,
                    "helps": False,
                    "kind": "out_of_date",
                    "comment": "L'allocation a changé en juin.",
                    "question": "À combien s'élève l'allocation de télétravail?",
                    "answer": "L'allocation de télétravail est de 40 $ par mois. [1]",
                    "status": "answered",
                    "citations": [{"path": "guides/teletravail.md", "quote": "Une allocation de 40 $ par mois"}],
                }
            ]
        }
    )

    consent: Literal[True]
    helps: Annotated[bool, Field(strict=True)]
    kind: Kind | None = None
    comment: Annotated[str, Field(max_length=MOST_COMMENT)] = ""
    question: Annotated[str, Field(min_length=1, max_length=2000)]
    answer: Annotated[str, Field(max_length=6000)] = ""
    status: Literal["answered", "quoted", "abstained", ""] = ""
    citations: Annotated[tuple[Cited, ...], Field(max_length=12)] = ()

    def line(self, day: str, receipt: str) -> dict[str, Any]:
        """The line that is kept.

        Args:
            day: ISO 8601, without the time.
            receipt: the digest of the member's code.
        """
        kind = None if self.helps else self.kind or "other"
        return {
            "question": self.question,
            "verdict": "right" if kind is None else _VERDICTS.get(kind, "wrong"),
            "consent": True,
            "reviewed": False,
            "answer": self.answer,
            "reason": kind or "",
            "citations": [cited.model_dump() for cited in self.citations],
            "date": day,
            "status": self.status,
            "comment": self.comment.strip(),
            "receipt": receipt,
        }


def exported(line: Mapping[str, Any], language: Language) -> dict[str, Any]:
    """A line as `sourcier eval feedback` reads it: the reason in words, with the comment; nothing that the code opens."""
    kept = {name: line[name] for name in _EVALUATED if name in line}
    reason = kept.get("reason") or ""
    said = [message(f"feedback.kind_{reason}", language)] if reason in KINDS else []
    return {**kept, "reason": " — ".join([*said, *filter(None, [line.get("comment")])])}
