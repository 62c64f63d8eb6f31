"""The trainer's page: from a wish to a kit in a browser, what cannot be used said and nothing typed lost, and who may open it."""

from __future__ import annotations

import re
import threading
import zipfile
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.ui.conftest import CHROMIUM
from tests.ui.pages_material import ATTACKS
from tests.ui.pages_server import Site, watched
from tests.ui.test_accessibility import ENLARGED, RULES, WIDE, broken, sideways
from tests.ui.workshop_server import indexed_papers, trained
from tests.workshop.material import kit as small_kit

from sourcier.app.models.cancelling import Cancellation, CancelledAnswer, cancelled_by
from sourcier.app.pages.workshop_access import is_open
from sourcier.app.pages.workshop_bench import Bench
from sourcier.app.pages.workshop_forms import BriefForm, OutlineForm, fields_of
from sourcier.app.pages.workshop_runs import Runs, TakingTurns
from sourcier.app.turnstile import Turnstile
from sourcier.app.ui.guard import is_served
from sourcier.app.workshop.kit import Brief, Kit, Topic
from sourcier.app.workshop.outline import usual
from sourcier.app.workshop.shelf import Shelf
from sourcier.core.errors import StoreError, UsageError
from sourcier.core.settings import ServeSettings, Settings, WorkshopSettings
from sourcier.index.search import Searcher

browsed = pytest.mark.skipif(not CHROMIUM.exists(), reason=f"NO BROWSER: {CHROMIUM} is absent (see test_browser)")
WISH = {
    "theme": "", "others": "guides/teletravail.md", "audience": "personnes déléguées", "minutes": "60", "group_size": "12",
    "level": "beginner", "language": "fr", "goals": "", "title": "Le télétravail",
}  # fmt: skip


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Searcher, Settings]]:
    searcher, settings = indexed_papers(tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("papers"))
    yield searcher, settings
    searcher.close()


@pytest.fixture(scope="module")
def served(index: tuple[Searcher, Settings]) -> Iterator[tuple[Site, Bench]]:
    with trained(*index) as serving:
        yield serving


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    yield from watched(browser, width=1100, but="404|422")


def kept(bench: Bench, kit: Kit | None = None) -> Kit:
    """A small kit on the shelf."""
    made = (kit or small_kit()).model_copy(update={"id": "essai-20261129-abcd"})
    bench.shelf.save(made)
    return made


@browsed
def test_from_a_wish_to_a_kit_and_its_files(page: Page, served: tuple[Site, Bench]) -> None:
    site, bench = served
    page.goto(f"{site.address}/atelier")
    page.get_by_text("Choisir des documents ou des sections").click()
    page.get_by_label("Guide du télétravail").check()
    page.get_by_label("Durée (minutes)").fill("60")
    page.get_by_role("button", name="Proposer un plan").last.click()
    expect(page.locator("#sum")).to_contain_text("c'est la durée demandée")
    first = page.get_by_label("Titre", exact=True).first.input_value()
    page.get_by_role("button", name=re.compile("^Descendre")).first.click()
    expect(page.get_by_label("Titre", exact=True).nth(1)).to_have_value(first)
    assert page.evaluate("document.activeElement.value") == "down:1"
    page.get_by_role("button", name=re.compile("^Monter")).first.click()
    expect(page.get_by_label("Titre", exact=True).first).to_have_value(first)
    minutes = page.get_by_label("Minutes", exact=True)
    was = int(minutes.first.input_value())
    minutes.first.fill(str(was + 5))
    expect(page.locator("#sum")).to_contain_text("5 de trop")
    page.get_by_role("button", name="Préparer la trousse").click()
    expect(page.get_by_role("alert")).to_contain_text("retirez 5 minutes")
    expect(minutes.first).to_have_value(str(was + 5))
    minutes.first.fill(str(was))
    page.get_by_role("button", name="Préparer la trousse").click()
    page.wait_for_url("**/atelier/trousses/*", timeout=120_000)
    call = page.locator(".call").first
    number = call.inner_text()
    expect(page.locator(f"{call.get_attribute('href')} .number")).to_have_text(number)
    kit = bench.kit(page.url.rpartition("/")[2])
    assert kit.outline.minutes == 60
    assert page.locator("section.part").count() >= len(kit.activities)
    source = next(one for one in kit.sources if str(one.number) == number)
    quoted = page.locator(f"{call.get_attribute('href')} blockquote").inner_text()
    assert "".join(quoted.split()) == "".join(source.quote.split())
    with page.expect_download() as saved:
        page.get_by_role("link", name="Word, PowerPoint et quiz (zip)").click()
    names = zipfile.ZipFile(Path(saved.value.path())).namelist()
    assert {name.rpartition(".")[2] for name in names} == {"docx", "pptx", *(["gift"] if kit.quiz else [])}
    page.get_by_role("link", name="Vérifier les sources").click()
    expect(page.locator("#check")).to_contain_text("disent toujours la même chose")
    page.locator(f"{call.get_attribute('href')} a").click()
    page.wait_for_url("**/documents/**")
    expect(page.locator("mark").first).to_be_visible()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"minutes": "0"}, "de 15 à 480 minutes"),
        ({"minutes": "2400"}, "de 15 à 480 minutes"),
        ({"minutes": "une heure"}, "« une heure » n'en est pas un"),
        ({"group_size": "1"}, "de 2 à 2000"),
        ({"others": ""}, "donnez l’un ou l’autre"),
        ({"others": "absent.pdf"}, "n’est pas dans l’index"),
        ({"goals": "x" * 301}, "301 caractères"),
        ({"level": "guru"}, "parmi ceux qui sont offerts"),
    ],
)
def test_what_cannot_be_used_is_said_and_kept_as_typed(
    served: tuple[Site, Bench], changed: dict[str, str], said: str
) -> None:
    status, _, body = served[0].ask("/atelier/plan", {**WISH, **changed})
    text = unescape(body.decode()).replace("\u00a0", " ")
    assert status == 422
    assert said in text
    for name, value in {**WISH, **changed}.items():
        if name not in {"level", "language"} and value:
            assert f'value="{value}"' in text or f"{value}</textarea>" in text, name


