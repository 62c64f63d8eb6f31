"""Which part of a web page is its text, and what stands around it: menus, banners, buttons, links to other pages.

What is taken for furniture is dropped whole and kept aside for the steward; an element that holds a large share of the
text, or its main heading, never is, whatever it is called.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sourcier.ingest.readers.page.survey import Mass, Survey
from sourcier.ingest.readers.page.tree import body_of
from sourcier.ingest.vocabulary import word_set

_ROLES = word_set(
    "navigation banner contentinfo search menu menubar dialog alertdialog toolbar tablist doc-toc doc-pagelist"
)
_CONTROLS = word_set("nav menu button select textarea input optgroup progress meter output svg")
_STRONG = word_set(
    """
    cookie cookies consent gdpr rgpd newsletter infolettre breadcrumb breadcrumbs ariane navbar navheader navfooter
    popup modal lightbox pagination pager skip skiplink skiplinks editsection jumpnav catlinks sphinxsidebar adsbygoogle
    """
)
"""Parts of class names that say by themselves what an element is for."""
_WEAK = word_set(
    """
    nav navigation menu menus submenu share sharing partage partager social socials sidebar related connexes apparentes
    similaires promo advert advertisement ads ad pub publicite banner toolbar tools outils recommended recommandations
    recommandes suggestions subscribe abonnement login connexion search recherche noprint print imprimer footer widget
    sponsor sponsored carousel utility masthead topbar lire aussi buttons boutons
    """
)
"""Parts of class names of what is furniture when it holds little but links, or little at all."""
_COMMENTS = word_set(
    """
    comments comment-list commentlist comments-area comments-section comment-section commentaires comment-respond
    respond disqus_thread fb-comments zone-commentaires
    """
)
_PARTS = re.compile(r"[a-z]+|[A-Z][a-z]*|\d+")
_DOCUMENT = re.compile(
    r"docbook|docutils|sphinx|latex|pandoc|texi|asciidoc|doxygen|microsoft\s+(?:word|excel)|libreoffice|openoffice|"
    r"pdf2?html|hevea|tex4ht",
    re.IGNORECASE,
)
_CONTENT_NAMES = word_set(
    """
    mw-content-text content main-content maincontent main contenu contenu-principal contenuprincipal article-body
    articlebody article__body entry-content post-content article-content article-text story-body texte page-content
    node__content field-body bodyContent region-content documentContent
    """
)
_SKIP_LINK = re.compile(
    r"\s*(?:aller|passer|accéder|sauter|skip|jump)\b.{0,30}\b(?:contenu|content|menu|navigation|recherche|search|pied|footer)\b.{0,20}",
    re.IGNORECASE,
)
_SHARE_LINK = re.compile(
    r"facebook\.com/(?:sharer|share)|(?:twitter|x)\.com/(?:intent|share)|linkedin\.com/(?:share|cws)|bsky\.app/intent|"
    r"(?:api\.whatsapp|wa)\.(?:com|me)|pinterest\.[a-z]+/pin/create|t\.me/share|reddit\.com/submit|^mailto:\?|^javascript:|"
    r"^whatsapp:|^fb-messenger:",
    re.IGNORECASE,
)
_BUTTONS = word_set(
    "imprimer partager copier haut-de-page retour-en-haut retour-en-haut-de-page back-to-top print share"
)
_RELATED = re.compile(
    r"\s*(?:(?:à |a )?(?:lire|voir|consulter|découvrir)(?: aussi| également| ensuite)|sur le même (?:sujet|thème)|dans la même (?:rubrique|catégorie)|"
    r"articles? (?:liés?|connexes?|similaires?|associés?|récents?)|(?:nos )?(?:suggestions|recommandations)|"
    r"les? plus (?:lus?|partagés?|consultés?|populaires?)|(?:autres|dernières) (?:nouvelles|actualités|articles)|"
    r"(?:partager|suivez-nous|abonnez-vous|commentaires?|mots[- ]clés|étiquettes|related|more from|read (?:more|next)))\b",
    re.IGNORECASE,
)
_NOTES = re.compile(r"note|admonition|warning|tip\b|caution|important|callout|encadr|refs?\b|references", re.IGNORECASE)


class Content:
    """Tells the text of a page from what stands around it.

    Attributes:
        main: the element that holds the text; ``roots`` it and, where that stands elsewhere, the page's title.
    """

    def __init__(self, root: Any, found: Survey, *, whole: bool = False) -> None:
        """Args: ``whole``: a page of a book, which nothing stands around."""
        self._found = found
        self._body = body_of(root)
        self._whole = whole
        self._document = whole or _is_document(root)
        self.main = self._body if whole else self._main(root)
        self.roots: set[Any] = {self.main}
        if self.main is not self._body and (title := self._title_outside(root)) is not None:
            self.roots.add(title)
        self._total = max((found.of(element).text for element in self.roots), default=0)
        self._bare = self._body in self.roots and not self._document
        own = found.of(self._body)
        self._prose = own.text - own.linked

    def _main(self, root: Any) -> Any:
        """The element that holds the text: what says so and holds enough, else what is usually called so, else all."""
        total = self._found.of(self._body).text
        said = [*_some(self._body, "main"), *self._body.xpath("//*[@role='main']")[:20]]
        best = max(said, key=lambda element: self._found.of(element).text, default=None)
        if best is not None and self._found.of(best).text > max(150, 0.3 * total):
            return best
        articles = [a for a in _some(self._body, "article") if not any(True for _ in a.iterancestors("article"))]
        large = [article for article in articles if self._found.of(article).text > max(150, 0.3 * total)]
        if len(large) == 1:
            return large[0]
        if self._document:
            return self._body
        own = self._found.of(self._body)
        for element, mass in self._found.mass.items():
            enough = mass.text - mass.linked > max(150, 0.6 * (own.text - own.linked))
            names = [element.get("id") or "", *(element.get("class") or "").split()] if enough else []
            if not _CONTENT_NAMES.isdisjoint(names):
                # Elements are weighed when they end: the first one is the innermost that holds enough.
                return element
        return self._body

    def _title_outside(self, root: Any) -> Any:
        """The page's title where it stands above its main element: banners often hold it."""
        if next(self.main.iter("h1"), None) is not None:
            return None
        named = " ".join(" ".join(title.itertext()) for title in root.iter("title")).split()
        for heading in self._body.xpath("//h1")[:10]:
            text = "".join(heading.itertext()).split()
            if text and " ".join(text).casefold() in " ".join(named).casefold() and heading not in self._found.hidden:
                return heading
        return None

    def is_furniture(self, element: Any, tag: str) -> bool:
        """Whether an element of the text's part is not of the text."""
        role = (element.get("role") or "").lower()
        if tag in _CONTROLS or role in _ROLES:
            return not (role == "banner" and self._found.of(element).heading)
        if self._whole:
            return False
        mass = self._found.of(element)
        if mass.text and mass.text > 0.5 * self._total:
            return False
        if tag == "footer":
            return not _inside(element) or mass.density > 0.5
        if tag == "header":
            # That of an article holds its title; that of the page, the site's.
            return not _inside(element) and not _has_h1(element, mass)
        if tag == "aside":
            return self._is_beside(element, mass)
        if tag == "form":
            return mass.text < 400
        if tag == "a":
            return _is_button(element)
        if _has_h1(element, mass):
            return False
        return self._is_named(element, tag, mass) or self._is_list_of_links(element, tag, mass)

    def _is_beside(self, element: Any, mass: Mass) -> bool:
        named = f"{element.get('class') or ''} {element.get('role') or ''} {element.get('epub:type') or ''}"
        if _NOTES.search(named):
            return False
        return not _inside(element) or mass.density > 0.4 or self._is_named(element, "aside", mass)

    def _is_named(self, element: Any, tag: str, mass: Mass) -> bool:
        """Whether its class, or its identifier where that is not the anchor of a section, says it is furniture."""
        tokens = (element.get("class") or "").split()
        if element.get("id") and tag in {"div", "aside", "ul", "form", "table", "td", "p", "span"}:
            slug = any(token.startswith(("section", "sect", "chapter")) for token in tokens)
            tokens += [] if slug else [element.get("id")]
        if not tokens or tag in {"main", "article", "body", "html"}:
            return False
        if not _COMMENTS.isdisjoint(tokens):
            return True
        parts = {part.lower() for token in tokens for part in _PARTS.findall(token)}
        if parts & _STRONG:
            return True
        return bool(parts & _WEAK) and (mass.text < 200 or mass.density > 0.35)

    def _is_list_of_links(self, element: Any, tag: str, mass: Mass) -> bool:
        if mass.links < 3 or mass.density < 0.6 or tag not in {"div", "section", "ul", "ol", "td", "table", "tr", "p"}:
            return False
        if tag in {"div", "section", "ul", "ol"} and mass.text < 5000 and _RELATED.match(_opening(element)):
            return True
        # Without anything that says where the text is, columns and bars of links are told by what they hold.
        if (
            not self._bare
            or mass.links < 5
            or mass.density < 0.85
            or self._prose < 500
            or mass.linked > 60 * mass.links
        ):
            return False
        return not all((link.get("href") or "").startswith("#") for link in _some(element, "a"))


