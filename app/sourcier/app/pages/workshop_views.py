"""The four pages of the trainer: the wish with the kits that are kept, the outline, the kit being made, the kit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.responses import Response

from sourcier.app.pages.rendering import render
from sourcier.app.pages.workshop_bench import Bench
from sourcier.app.pages.workshop_files import ALL, USUAL_ARCHIVE
from sourcier.app.pages.workshop_forms import KINDS, LEVELS, BriefForm, OutlineForm, invalid
from sourcier.app.pages.workshop_kit import found_shape, named, papers_of, parts_of_kit, why
from sourcier.app.pages.workshop_runs import Run
from sourcier.app.workshop.asked import LONGEST, SHORTEST
from sourcier.app.workshop.check import Checked
from sourcier.app.workshop.files.write import FORMATS
from sourcier.app.workshop.kit import Kit, Topic
from sourcier.app.workshop.quiz.writers import QUIZ_FORMATS
from sourcier.core.errors import SourcierError
from sourcier.core.messages import Language, message

__all__ = ["home_page", "kit_page", "outline_page", "run_page"]

#: Documents that are offered as boxes to tick; of more, paths are typed.
_TICKED = 40


@dataclass(frozen=True, slots=True)
class _Say:
    """Sentences of ``workshop_page`` as text: the templates escape whatever they show."""

    language: Language

    def __call__(self, name: str, /, **values: object) -> str:
        return message(f"workshop_page.{name}", self.language, **values)

    def file(self, name: str, /, **values: object) -> str:
        """A word that the files of a kit use too."""
        return message(f"workshop_files.{name}", self.language, **values)

    def quiz(self, name: str, /) -> str:
        """A kind of question."""
        return message(f"workshop_quiz.kind_{name}", self.language)

    def kind(self, name: str) -> str:
        """What a kind of activity is called."""
        return message(f"workshop.title_{name}", self.language)

    def stage(self, name: str) -> str:
        """What is being done."""
        return message(f"workshop.stage_{name}", self.language)

    def error(self, error: SourcierError) -> str:
        """Why not."""
        return error.in_language(self.language)


def home_page(bench: Bench, language: Language, wish: BriefForm, error: SourcierError | None = None) -> Response:
    """The form and the kits that are kept; with what cannot be used said, and what was typed kept."""
    rows = sorted(bench.searcher.documents(), key=lambda row: row.metadata.title.casefold())
    offered = rows if len(rows) <= _TICKED else []
    known = {row.path for row in offered}
    # A path that was ticked and is offered no more is not dropped without a word: it goes with those that are typed.
    others = "\n".join([*(one for one in wish.documents if one not in known), wish.others]).strip("\n")
    return render(
        "workshop_home.html", bench.settings, language, 422 if error else 200,
        section="workshop", here="/atelier", w=_Say(language), wish=wish, others=others, offered=offered, error=error,
        wrong=invalid(error.key) if error else "", instead=_proposed(error), levels=LEVELS, kits=bench.shelf.all(),
        underway=bench.runs.underway(), shortest=SHORTEST, longest=LONGEST,
    )  # fmt: skip


def outline_page(
    bench: Bench, language: Language, form: OutlineForm, topics: Sequence[Topic], error: SourcierError | None = None,
    order: str = "",
) -> Response:  # fmt: skip
    """The outline to edit; ``order`` is the button that led here, so that the keyboard stays where it was."""
    wanted = int(form.wish.minutes.strip())
    return render(
        "workshop_outline.html", bench.settings, language, 422 if error else 200,
        section="workshop", here="", w=_Say(language), form=form, topics=topics, error=error, kinds=KINDS,
        wanted=wanted, left=wanted - form.sum, focus=_focus(order, len(form.rows)), underway=bench.runs.underway(),
    )  # fmt: skip


def run_page(bench: Bench, language: Language, run: Run) -> Response:
    """How far it is, or why it stopped and how to go on."""
    wish = OutlineForm.of(_wish_of(run), run.outline)
    part = named(run.kit, run.part, language) if run.kit is not None and run.part else ""
    return render(
        "workshop_run.html", bench.settings, language,
        section="workshop", here=f"/atelier/en-cours/{run.id}", w=_Say(language), run=run, part=part, again=wish.hidden(),
        writes=bench.tools(run.brief.language).writer() is not None,
    )  # fmt: skip


def kit_page(bench: Bench, language: Language, kit: Kit, checked: Checked | None = None) -> Response:
    """The kit, and, where it was asked for, what changed in its sources since."""
    organisation = bench.settings.organisation.name
    return render(
        "workshop_kit.html", bench.settings, language,
        section="workshop", here=f"/atelier/trousses/{kit.id}", w=_Say(language), kit=kit, parts=parts_of_kit(kit),
        papers=papers_of(kit, organisation), formats=FORMATS, quiz_formats=QUIZ_FORMATS, everything=ALL,
        usual=USUAL_ARCHIVE, checked=found_shape(kit, checked, language) if checked else None,
        left_out=[(named(kit, one.part, language), one.text, why(one, language)) for one in kit.left_out],
        topics={topic.id: topic.title for topic in kit.topics},
    )  # fmt: skip


def _proposed(error: SourcierError | None) -> list[str]:
    """The headings that the refusal of a theme names, each to be asked for instead."""
    if error is None or error.key != "workshop.outside":
        return []
    told = str(error.values.get("known", "")).removeprefix("« ").removesuffix(" »")
    return [one for one in told.split(" » ; « ") if one]


def _focus(order: str, rows: int) -> str:
    """The button that has the keyboard after an order: the same one on the row where it now is."""
    name, _, number = order.partition(":")
    if name == "add":
        return f"title:{rows - 1}"
    if name not in {"up", "down", "drop"} or not number.isdigit() or len(number) > 3:
        return ""
    place = int(number) + {"up": -1, "down": 1}.get(name, 0)
    place = max(0, min(rows - 1, place))
    # At an end, the button is not there any more.
    if name == "up" and place == 0:
        name = "down"
    elif name == "down" and place == rows - 1:
        name = "up"
    return f"{name}:{place}"


def _wish_of(run: Run) -> BriefForm:
    brief = run.brief
    return BriefForm(
        theme=brief.theme, others="\n".join(brief.documents), audience=brief.audience, minutes=str(brief.minutes),
        level=brief.level, group_size=str(brief.group_size), language=brief.language, goals="\n".join(brief.goals),
        title=brief.title,
    )  # fmt: skip