def test_a_theme_outside_the_corpus_proposes_what_is_in_it(served: tuple[Site, Bench]) -> None:
    status, _, body = served[0].ask("/atelier/plan", {**WISH, "others": "", "theme": "les volcans sous-marins"})
    text = unescape(body.decode())
    assert status == 422
    proposed = re.findall(r'name="instead" value="([^"]+)"', text)
    assert proposed
    assert all("«" not in one for one in proposed)
    assert 'value="les volcans sous-marins"' in text
    form = BriefForm.read(fields_of(urlencode({**WISH, "theme": "volcans", "instead": proposed[0]}).encode()))
    assert form.theme == proposed[0]


def test_an_outline_keeps_what_is_typed_and_follows_what_is_changed() -> None:
    topics = (Topic(id="T1", title="L'allocation", facts=()),)
    brief = Brief(theme="télétravail")
    rows = [usual(1, "opening", None, brief), usual(2, "discover", topics[0], brief)]
    pairs = [("minutes", "90"), ("theme", "télétravail"), ("plan_title", "Mon plan")]
    for row in rows:
        pairs += [(f"a_{name}", value) for name, value in {
            "id": row.id, "kind": "debate" if row.kind == "discover" else row.kind, "title": row.title, "minutes": str(row.minutes),
            "bloom": row.bloom, "grouping": row.grouping, "topic": row.topic or "", "was": row.kind, "was_topic": row.topic or "",
        }.items()]  # fmt: skip
    form = OutlineForm.read(fields_of(urlencode(pairs).encode())).settled(topics, brief)
    assert form.rows[1].bloom == "evaluate"
    assert form.rows[1].title == usual(2, "debate", topics[0], brief).title
    added = form.changed("add", "quiz", "", topics, brief)
    assert [row.id for row in added.rows] == ["A1", "A2", "A3"]
    assert [row.id for row in added.changed("up:2", "", "", topics, brief).rows] == ["A1", "A3", "A2"]
    assert [row.id for row in added.changed("drop:0", "", "", topics, brief).rows] == ["A2", "A3"]
    for nonsense in ("up:0", "down:2", "drop:9", "drop:-1", "up:", "x", "up:٣"):
        assert added.changed(nonsense, "", "", topics, brief) == added
    again = OutlineForm.read(fields_of(urlencode(added.hidden()).encode()))
    assert (again.rows, again.title, again.wish.theme) == (added.rows, "Mon plan", "télétravail")
    assert added.outline(brief).minutes == added.sum
    with pytest.raises(UsageError, match="1 ou plus"):
        OutlineForm.read({**fields_of(urlencode(pairs).encode()), "a_minutes": ["8", "0"]}).outline(brief)
    full = added
    while len(full.rows) < 60:
        full = full.changed("add", "break", "", topics, brief)
    with pytest.raises(UsageError, match="60 activités"):
        full.changed("add", "break", "", topics, brief)


