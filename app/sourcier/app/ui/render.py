"""A turn of the conversation as HTML. All that comes from documents, models and people goes through ``inert``."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from sourcier.app.answering.events import Searched
from sourcier.app.answering.wording import people_line
from sourcier.app.shapes import answer_to_json
from sourcier.app.ui.earlier import STYLES
from sourcier.app.ui.inert import inert
from sourcier.app.ui.sources import card, citation_panel, citations_inside, nearest_panel, panel_id, passage_panel
from sourcier.app.ui.taking import take_button
from sourcier.app.ui.turn import Turn
from sourcier.app.ui.windows import Window
from sourcier.app.ui.words import Words
from sourcier.core.messages import LANGUAGES, message
from sourcier.core.types import Answer, AnswerSentence, Citation, ModelInfo, Removed

__all__ = ["turn_html"]

#: Characters of the longest word that a narrow screen can keep on one line with three markers.
LONGEST_WORD = 18

#: Titles of the documents that were looked in for nothing; the cards below show the rest.
MOST_TITLES = 5

_ITEM = re.compile(r"\s*(?:[-–—•*]|\d{1,2}[.)])\s+")


def turn_html(
    turn: Turn,
    around: Callable[[Citation], Window],
    words: Words,
    people: str = "",
    first: str = "",
    last: str = "",
) -> str:
    """The whole block of a turn, on one line, with the panels that its buttons open.

    Args:
        around: what to show around a citation's quote.
        people: inert HTML, whom to turn to when the documents do not answer.
        first: inert HTML shown before anything of the answer.
        last: inert HTML shown after a whole answer.
    """
    status = turn.answer.status if turn.answer else "failed" if turn.error else "going"
    parts = [
        f'<div class="turn {status}" id="turn-{turn.key}">',
        f'<div class="question"><h2 class="unseen">{words("you_asked")}</h2><p>{inert(turn.question)}</p></div>',
        f'<p class="understood">{words("understood", standalone=turn.standalone)}</p>' if turn.standalone else "",
        first,
        _progress(turn, words),
        f'<p class="stopped" hidden>{words("stopped")}</p>',
        _answer(turn, words, people),
        _footer(turn, turn.answer, words) if turn.answer else "",
        _removed(turn.removed, words) if turn.removed else "",
        _searched(turn.searched, words) if turn.searched else "",
        _sources(turn, words),
        _again(turn, words),
        _record(turn.answer) + last if turn.answer else "",
        *(citation_panel(turn.key, citation, around(citation), words) for citation in turn.citations),
        *(
            nearest_panel(turn.key, number, near, around(near), words)
            for number, near in enumerate(turn.answer.nearest if turn.answer else (), 1)
        ),
        *(passage_panel(turn.key, hit, turn.citations, words) for hit in turn.hits or ()),
        "</div>",
    ]
    return "".join(parts)


def _progress(turn: Turn, words: Words) -> str:
    if turn.answer or turn.error:
        return ""
    if turn.hits is None:
        text = words("searching")
    else:
        found = words.count("found", len(turn.hits)) if turn.hits else words("found_none").rstrip(".")
        text = f"{found} — {_next_step(turn, words)}"
    return f'<p class="progress"><span class="pulse"></span><span>{text}<span class="elapsed"></span></span></p>'


def _next_step(turn: Turn, words: Words) -> str:
    if turn.ahead:
        return words("next_waiting_one") if turn.ahead == 1 else words("next_waiting_many", ahead=turn.ahead)
    if turn.model and not (turn.sentences or turn.removed):
        return words("next_drafting", model=turn.model.name or turn.model.provider)
    if turn.model:
        return words.count("next_verifying", len(turn.sentences))
    return words("next_reading")


def _answer(turn: Turn, words: Words, people: str) -> str:
    if turn.error:
        return f'<div class="answer"><p class="failure">{inert(turn.error)}</p></div>'
    if turn.answer and turn.answer.status == "abstained":
        return _abstention(turn, words, people)
    if not turn.sentences:
        return ""
    quoted = turn.answer is not None and turn.answer.status == "quoted"
    badge = f'<p class="badge">{words("badge_quoted")}</p>' if quoted else ""
    notices = "".join(
        f'<p class="notice">{inert(notice)}</p>' for notice in (turn.answer.notices if turn.answer else ())
    )
    body = "".join(_sentence(turn, index, sentence, quoted, words) for index, sentence in enumerate(turn.sentences))
    return f'<div class="answer">{badge}{notices}<h3 class="unseen">{words("answer_heading")}</h3><div class="text">{body}</div></div>'


def _sentence(turn: Turn, index: int, sentence: AnswerSentence, quoted: bool, words: Words) -> str:
    markers = "".join(_marker(turn.key, number, words) for number in sentence.citations)
    text = _with_markers(sentence.text.strip(), markers)
    if quoted:
        return f'<blockquote class="sentence">{text}</blockquote>'
    fresh = " fresh" if turn.answer is None and index == len(turn.sentences) - 1 else ""
    item = " item" if _ITEM.match(sentence.text) else ""
    return f'<span class="sentence{item}{fresh}">{text}</span> '


def _with_markers(text: str, markers: str) -> str:
    """The sentence with its markers kept on the line of its last word, where that is a word and not a long string."""
    start, _, last = text.rpartition(" ")
    if len(last) > LONGEST_WORD:
        return f"{inert(text)} {markers}"
    return f'{inert(start)} <span class="tail">{inert(last)} {markers}</span>'


def _marker(key: str, number: int, words: Words) -> str:
    opens = panel_id(key, "c", number)
    return f'<button type="button" class="marker opens" value="{opens}"><span class="unseen">{words("see_source")} </span>{number}</button>'


def _abstention(turn: Turn, words: Words, people: str) -> str:
    titles = list(dict.fromkeys(hit.metadata.title for hit in turn.hits or ()))
    looked = "".join(f"<li>{inert(title)}</li>" for title in titles[:MOST_TITLES])
    if len(titles) > MOST_TITLES:
        looked += f"<li>{words.count('abstained_more', len(titles) - MOST_TITLES)}</li>"
    asked = f"<h4>{words('abstained_contact')}</h4>{people}" if people else ""
    notices = "".join(
        f'<p class="notice">{inert(notice)}</p>' for notice in (turn.answer.notices if turn.answer else ())
    )
    outside = turn.answer is not None and turn.answer.outside is not None
    if outside and turn.answer is not None:
        # The refusal says why, and names the one line of the settings; listed contacts are shown in their block instead.
        named = asked if people.startswith("<div") else ""
        why = turn.answer.answer if people.startswith("<p") else _without_people(turn.answer)
        said = f'<p class="badge">{words("badge_outside")}</p>{notices}<p>{inert(why)}</p>{named}'
        return f'<div class="answer">{said}{_nearest(turn, words)}</div>'
    # What the question took for granted and the sources deny is put right before anything else is said.
    said = turn.answer.answer if turn.answer else ""
    usual = next((usual for language in LANGUAGES if (usual := message("answer.abstained", language)) in said), said)
    put_right = said.partition(usual)[0].strip()
    corrected = f'<p class="notice">{inert(put_right)}</p>' if put_right else ""
    return (
        f'<div class="answer"><p class="badge">{words("badge_abstained")}</p>{corrected}{notices}'
        f"<p>{words('abstained_text')}</p>"
        + (f"<h4>{words('abstained_looked')}</h4><ul>{looked}</ul>" if looked else "")
        + asked
        + f'<p class="advice">{words("abstained_advice")}</p>{_nearest(turn, words)}</div>'
    )


def _without_people(answer: Answer) -> str:
    """The text of an abstention without the persons at its end: they are shown here, or were before the answer."""
    text = answer.answer
    for language in LANGUAGES:
        text = text.removesuffix(people_line(answer.contacts, language)).rstrip()
    return text


def _nearest(turn: Turn, words: Words) -> str:
    """Exact stretches close to a question that is not answered: apart, without markers, each opens its passage."""
    if turn.answer is None or not turn.answer.nearest:
        return ""
    rows = "".join(
        f'<li><button type="button" class="opens near" value="{panel_id(turn.key, "n", number)}">'
        f'<span class="near-quote">{inert(" ".join(near.quote.split()))}</span>'
        f'<span class="near-title">{inert(near.title)}</span></button></li>'
        for number, near in enumerate(turn.answer.nearest, 1)
    )
    return (
        f'<section class="nearest"><h4>{words("nearest_heading")}</h4><p>{words("nearest_note")}</p>'
        f"<ul>{rows}</ul></section>"
    )


def _footer(turn: Turn, answer: Answer, words: Words) -> str:
    items = [_writer(answer.model, answer.status == "answered", words)]
    if turn.at is not None:
        items.append(f'<span class="unseen">{words("moment_label")} </span>{inert(words.moment(turn.at))}')
    if answer.cached:
        items.append(words("badge_cached"))
    if "total" in answer.timings_ms:
        seconds = words.number(answer.timings_ms["total"] / 1000, 1)
        items.append(f'<span class="unseen">{words("duration_label")} </span>{words("duration", seconds=seconds)}')
    digits = 2 if answer.energy_wh >= 0.1 else 3
    energy = words("energy", energy=words.number(answer.energy_wh, digits))
    items.append(f'<span class="unseen">{words("energy_label")} </span>{energy}')
    return f'<ul class="facts">{"".join(f"<li>{item}</li>" for item in items)}</ul>'


def _writer(model: ModelInfo, wrote: bool, words: Words) -> str:
    if not wrote or model.provider == "none":
        return words("written_none")
    return words("written_by", model=model.name, provider=words.plain(f"provider_{model.provider}"))


def _removed(removed: tuple[Removed, ...], words: Words) -> str:
    rows = "".join(
        f'<li><span class="struck">{inert(one.text)}</span><span class="reason">{inert(one.explanation) or words.reason(one.reason)}</span></li>'
        for one in removed
    )
    summary = words.count("removed", len(removed))
    return (
        f'<details class="removed"><summary>{summary}</summary><p>{words("removed_note")}</p><ul>{rows}</ul></details>'
    )


def _searched(searched: Searched, words: Words) -> str:
    """What was looked for, folded: the question as it was searched, and how its words were read."""
    rows = [
        (words("searched_queries"), [f"« {query} »" for query in searched.queries]),
        (words("searched_words"), [" · ".join(searched.words)] if searched.words else []),
        (words("searched_corrections"), [f"{typed} → {read}" for typed, read in searched.corrections]),
        (words("searched_expansions"), [f"{term} → {meaning}" for term, meaning in searched.expansions]),
    ]
    told = "".join(
        f"<div><dt>{label}</dt>{''.join(f'<dd>{inert(line)}</dd>' for line in lines)}</div>"
        for label, lines in rows
        if lines
    )
    if not told:
        return ""
    return f'<details class="searched"><summary>{words("searched_heading")}</summary><dl>{told}</dl></details>'


def _again(turn: Turn, words: Words) -> str:
    """What can be done with a question once it has been answered: the page's script acts on these buttons."""
    style = turn.answer.style if turn.answer else "normal"
    names = ["edit", "fresh", *(name for name in STYLES if name != style)]
    if turn.answer is None or turn.answer.model.provider != "none":
        names.append("quotes")
    buttons = "".join(
        f'<button type="button" class="again" value="{name}">{words(f"again_{name}")}</button>' for name in names
    )
    label = words("again_label")
    take = take_button(turn.at, words.language) if turn.answer else ""
    return f'<div class="actions"><span class="unseen">{label}</span>{take}{buttons}</div>'


