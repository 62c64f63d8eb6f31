"""« Parler à une personne » as inert HTML: the button that stays on screen, its dialog, and the block before an urgent answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from sourcier.app.relay.contacts import contacts_of, lines_for, regions_of, shown_for, subjects_of
from sourcier.app.relay.urgency import Subject
from sourcier.app.ui.inert import inert
from sourcier.core.messages import Language, message
from sourcier.core.settings import Contact, EmergencyLine, Settings

__all__ = ["abstention_people", "relay_button", "relay_dialog", "urgent_block"]

Say = Callable[..., str]

#: What the script says by itself: sentences of the page, and the parts of a message.
_SAID = (
    "matching_one", "matching_many", "message_copied", "message_not_copied", "message_saved", "message_rest", "default_subject", "hello",
    "said_question", "said_answer", "said_sources", "said_mine", "thanks", "file_name",
)  # fmt: skip


def relay_button(settings: Settings) -> str:
    """The button, where there is somebody to talk to."""
    if not _reachable(settings):
        return ""
    say = _say(settings.language)
    return (
        f'<button type="button" id="relay-open" class="reach" value="all" aria-haspopup="dialog">{say("open")}</button>'
    )


def relay_dialog(settings: Settings) -> str:
    """The dialog: who can be reached, then the message that the member writes; nothing where there is nobody."""
    if not _reachable(settings):
        return ""
    say = _say(settings.language)
    contacts = contacts_of(settings.organisation)
    people = "".join(_person(number, contact, say) for number, contact in enumerate(contacts))
    # The number is the script's to put in.
    said = "".join(f"<i data-name={name}>{say(name, count='{count}')}</i>" for name in _SAID)
    return (
        '<dialog id="relay" class="beside" aria-labelledby="relay-title"><header>'
        f'<h2 id="relay-title" tabindex="-1">{say("title")}</h2>'
        f'<button type="button" class="closes">{say("close")}</button></header>'
        f'<div id="relay-people"><p>{say("intro")}</p>{_lines(settings.organisation.emergency, say)}{_filters(contacts, say)}'
        f'<p id="relay-none" role="status" hidden>{say("none_matching")}</p><ul class="people">{people}</ul></div>'
        f'{_message(say)}</dialog><p id="relay-alert" class="unseen" role="alert"></p>'
        f'<div id="relay-said" hidden>{said}</div>'
    )


def urgent_block(subjects: Sequence[Subject], settings: Settings) -> str:
    """What is shown before the answer to a question of these urgent subjects; nothing where there are none."""
    if not subjects:
        return ""
    say = _say(settings.language)
    contacts = contacts_of(settings.organisation)
    chosen = shown_for(settings.organisation, subjects)
    people = "".join(_person(contacts.index(contact), contact, say, within=True) for contact in chosen)
    lines = _lines(lines_for(settings.organisation, subjects), say, tag="h4")
    button = f'<button type="button" class="reach" value="all">{say("urgent_all")}</button>' if contacts else ""
    return (
        f'<section class="urgent" data-subjects="{" ".join(subjects)}"><h3>{say("urgent_title")}</h3>'
        + "".join(f"<p>{say(f'urgent_{subject}')}</p>" for subject in subjects)
        + lines
        + (f'<ul class="people">{people}</ul>' if people else f"<p>{say('urgent_nobody')}</p>" if not lines else "")
        + f'<p class="follows">{button}{say("urgent_follows")}</p></section>'
    )


def abstention_people(settings: Settings) -> str:
    """Whom to ask where the documents do not answer, as inert HTML; nothing where there is nobody."""
    contacts = contacts_of(settings.organisation)
    if not contacts:
        return ""
    say = _say(settings.language)
    if not settings.organisation.contacts:
        return f"<p>{inert(contacts[0].name)}</p>"
    shown = shown_for(settings.organisation, ())
    people = "".join(_person(contacts.index(contact), contact, say, within=True) for contact in shown)
    rest = len(contacts) > len(shown)
    button = f'<button type="button" class="reach" value="all">{say("urgent_all")}</button>' if rest else ""
    return f'<div class="asks"><ul class="people">{people}</ul>{button}</div>'


def _reachable(settings: Settings) -> bool:
    return bool(contacts_of(settings.organisation) or settings.organisation.emergency)


def _say(language: Language) -> Say:
    def say(key: str, /, **values: object) -> str:
        return inert(message(f"relay.{key}", language, **values))

    return say


def _lines(lines: Sequence[EmergencyLine], say: Say, tag: str = "h3") -> str:
    if not lines:
        return ""
    rows = "".join(
        f"<li><strong>{inert(line.name)}</strong> {_call(line.phone)}{f' · {inert(line.hours)}' if line.hours else ''}</li>"
        for line in lines
    )
    return f'<div class="emergency"><{tag}>{say("emergency")}</{tag}><ul>{rows}</ul></div>'


def _person(number: int, contact: Contact, say: Say, *, within: bool = False) -> str:
    """A contact; ``within`` an answer, what it is for has been said: its subjects are for choosing among all."""
    tag = "h4" if within else "h3"
    where = " · ".join(part for part in (contact.role, contact.region) if part)
    rows = [
        ("phone", _call(contact.phone) if contact.phone else ""),
        ("email", f'<a href="mailto:{inert(contact.email)}">{inert(contact.email)}</a>' if contact.email else ""),
        ("hours", inert(contact.hours)),
        ("site", f'<a href="{inert(contact.url)}" target="_blank" rel="noopener noreferrer">{inert(contact.url)}</a>' if contact.url else ""),
    ]  # fmt: skip
    described = "".join(f"<div><dt>{say(name)}</dt><dd>{value}</dd></div>" for name, value in rows if value)
    subjects = "" if within else " · ".join(contact.subjects)
    return (
        f'<li class="person" data-region="{inert(contact.region)}" data-subjects="{inert(json.dumps(contact.subjects))}" '
        f'data-email="{inert(contact.email)}"><{tag}>{inert(contact.name)}</{tag}>'
        + (f'<p class="where">{inert(where)}</p>' if where else "")
        + (f'<p class="where">{inert(subjects)}</p>' if subjects else "")
        + (f"<dl>{described}</dl>" if described else "")
        + f'<button type="button" class="reach" value="write-{number}" aria-label="{say("write_to", name=contact.name)}">{say("write")}</button></li>'
    )


def _call(phone: str) -> str:
    # A telephone dials digits; what follows a comma or « poste » is said, not dialled.
    dialled = "".join(
        c
        for c in phone.split("poste", maxsplit=1)[0].split("ext", maxsplit=1)[0].split(",", maxsplit=1)[0]
        if c.isdigit() or c == "+"
    )
    return f'<a href="tel:{dialled}">{inert(phone)}</a>'


def _filters(contacts: Sequence[Contact], say: Say) -> str:
    shown = "".join(
        f'<label for="relay-{name}">{say(name)}<select id="relay-{name}"><option value="">{say(f"every_{name}")}</option>'
        + "".join(f"<option>{inert(value)}</option>" for value in values)
        + "</select></label>"
        for name, values in (("region", regions_of(contacts)), ("subject", subjects_of(contacts)))
        if values and len(contacts) > 1
    )
    return f'<div class="filters">{shown}</div><p id="relay-count" role="status" class="where"></p>' if shown else ""


def _message(say: Say) -> str:
    ticks = "".join(
        f'<label><input type="checkbox" id="relay-{name}" checked>{say(f"message_{name}")}</label>'
        for name in ("question", "answer", "sources")
    )
    return (
        f'<form id="relay-message" hidden novalidate><h3 id="relay-message-title" tabindex="-1">{say("message_title")}</h3>'
        f"<p>{say('message_intro')}</p>"
        f'<fieldset id="relay-what"><legend>{say("message_what")}</legend>{ticks}</fieldset>'
        f'<p id="relay-no-exchange" hidden>{say("message_no_exchange")}</p>'
        f'<label for="relay-to">{say("message_to")}</label><input id="relay-to" type="email" multiple autocomplete="off">'
        f'<label for="relay-object">{say("message_subject")}</label><input id="relay-object" autocomplete="off" maxlength="150">'
        f'<label for="relay-body">{say("message_body")}</label><textarea id="relay-body" rows="12" autocomplete="off"></textarea>'
        f'<p id="relay-cut" role="status" class="warns" hidden>{say("message_cut")}</p>'
        f'<div class="buttons"><a id="relay-mail" class="main" href="mailto:">{say("message_mail")}</a>'
        f'<button type="button" id="relay-eml">{say("message_eml")}</button><button type="button" id="relay-txt">{say("message_txt")}</button>'
        f'<button type="button" id="relay-copy">{say("message_copy")}</button></div>'
        f'<p id="relay-done" role="status" class="where"></p>'
        f'<button type="button" id="relay-back">{say("message_back")}</button></form>'
    )