def _some(element: Any, tag: str) -> list[Any]:
    return [found for found, _ in zip(element.iter(tag), range(50), strict=False)]


def _is_document(root: Any) -> bool:
    said = root.xpath("//meta[translate(@name, 'GENRATO', 'genrato')='generator']/@content")
    return any(_DOCUMENT.search(str(value)) for value in said) or bool(
        root.xpath("//body/div[@class='book' or @class='article' or @class='chapter' or @class='WordSection1']")
    )


def _inside(element: Any) -> bool:
    """Whether it belongs to an article, or to the part that says it is the main one, and not to the whole page."""
    return any(
        parent.tag in {"article", "main", "blockquote", "figure"} or parent.get("role") == "main"
        for parent in element.iterancestors()
    )


def _has_h1(element: Any, mass: Mass) -> bool:
    return mass.heading and next(element.iter("h1"), None) is not None


def _is_button(element: Any) -> bool:
    href = (element.get("href") or "").strip()
    if _SHARE_LINK.search(href):
        return True
    text = _opening(element)
    return bool(href.startswith("#") and _SKIP_LINK.fullmatch(text)) or "-".join(text.lower().split()) in _BUTTONS


def _opening(element: Any) -> str:
    return " ".join(" ".join(_head(element, 80)).split())


def _head(element: Any, size: int) -> Iterator[str]:
    """The first characters of an element."""
    for text in element.itertext():
        if (kept := text[:size]).strip():
            yield kept
            size -= len(kept)
        if size <= 0:
            return


_MARKS = {
    **dict.fromkeys(("headerlink", "anchor", "anchorjs-link", "heading-anchor", "hash-link"), "markup"),
    "mw-editsection": "navigation",
    "mw-cite-backlink": "note_mark",
}


def mark_of(element: Any, tag: str) -> str:
    """Why an element that only marks the place of a heading (¶), offers to edit it or leads back to a call is dropped."""
    for name in (element.get("class") or "").split():
        why = _MARKS.get(name, "")
        if why and (tag == "a" or why != "markup"):
            return why
    return ""