def _record(answer: Answer) -> str:
    """The answer as the HTTP interface gives it, for the page to keep, complete follow-ups with, and take along."""
    text = json.dumps(answer_to_json(answer), ensure_ascii=False)
    return f'<button type="button" class="record" value="{inert(text)}" hidden></button>'


def _sources(turn: Turn, words: Words) -> str:
    if not turn.hits:
        return ""
    cards = {hit.rank: card(turn.key, hit, turn.citations, words) for hit in turn.hits}
    first = {hit.rank: min((c.marker for c in citations_inside(hit, turn.citations)), default=0) for hit in turn.hits}
    cited = sorted((rank for rank, marker in first.items() if marker), key=first.__getitem__)
    if turn.answer is None:
        return f'<h3>{words("sources_found")}</h3><ul class="cards">{"".join(cards.values())}</ul>'
    others = [rank for rank in cards if rank not in cited]
    shown = (
        f'<h3>{words("sources_cited")}</h3><ul class="cards">{"".join(cards[r] for r in cited)}</ul>' if cited else ""
    )
    if not others:
        return shown
    rest = f'<ul class="cards">{"".join(cards[r] for r in others)}</ul>'
    label = words.count("sources_other", len(others)) if cited else words("sources_found")
    return f'{shown}<details class="others"><summary>{label}</summary>{rest}</details>'
