"""The shapes pages have in the wild, each written here: what is read, and what is taken for what stands around it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

ReadPage = Callable[[str | bytes], Any]

NEWSPAPER = """<!DOCTYPE html><html lang="fr-CA"><head><meta charset="utf-8">
<title>Les infirmières votent la grève | La Gazette</title>
<meta property="og:site_name" content="La Gazette"><link rel="canonical" href="https://gazette.example/1">
<script type="application/ld+json">{"@context":"https://schema.org","@graph":[{"@type":["NewsArticle"],
"datePublished":"2026-03-04T08:00:00-05:00","author":[{"@type":"Person","name":"Anne Roy"},{"name":"Luc Côté"}],
"publisher":{"name":"La Gazette inc."}}]}</script></head>
<body><a href="#contenu" class="acces">Aller au contenu principal</a>
<div id="didomi" class="cookie-consent-banner"><p>Nous utilisons des témoins.</p><button>Accepter</button></div>
<header class="site-header"><a href="/">La Gazette</a><form role="search"><label>Chercher</label></form>
<nav><ul><li><a href="/p">Politique</a></li><li><a href="/e">Économie</a></li></ul></nav></header>
<main id="contenu"><article class="article">
<nav aria-label="Fil d’Ariane"><a href="/">Accueil</a> &gt; <a href="/p">Politique</a></nav>
<header><h1>Les infirmières votent la grève</h1><p class="byline">Par Anne Roy</p></header>
<div class="share-buttons"><a href="https://www.facebook.com/sharer?u=x">Facebook</a> <a href="mailto:?subject=x">Courriel</a></div>
<figure><img src="a.jpg" alt="Une foule"><figcaption>La foule devant le parlement. PHOTO LA GAZETTE</figcaption></figure>
<p>Les membres se sont prononcées à 97 % en faveur d’une grève de dix jours, à exercer au moment jugé opportun.</p>
<aside class="related"><h3>À lire aussi</h3><ul><li><a href="/2">Le ministre répond</a></li><li><a href="/3">La loi 12</a></li></ul></aside>
<aside class="encadre"><h3>En chiffres</h3><p>La fédération compte 76 000 membres dans 120 établissements du réseau.</p></aside>
<blockquote><p>« Nous irons jusqu’au bout. »</p></blockquote>
<h2>Un long conflit</h2><p>La convention est échue depuis le 31 mars 2023.</p>
<div class="newsletter-signup"><h3>Infolettre</h3><p>Recevez nos nouvelles chaque matin.</p></div>
<footer><p>Avec la collaboration de Luc Côté</p></footer>
</article>
<section class="reading-list"><h2>À lire ensuite</h2><ul><li><a href="/4">Une autre nouvelle du jour</a></li>
<li><a href="/5">Et encore une autre nouvelle</a></li><li><a href="/6">La dernière nouvelle du jour</a></li></ul></section>
<section id="comments" class="comments-area"><h2>3 commentaires</h2><p>Bravo, enfin du courage, dit un lecteur.</p></section></main>
<footer><p>© La Gazette 2026</p><a href="/c">Conditions</a></footer></body></html>"""


def test_a_newspaper_article_with_everything_around_it(read_page: ReadPage) -> None:
    page = read_page(NEWSPAPER)
    assert page.blocks == [
        ("heading", 1, "Les infirmières votent la grève"),
        ("paragraph", 0, "Par Anne Roy"),
        ("paragraph", 0, "La foule devant le parlement. PHOTO LA GAZETTE"),
        ("paragraph", 0, "Les membres se sont prononcées à 97 % en faveur d’une grève de dix jours, à exercer au moment jugé opportun."),
        ("heading", 3, "En chiffres"),
        ("paragraph", 0, "La fédération compte 76 000 membres dans 120 établissements du réseau."),
        ("paragraph", 0, "« Nous irons jusqu’au bout. »"),
        ("heading", 2, "Un long conflit"),
        ("paragraph", 0, "La convention est échue depuis le 31 mars 2023."),
        ("paragraph", 0, "Avec la collaboration de Luc Côté"),
    ]  # fmt: skip
    for around in (
        "Aller au contenu",
        "témoins",
        "Politique",
        "Facebook",
        "ministre répond",
        "Infolettre",
        "lecteur",
        "©",
    ):
        assert around in page.dropped["navigation"], around
    assert dict(page.reading.given) == {
        "title": "Les infirmières votent la grève",
        "publisher": "La Gazette",
        "date": "2026-03-04",
        "language": "fr-CA",
        "url": "https://gazette.example/1",
        "authors": "Anne Roy; Luc Côté",
        "kind": "news",
    }


def test_a_union_site_without_any_landmark(read_page: ReadPage) -> None:
    text = "Le conseil fédéral a adopté une résolution sur la surcharge de travail dans les établissements. " * 8
    page = read_page(f"""<html lang="fr"><head><title>Nos positions - Fédération</title></head><body>
    <div id="wrapper"><div class="top-menu menu"><ul><li><a href="/">Accueil</a></li><li><a href="/n">Nouvelles</a></li></ul></div>
    <div class="colonne"><a href="/a">Adhérer</a> <a href="/b">Nous joindre</a> <a href="/c">Formation</a>
    <a href="/d">Comités</a> <a href="/e">Publications</a></div>
    <div class="entry-content"><h1>Nos positions</h1><p>{text}</p><p>{text}</p><p>Voir aussi <a href="/x">le mémoire</a>.</p></div>
    <div class="sidebar widget"><h3>Archives</h3><a href="/2025">2025</a></div></div></body></html>""")
    assert page.lines[0] == "Nos positions" and page.lines[-1] == "Voir aussi le mémoire."
    assert len(page.lines) == 4
    assert {"Adhérer", "Nouvelles", "Archives"} <= set(page.dropped["navigation"].split())
    assert page.reading.given["title"] == "Nos positions"


def test_a_government_page_whose_title_stands_above_its_main_part(read_page: ReadPage) -> None:
    long = "La personne salariée a droit à une indemnité égale à son salaire pour chaque jour férié et chômé. " * 4
    page = read_page(f"""<html lang="fr"><head><title>Jours fériés | Gouvernement</title>
    <meta name="dcterms.issued" content="2025-12-01"><meta name="dcterms.creator" content="Le ministère"></head><body>
    <div class="piv-banner"><a href="/">Québec</a></div><div class="hero"><h1>Jours fériés</h1></div>
    <div role="main"><p>{long}</p><details><summary>Exceptions</summary><p>Le 24 juin.</p></details>
    <p>Dernière mise à jour : 1<sup>er</sup> décembre 2025</p></div>
    <div role="contentinfo"><a href="/acc">Accessibilité</a></div></body></html>""")
    assert page.blocks == [
        ("heading", 1, "Jours fériés"),
        ("paragraph", 0, long.strip()),
        ("paragraph", 0, "Exceptions"),
        ("paragraph", 0, "Le 24 juin."),
        ("paragraph", 0, "Dernière mise à jour : 1er décembre 2025"),
    ]
    assert page.reading.given["date"] == "2025-12-01" and page.reading.given["authors"] == "Le ministère"
    assert page.dropped["navigation"].split() == ["Québec", "Accessibilité"]


def test_a_manual_in_docbook_is_kept_whole(read_page: ReadPage) -> None:
    page = read_page("""<?xml version="1.0" encoding="UTF-8"?><html xmlns="http://www.w3.org/1999/xhtml"><head>
    <title>Chapitre 2. Le paquet</title><meta name="generator" content="DocBook XSL Stylesheets"/></head><body>
    <div class="navheader"><table summary="Navigation header"><tr><th colspan="3">Chapitre 2. Le paquet</th></tr>
    <tr><td><a href="1.html">Précédent</a></td><th> </th><td><a href="3.html">Suivant</a></td></tr></table><hr/></div>
    <div class="chapter"><div class="titlepage"><h1 class="title"><a id="c2"/>Chapitre 2. Le paquet</h1></div>
    <div class="toc"><p><strong>Table des matières</strong></p><dl class="toc"><dt><a href="#s1">2.1. Un</a></dt>
    <dd><dl><dt><a href="#s2">2.1.1. Deux</a></dt></dl></dd></dl></div>
    <div class="section" id="related-comments"><h2>2.1. Un</h2><p>Le texte<a href="#ftn.a" class="footnote" id="a"><sup>[1]</sup></a>.</p>
    <div class="note"><h3 class="title">Note</h3><p>Une note.</p></div>
    <pre class="screen">$ <strong>ls</strong>