def test_a_kit_is_copied_deleted_and_checked(served: tuple[Site, Bench]) -> None:
    site, bench = served
    made = kept(bench)
    text = unescape(site.page(f"/atelier/trousses/{made.id}/verifier"))
    assert "La phrase n'y est plus." in text  # its documents are not in this index
    assert 'href="#A2"' in text
    status, headers, _ = site.ask(f"/atelier/trousses/{made.id}/dupliquer", {})
    assert status == 303
    copy = headers["location"].rpartition("/")[2]
    assert bench.kit(copy).outline == made.outline
    assert site.ask(f"/atelier/trousses/{copy[:-2]}/supprimer", {})[0] == 404
    assert site.ask(f"/atelier/trousses/{copy}/supprimer", {})[:2][0] == 303
    assert copy not in {row.id for row in bench.shelf.all()}
    assert site.ask(f"/atelier/trousses/{copy}")[0] == 404


def test_each_file_is_saved_and_never_shown(served: tuple[Site, Bench]) -> None:
    site, bench = served
    made = kept(bench)
    named = set(
        re.findall(rf'href="(/atelier/trousses/{made.id}/fichiers/[^"]+)"', site.page(f"/atelier/trousses/{made.id}"))
    )
    assert len(named) > 40
    for end, begins in (("02-guide-d-animation.md", b""), ("quiz.gift", b""), ("quiz.h5p", b"PK"), ("01-", b"PK")):
        address = next(one for one in sorted(named) if end in one)
        status, headers, body = site.ask(address)
        assert status == 200, address
        assert body.startswith(begins)
        assert headers["content-disposition"].startswith("attachment")
        assert "sandbox" in headers["content-security-policy"]
    assert site.ask(f"/atelier/trousses/{made.id}/fichiers/secret.docx")[0] == 404


def hostile(attack: str) -> Kit:
    """A kit whose every text is an attack."""
    raw = small_kit().model_dump(mode="json", by_alias=True)
    kept_as = {
        "id",
        "kind",
        "bloom",
        "grouping",
        "level",
        "language",
        "part",
        "topic",
        "document_id",
        "reason",
        "when",
        "provider",
        "generation",
        "date",
    }

    def poisoned(value: object, name: str = "") -> object:
        if isinstance(value, dict):
            return {key: poisoned(one, key) for key, one in value.items()}
        if isinstance(value, list):
            return [poisoned(one, name) for one in value]
        return attack if isinstance(value, str) and name not in kept_as else value

    return Kit.model_validate(poisoned(raw))


@browsed
def test_hostile_texts_run_nothing_and_call_no_one(page: Page, served: tuple[Site, Bench]) -> None:
    site, bench = served
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for attack in ATTACKS:
        made = kept(bench, hostile(attack))
        page.goto(f"{site.address}/atelier/trousses/{made.id}")
        assert page.locator("main :is(script, img, iframe, style, svg, base, meta)").count() == 0
        assert page.locator("main [onmouseover], main [onfocus], main [onload]").count() == 0
        assert not page.evaluate("[...document.links].some((one) => one.protocol === 'javascript:')")
        page.goto(f"{site.address}/atelier")
        page.get_by_label("Thème").fill(attack)
        page.get_by_label("Durée (minutes)").fill("0")
        page.get_by_role("button", name="Proposer un plan").last.click()
        expect(page.get_by_role("alert")).to_be_visible()
        assert page.get_by_label("Thème").input_value() == attack
    assert {url.split("/")[2] for url in asked} == {site.address.split("/")[2]}
    bench.shelf.delete("essai-20261129-abcd")


@browsed
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_no_page_breaks_a_rule_or_is_scrolled_sideways(
    browser: Browser, served: tuple[Site, Bench], prefix: str
) -> None:
    site, bench = served
    made = kept(bench)
    context = browser.new_context(reduced_motion="reduce", viewport=WIDE)
    page = context.new_page()

    def wrong() -> list[str]:
        return sideways(page) + broken(page, (WIDE, ENLARGED), (("light", RULES),))

    page.goto(f"{site.address}{prefix}/atelier")
    found = {"wish": wrong()}
    page.locator("#minutes").fill("0")
    page.locator(".ends button").click()
    page.get_by_role("alert").wait_for()
    found["refused"] = wrong()
    page.locator("#minutes").fill("60")
    page.locator("summary").first.click()
    page.locator("#others").fill("guides/teletravail.md")
    page.locator(".ends button").click()
    page.locator("#sum").wait_for()
    found["outline"] = wrong()
    page.goto(f"{site.address}{prefix}/atelier/trousses/{made.id}/verifier")
    page.locator("details").evaluate_all("all => all.forEach((one) => { one.open = true; })")
    found["kit"] = wrong()
    context.close()
    assert found == {"wish": [], "refused": [], "outline": [], "kit": []}


def test_who_may_open_it(tmp_path: Path) -> None:
    def opened(page: str = "local", **serve: object) -> bool:
        return is_open(Settings(home=tmp_path, workshop=WorkshopSettings(page=page), serve=ServeSettings(**serve)))  # type: ignore[arg-type]

    assert opened()
    assert opened(host="::1")
    assert not opened(host="0.0.0.0")
    assert not opened(names=("atelier.example",))
    assert opened("on", host="0.0.0.0")
    assert not opened("off")


def test_behind_a_proxy_and_from_elsewhere_it_does_not_exist(served: tuple[Site, Bench]) -> None:
    site, bench = served
    made = kept(bench)
    address = f"/atelier/trousses/{made.id}"
    for name in ("X-Forwarded-For", "Forwarded", "Via", "X-Real-IP"):
        assert site.ask("/atelier", headers={name: "203.0.113.9"})[0] == 404
        assert site.ask(f"{address}/supprimer", {}, headers={name: "203.0.113.9"})[0] == 404
    assert site.ask(f"{address}/supprimer", {}, headers={"Origin": "http://evil.example"})[0] == 403
    assert site.ask(f"{address}/supprimer", {}, headers={"Sec-Fetch-Site": "cross-site"})[0] == 403
    assert site.ask("/atelier", headers={"Host": "evil.example"})[0] == 421
    assert site.ask(f"{address}/supprimer")[0] == 405
    assert bench.kit(made.id) == made
    for path in (
        "/atelier/trousses/../secret",
        "/atelier/trousses/%2e%2e/x",
        f"{address}/fichiers/../x.docx",
        "/atelier/autre",
    ):
        assert not is_served(path.encode())


def test_closed_it_has_no_address_and_no_link(index: tuple[Searcher, Settings]) -> None:
    settings = index[1].model_copy(update={"workshop": WorkshopSettings(page="off")})
    with trained(index[0], settings) as (site, _):
        assert site.ask("/atelier")[0] == 404
        assert "/atelier" not in site.page("/documents")


class Full(Shelf):
    """A shelf on a disk that is full until it is emptied."""

    full = True

    def save(self, kit: Kit) -> Path:
        if self.full:
            raise StoreError("workshop.not_saved", path=self.folder, detail="No space left on device")
        return super().save(kit)


def test_a_full_disk_loses_nothing(served: tuple[Site, Bench], tmp_path: Path) -> None:
    bench = served[1]
    shelf = Full(tmp_path)
    runs = Runs(bench.tools, shelf)
    brief = BriefForm(**WISH).brief()  # type: ignore[arg-type]
    run = runs.make(brief, bench.outlined(brief)[0])
    assert runs._thread is not None
    runs._thread.join(120)
    assert run.state == "unsaved"
    assert run.error is not None
    assert "No space left" in str(run.error)
    runs.save(run)
    assert run.state == "unsaved"
    shelf.full = False
    runs.save(run)
    assert runs.get(run.id) is run
    assert str(run.state) == "done"
    assert shelf.open(run.kit_id).outline == run.outline


def test_a_kit_waits_behind_members_and_leaves_when_it_is_stopped(served: tuple[Site, Bench]) -> None:
    turnstile = Turnstile(1)
    member = turnstile.enter()
    cancellation, ended = Cancellation(), threading.Event()

    def waits() -> None:
        with cancelled_by(cancellation):
            try:
                # The model is never reached: a member is being answered.
                list(TakingTurns(None, turnstile).write([], max_tokens=1))  # type: ignore[arg-type]
            except CancelledAnswer:
                ended.set()

    threading.Thread(target=waits, daemon=True).start()
    cancellation.ask()
    assert ended.wait(30)
    assert len(turnstile) == 1
    member.leave()
    assert len(turnstile) == 0