un  deux</pre></div>
    <div class="footnotes"><br/><hr/><div id="ftn.a" class="footnote"><p><a href="#a" class="para"><sup>[1] </sup></a>Le bas de page.</p></div></div>
    </div><div class="navfooter"><a href="1.html">Précédent</a></div></body></html>""")
    assert page.blocks == [
        ("heading", 1, "Chapitre 2. Le paquet"),
        ("paragraph", 0, "Table des matières"),
        ("list_item", 0, "2.1. Un"),
        ("list_item", 1, "2.1.1. Deux"),
        ("heading", 2, "2.1. Un"),
        ("paragraph", 0, "Le texte."),
        ("heading", 3, "Note"),
        ("paragraph", 0, "Une note."),
        ("paragraph", 0, "$ ls\nun deux"),
        ("note", 0, "1. Le bas de page."),
    ]
    assert page.document.blocks[5].notes == ("1. Le bas de page.",)
    assert "Suivant" in page.dropped["navigation"] and page.dropped["note_mark"].count("[1]") == 2


def test_a_page_saved_by_word(read_page: ReadPage) -> None:
    page = read_page("""<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><meta name=Generator content="Microsoft Word 15">
    <style><!-- p.MsoNormal {margin:0} span.masque {mso-hide:all} --></style></head><body lang=FR-CA><div class=WordSection1>
    <p class=MsoTitle>Procès-verbal</p><h1><span lang=FR-CA>1. Ouverture<o:p></o:p></span></h1>
    <p class=MsoNormal>La séance est ouverte<a style='mso-footnote-id:ftn1' href="#_ftn1" name="_ftnref1" title=""><span
    class=MsoFootnoteReference><span style='mso-special-character:footnote'><![if !supportFootnotes]>[1]<![endif]></span></span></a>
    à 9 h.<span class=masque>secret</span></p>
    <p class=MsoListParagraphCxSpFirst style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span
    style='font-family:Symbol'><span style='mso-list:Ignore'>·<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;</span></span></span><![endif]>Premier point</p>
    <p class=MsoListParagraphCxSpLast style='mso-list:l1 level2 lfo2'><span style='mso-list:Ignore'>b)<span>&nbsp;</span></span>Sous-point</p>
    </div><div style='mso-element:footnote-list'><br clear=all><hr align=left size=1 width="33%">
    <div style='mso-element:footnote' id=ftn1><p class=MsoFootnoteText><a style='mso-footnote-id:ftn1' href="#_ftnref1" name="_ftn1"
    title=""><span class=MsoFootnoteReference>[1]</span></a> Quorum constaté.</p></div></div></body></html>""")
    assert page.blocks == [
        ("paragraph", 0, "Procès-verbal"),
        ("heading", 1, "1. Ouverture"),
        ("paragraph", 0, "La séance est ouverte à 9 h."),
        ("list_item", 0, "Premier point"),
        ("list_item", 1, "b) Sous-point"),
        ("note", 0, "1. Quorum constaté."),
    ]
    assert page.document.blocks[2].notes == ("1. Quorum constaté.",)
    assert page.found["finding.hidden"] == (1, "secret") and page.dropped["markup"] == "·"


def test_a_page_laid_out_with_tables(read_page: ReadPage) -> None:
    text = "Toute personne salariée a droit à un congé, qu’elle travaille à temps plein ou à temps partiel. " * 7
    page = read_page(f"""<html><head><title>Le guide</title></head><body bgcolor="white"><table width="100%" cellspacing="0">
    <tr><td colspan="2"><img src="logo.gif"><font size="+2">Le guide</font></td></tr>
    <tr><td valign="top" width="150"><a href="1.htm">Accueil</a><br><a href="2.htm">Congés</a><br><a href="3.htm">Salaires</a><br>
    <a href="4.htm">Griefs</a><br><a href="5.htm">Retraite</a></td>
    <td valign="top"><h2>Les congés</h2><p>{text}<p>{text}<br><br>Fin.<table border="1"><tr><th>Années</th><th>Semaines</th></tr>
    <tr><td>1</td><td>2</td></tr><tr><td>3</td><td>3</td></tr></table></td></tr></table></body></html>""")
    assert page.blocks == [
        ("paragraph", 0, "Le guide"),
        ("heading", 2, "Les congés"),
        ("paragraph", 0, text.strip()),
        ("paragraph", 0, text.strip()),
        ("paragraph", 0, "Fin."),
        ("table", 0, "Années | Semaines"),
        ("table", 0, "Années : 1 | Semaines : 2"),
        ("table", 0, "Années : 3 | Semaines : 3"),
    ]
    assert page.dropped["navigation"].split() == ["Accueil", "Congés", "Salaires", "Griefs", "Retraite"]


def test_an_encyclopedia_article(read_page: ReadPage) -> None:
    page = read_page("""<html lang="fr"><head><title>Grève — Wikipédia</title></head><body class="mediawiki">
    <div id="mw-navigation"><a href="/">Accueil</a></div>
    <main id="content"><h1 id="firstHeading">Grève</h1><a class="mw-jump-link" href="#mw-head">Aller à la navigation</a>
    <div id="mw-content-text"><p>La <b>grève</b> est un arrêt du travail<sup id="cite_ref-1" class="reference"><a
    href="#cite_note-1"><span class="cite-bracket">[</span>1<span class="cite-bracket">]</span></a></sup><sup class="reference"
    id="cite_ref-n_2"><a href="#cite_note-n-2">[note 1]</a></sup>. Elle est un droit dans bien des pays du monde, où elle est encadrée par la loi.</p>
    <div id="toc" class="toc" role="navigation"><h2>Sommaire</h2><ul><li><a href="#H">1 Histoire</a></li></ul></div>
    <h2><span id="H">Histoire</span><span class="mw-editsection">[<a href="/e">modifier</a>]</span></h2>
    <table class="wikitable"><caption>Grèves</caption><tbody><tr><th scope="col">Année</th><th scope="col">Nombre</th></tr>
    <tr><th scope="row">1994</th><td>12</td></tr></tbody></table>
    <h2>Notes</h2><ol class="references"><li id="cite_note-n-2"><span class="mw-cite-backlink noprint"><a href="#cite_ref-n_2">↑</a></span>
    <span class="reference-text">Sauf exceptions.</span></li></ol>
    <h2>Références</h2><ol class="references"><li id="cite_note-1"><span class="mw-cite-backlink">↑ <a href="#cite_ref-1">a</a></span>
    <span class="reference-text">Larousse, 2020.</span></li></ol></div></main></body></html>""")
    assert page.blocks == [
        ("heading", 1, "Grève"),
        ("paragraph", 0, "La grève est un arrêt du travail. Elle est un droit dans bien des pays du monde, où elle est encadrée par la loi."),
        ("heading", 2, "Histoire"),
        ("paragraph", 0, "Grèves"),
        ("table", 0, "Année | Nombre"),
        ("table", 0, "Année : 1994 | Nombre : 12"),
        ("heading", 2, "Notes"),
        ("note", 0, "1. Sauf exceptions."),
        ("heading", 2, "Références"),
        ("note", 0, "1. Larousse, 2020."),
    ]  # fmt: skip
    assert page.document.blocks[1].notes == ("1. Larousse, 2020.", "1. Sauf exceptions.")
    assert page.reading.given["title"] == "Grève"


def test_a_blog_post_followed_by_its_comments(read_page: ReadPage) -> None:
    page = read_page("""<html><head><title>Blogue » La surcharge</title><meta property="og:site_name" content="Blogue"></head><body>
    <div class="site"><article class="post"><h2 class="entry-title">La surcharge</h2><time datetime="2024-09-01T10:00">1er sept.</time>
    <p>Depuis des mois, les équipes sont à bout de souffle, et personne au ministère ne semble vouloir l’entendre. Il faut agir.</p>
    <p>Comment faire ? Voici ce que propose le syndicat, après une large consultation de ses membres.</p></article>
    <div class="nav-links"><a href="/1">Article précédent</a></div>
    <ol class="comment-list"><li>Très bon texte, merci beaucoup de l’avoir écrit, il fallait que ce soit dit.</li></ol></div></body></html>""")
    assert page.lines[0] == "La surcharge" and page.lines[-1].startswith("Comment faire ?") and len(page.lines) == 4
    assert "Très bon texte" in page.dropped["navigation"]
    assert page.reading.given["title"] == "La surcharge" and page.reading.given["date"] == "2024-09-01"


def test_a_sphinx_page(read_page: ReadPage) -> None:
    page = read_page("""<html lang="fr"><head><title>4. Ressources — Manuel</title></head><body>
    <div class="related" role="navigation"><h3>Navigation</h3><ul><li><a href="i.html">index</a></li></ul></div>
    <div class="document"><div class="body" role="main"><section id="resources"><h1><span class="section-number">4. </span>Ressources<a
    class="headerlink" href="#resources" title="Lien">¶</a></h1><p>Les listes<a class="footnote-reference brackets" href="#id5" id="id1"
    role="doc-noteref"><span class="fn-bracket">[</span>1<span class="fn-bracket">]</span></a> et <code><span class="pre">a/</span></code>.</p>
    <section id="social-sharing-comments"><h2>4.1. Partage</h2><ol class="loweralpha simple"><li><p>Un</p></li><li><p>Deux</p></li></ol></section>
    <aside class="footnote brackets" id="id5" role="note"><span class="label"><span class="fn-bracket">[</span><a role="doc-backlink"
    href="#id1">1</a><span class="fn-bracket">]</span></span><p>Une liste se lit.</p></aside></section></div></div>
    <div class="sphinxsidebar" role="navigation"><h3>Sommaire</h3></div></body></html>""")
    assert page.blocks == [
        ("heading", 1, "4. Ressources"),
        ("paragraph", 0, "Les listes et a/."),
        ("heading", 2, "4.1. Partage"),
        ("list_item", 0, "a. Un"),
        ("list_item", 0, "b. Deux"),
        ("note", 0, "1. Une liste se lit."),
    ]
    assert page.document.blocks[1].notes == ("1. Une liste se lit.",)
    assert page.dropped["markup"] == "¶"


def test_a_law_with_numbered_lists(read_page: ReadPage) -> None:
    page = read_page("""<body><h2>Article 5</h2><ol type="a" start="3"><li>trois</li><li value="7">sept<ol type="I"><li>un</li><li>deux</li></ol>
    </li></ol><ol reversed><li>x</li><li>y</li></ol><ol style="list-style-type: none"><li>nu</li></ol><ul><li>puce<p>suite</p></li></ul>
    <dl><dt>Salaire</dt><dd>Ce qui est payé.</dd></dl></body>""")
    assert page.blocks == [
        ("heading", 2, "Article 5"),
        ("list_item", 0, "c. trois"),
        ("list_item", 0, "g. sept"),
        ("list_item", 1, "I. un"),
        ("list_item", 1, "II. deux"),
        ("list_item", 0, "2. x"),
        ("list_item", 0, "1. y"),
        ("list_item", 0, "nu"),
        ("list_item", 0, "puce"),
        ("list_item", 0, "suite"),
        ("list_item", 0, "Salaire"),
        ("list_item", 1, "Ce qui est payé."),
    ]


def test_a_salary_scale_with_merged_cells(read_page: ReadPage) -> None:
    page = read_page("""<body><table><thead><tr><th rowspan="2">Échelon</th><th colspan="2">Taux</th></tr>
    <tr><th>2024</th><th>2025</th></tr></thead><tfoot><tr><td colspan="3">Montants horaires.</td></tr></tfoot>
    <tbody><tr><td>1</td><td>25,10 $<sup>1</sup></td><td>25,80 $</td></tr><tr style="display:none"><td>9</td><td>0</td><td>0</td></tr>
    <tr><td>2</td><td colspan="2"><ul><li>26,00 $</li><li>sauf avis</li></ul></td></tr></tbody></table>
    <p><sup>1</sup> Avant primes.</p></body>""")
    assert page.lines == [
        "Échelon | Taux",
        "Échelon | 2024 | 2025",
        "Échelon : 1 | Taux – 2024 : 25,10 $ | Taux – 2025 : 25,80 $",
        "Échelon : 2 | Taux – 2024, Taux – 2025 : 26,00 $ sauf avis",
        "Montants horaires.",
        "1. Avant primes.",
    ]
    assert page.document.blocks[2].notes == ("1. Avant primes.",)
    assert page.found["finding.hidden"] == (1, "9 0 0")


def test_a_page_in_frames_of_divs_and_breaks(read_page: ReadPage) -> None:
    page = read_page("""<body>Bonjour à <b>to</b><i>us</i>,<br>membres.<br><br>Un   second<div>bloc<span style="display:block">à part</span>suite</div>
    reste<hr>fin <q>cité</q> H<sub>2</sub>O, 10<sup>3</sup> m<sup>2</sup>, 1<sup>er</sup><h2><div>Un titre</div><div>en deux</div></h2>
    <pre>a <b>b
  c</b></pre></body>""")
    assert page.lines == [
        "Bonjour à tous,\nmembres.",
        "Un second",
        "bloc",
        "à part",
        "suite",
        "reste",
        "fin «\u00a0cité\u00a0» H2O, 10³ m², 1er",
        "Un titre en deux",
        "a b\nc",
    ]


def test_an_asp_page_whose_body_is_one_form(read_page: ReadPage) -> None:
    text = "<p>Le présent règlement s’applique à tous les syndicats affiliés, sans exception ni réserve.</p>" * 6
    page = read_page(f"""<html><body><form id="aspnetForm" method="post"><div class="Menu"><a href="/">Accueil</a></div>{text}
    <input type="text" value="x"><select><option>Choisir</option></select><button>Envoyer</button></form></body></html>""")
    assert len(page.lines) == 6 and set(page.lines) == {
        "Le présent règlement s’applique à tous les syndicats affiliés, sans exception ni réserve."
    }
    assert page.dropped["navigation"].split() == ["Accueil", "Choisir", "Envoyer"]


def test_a_page_saved_in_one_file(read_page: ReadPage) -> None:
    page = read_page(
        b"From: <Saved by Blink>\r\nSnapshot-Content-Location: https://syndicat.example/page\r\nSubject: La page\r\n"
        b'MIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="--B--"\r\n\r\n'
        b"----B--\r\nContent-Type: text/css\r\nContent-Location: cid:1\r\n\r\np{}\r\n"
        b"----B--\r\nContent-Type: text/html; charset=iso-8859-15\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        b"<html><head><title>La page</title></head><body><p>L'=E9t=E9 co=FBte 5 =A4, long=\r\nue ligne.</p></body></html>\r\n----B----\r\n"
    )
    assert page.lines == ["L'été coûte 5 €, longue ligne."]
    assert page.reading.given["url"] == "https://syndicat.example/page"


def test_a_page_saved_by_a_browser_says_where_from(read_page: ReadPage) -> None:
    page = read_page(
        "<!DOCTYPE html>\n<!-- saved from url=(0030)https://syndicat.example/a?b=1 -->\n<html><body><p>Bonjour.</p></body></html>"
    )
    assert page.reading.given["url"] == "https://syndicat.example/a?b=1"
    assert page.lines == ["Bonjour."] and not page.found
