"""The player: one page that is safe, seeks, shows what is heard, and can be used by everybody."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import lxml.html
import pytest
from helpers.players import SPOKEN, made_page, served, violations, write_sound

from narrate import produce
from narrate.config import Config, FeedConfig, SynthesisConfig
from narrate.delivery.player import (
    PlayerPage,
    Recording,
    embed_snippet,
    linked_data,
    player_labels,
    player_page,
    script_json,
)
from narrate.delivery.transcript import paragraphs_of
from narrate.languages import supported_languages
from narrate.readers import read_source
from narrate.types import Cue, Word

MEASURE = """async (places) => {
    const audio = document.getElementById("audio"), found = [];
    for (const place of places) {
        audio.currentTime = place;
        await new Promise((done) => audio.addEventListener("seeked", done, { once: true }));
        await new Promise(requestAnimationFrame);
        const phrases = [...document.querySelectorAll(".phrase")];
        found.push([audio.currentTime, phrases.findIndex((phrase) => phrase.classList.contains("on")),
                    document.querySelector(".word.on")?.textContent ?? null]);
    }
    return found;
}"""
WATCH = """async (seconds) => {
    const audio = document.getElementById("audio"), phrases = [...document.querySelectorAll(".phrase")], seen = [];
    let last = phrases.findIndex((phrase) => phrase.classList.contains("on"));
    await audio.play();
    const end = performance.now() + seconds * 1000;
    while (performance.now() < end) {
        await new Promise(requestAnimationFrame);
        const on = phrases.findIndex((phrase) => phrase.classList.contains("on"));
        if (on !== last) seen.push([on, audio.currentTime]);
        last = on;
    }
    audio.pause();
    return seen;
}"""


class TestPage:
    def test_player_page_discloses_before_the_player(self) -> None:
        html = player_page(made_page())
        assert html.index('id="disclosure">Voice is AI-generated.') < html.index("<audio")

    def test_player_page_requests_only_the_mp3(self) -> None:
        html = player_page(made_page())
        assert re.findall(r'\b(?:src|href|action|poster)="([^"]*)"', html) == ["./harbour%20bridge.mp3"]
        assert not re.search(r"@import|url\(|<link|\bfetch\(|XMLHttpRequest", html)

    def test_content_security_policy_allows_exactly_the_style_and_script(self) -> None:
        html = player_page(made_page())
        policy = re.search(r'Content-Security-Policy" content="([^"]*)"', html)
        assert policy
        assert policy[1].startswith("default-src 'none';")
        for tag in ("style", "script"):
            (content,) = re.findall(rf"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
            digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
            assert f"{tag}-src 'sha256-{digest}';" in policy[1]

    def test_player_page_escapes_every_text(self) -> None:
        nasty = '</script><script>alert("x")</script><!-- & \u2028 $title {'
        page = PlayerPage(
            nasty, nasty, 'en"><b>', nasty, nasty, Recording('"><i>', 2, 1, "00"),
            (Cue(0, 1, nasty, nasty, (Word("</script><script>alert", 0, 1), Word("absent", 1, 2))),),
        )  # fmt: skip
        for html in (player_page(page), embed_snippet(replace(page, base_url='"><u>'), player_url='"><u>')):
            assert "alert(" not in re.sub(r"&lt;script&gt;alert|\\u003cscript\\u003ealert|>alert", "", html)
            assert not re.search(r"<(b|i|u|!--)[ >]", html)
        html = player_page(page)
        data = re.search(r'<script type="application/json" id="edition">(.*?)</script>', html, re.DOTALL)
        assert data
        assert json.loads(data[1])["title"] == nasty
        assert html.count("<script") == 3

    def test_script_json_keeps_its_value_and_cannot_end_the_script(self) -> None:
        value = {"a": "</script>\u2028\u2029<!--&"}
        assert not set(script_json(value)) & set("<>&\u2028\u2029")
        assert json.loads(script_json(value)) == value

    def test_player_page_shows_every_word_with_its_speaker(self) -> None:
        html = player_page(made_page())
        phrases = lxml.html.fromstring(html).find_class("phrase")
        assert [phrase.text_content() for phrase in phrases] == [text for _, _, text in SPOKEN]
        colors = [next(name for name in phrase.get("class").split() if name[1:].isdigit()) for phrase in phrases]
        assert colors == ["s0", "s0", "s0", "s1", "s0", "s1", "s0", "s2", "s0", "s3", "s0"]

    def test_disclosure_and_headline_are_shown_once(self) -> None:
        body = lxml.html.fromstring(player_page(made_page())).find("body/main")
        assert body.text_content().count("Voice is AI-generated") == 1
        assert body.text_content().count("Ostrand's harbour bridge to close") == 1
        assert body.find(".//h1").find_class("phrase")

    @pytest.mark.parametrize(
        ("page", "count"),
        [
            (replace(made_page(), disclosure="Read by machines."), 1),
            (replace(made_page(), title="Bridge closes"), 0),
            (replace(made_page(), cues=made_page().cues[2:]), 0),
        ],
    )
    def test_words_that_are_not_heard_at_the_start_are_shown_besides_the_text(
        self, page: PlayerPage, count: int
    ) -> None:
        main = lxml.html.fromstring(player_page(page)).find("body/main")
        assert main.get_element_by_id("disclosure").text_content() == page.disclosure
        assert main.find(".//h1").text_content() == page.title
        assert not main.find(".//h1").find_class("phrase")
        assert main.get_element_by_id("text").text_content().count("Voice is AI-generated") == count
        phrases = [phrase.text_content() for phrase in main.find_class("phrase")]
        assert phrases == [cue.text for cue in page.cues]

    @pytest.mark.slow
    def test_text_has_the_quotation_marks_of_the_source(self, tmp_path: Path) -> None:
        paragraphs = [
            "“We are back at last,” said Ada Byron, the captain. “It took ‘two long years’, and more.”",
            "“I waited for it all winter and all spring,” said Tomas Reyne, a baker.",
            '“And I would wait again," he added.',
            "«Nous sommes rentrés,» said Carl Lund. 'It was a long way home, all of it.'",
        ]
        story = tmp_path / "story.txt"
        story.write_text("\n\n".join(["Ferry returns", *paragraphs]), encoding="utf-8")
        edition = produce(story, output=tmp_path, config=Config(synthesis=SynthesisConfig(engine="silent")))
        main = lxml.html.fromstring(edition.files["player"].read_text(encoding="utf-8"))
        shown = [
            " ".join(" ".join(phrase.text_content() for phrase in paragraph.find_class("phrase")).split())
            for paragraph in main.find_class("paragraph")
        ]
        assert shown == paragraphs


class TestLanguages:
    def test_player_labels_are_complete_in_every_language(self) -> None:
        english = player_labels("en")
        for language in supported_languages():
            labels = player_labels(language)
            assert labels["labels_language"] == language
            assert labels.keys() == english.keys()
            assert all(text.strip() == text and text for text in labels.values())
        for language in set(supported_languages()) - {"en"}:
            same = set(player_labels(language).values()) & set(english.values())
            assert same <= {"Pause", "Position"}, same  # French, too

    @pytest.mark.parametrize(
        ("language", "lang", "play"), [("de-AT", "de", "Abspielen"), ("FR", "fr", "Lire"), ("es", "es", "Reproducir"),
                                       ("uk", "en", "Play"), ("en-GB", "en", "Play"),
                                       ("../de", "en", "Play")],
    )  # fmt: skip
    def test_player_labels_are_in_the_language_of_the_edition_or_english(
        self, language: str, lang: str, play: str
    ) -> None:
        page = lxml.html.fromstring(player_page(replace(made_page(), language=language)))
        assert page.get("lang") == language
        assert {node.get("lang") for node in page.body.iterdescendants() if node.get("lang")} == {lang}
        assert page.get_element_by_id("play").get("aria-label") == play
        data = json.loads(page.get_element_by_id("edition").text)
        assert data["labels"]["play"] == play


class TestSnippet:
    def test_snippet_names_absolute_urls_if_base_url_is_set(self) -> None:
        page = replace(made_page(), base_url="https://cdn.example/audio")
        html = embed_snippet(page, player_url="./harbour.edition.html")
        assert 'src="https://cdn.example/audio/harbour.edition.html"' in html
        assert linked_data(page)["contentUrl"] == "https://cdn.example/audio/harbour%20bridge.mp3"
        assert 'src="./harbour%20bridge.mp3"' in player_page(page)  # the page itself asks only its own folder

    def test_snippet_describes_the_recording_as_synthetic(self) -> None:
        html = embed_snippet(made_page(), player_url="./harbour.edition.html")
        found = re.search(r'<script type="application/ld\+json">(.*?)</script>', html)
        assert found
        page = made_page()
        assert json.loads(found[1]) == {
            "@context": "https://schema.org", "@type": "AudioObject", "name": page.title, "inLanguage": "en-GB",
            "contentUrl": "./harbour%20bridge.mp3", "encodingFormat": "audio/mpeg",
            "duration": f"PT{page.recording.duration_s:.3f}S", "contentSize": "1000", "sha256": "ab" * 32,
            "creditText": page.disclosure, "datePublished": "2026-03-14",
            "digitalSourceType": "https://schema.org/TrainedAlgorithmicMediaDigitalSource",
            "author": {"@type": "Person", "name": "Nora Whitfield"},
        }  # fmt: skip
        frame = html.index('<iframe src="./harbour.edition.html"')
        assert html.index("Voice is AI-generated") < html.index('<narrate-player src="./harbour.edition.html">') < frame


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, PlayerPage, list[str]]]:
    """A folder with an edition, served with ranges: its address, the page, and the ranges that were asked for."""
    folder, page = tmp_path_factory.mktemp("site"), made_page()
    write_sound(page, folder)
    (folder / "index.html").write_text(player_page(page), encoding="utf-8")
    with served(folder) as (address, ranges):
        yield address, page, ranges


@pytest.fixture
def tab(browser: Any, site: tuple[str, PlayerPage, list[str]]) -> Iterator[Any]:
    """The page in a browser, its sound ready to play; fails if anything was asked for elsewhere, or went wrong."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    tab = context.new_page()
    troubles: list[str] = []
    tab.on("pageerror", lambda error: troubles.append(str(error)))
    tab.on("console", lambda message: message.type == "error" and troubles.append(message.text))
    tab.on("request", lambda request: request.url.startswith(site[0]) or troubles.append(request.url))
    tab.goto(site[0])
    tab.wait_for_function("() => document.getElementById('audio').readyState >= 2")
    yield tab
    context.close()
    assert [trouble for trouble in troubles if "favicon" not in trouble and "404" not in trouble] == []


def paragraph_at(page: PlayerPage, second: float) -> int:
    return max(n for n, cues in enumerate(paragraphs_of(page.cues)) if cues[0].start_s <= second)


def speaking(tab: Any) -> str:
    return str(tab.inner_text("#now"))


@pytest.mark.slow
class TestInChromium:
    def test_player_seeks_by_range_and_highlights_phrase_and_word(self, tab: Any, site: Any) -> None:
        _, page, ranges = site
        places = [word.start_s + 0.02 for phrase in reversed(page.cues) for word in phrase.words[::3]]
        found = tab.evaluate(MEASURE, places)
        expected = [
            (number, word.text if number else None)  # the disclosure is marked as a whole
            for number, phrase in reversed(list(enumerate(page.cues)))
            for word in phrase.words[::3]
        ]
        assert [(on, word) for _, on, word in found] == expected
        assert [at for at, _, _ in found] == pytest.approx(places, abs=0.02)
        assert ranges
        assert tab.evaluate("document.getElementById('audio').seekable.end(0)") > page.recording.duration_s - 0.2

    def test_player_highlight_is_within_150_ms_of_the_sound(self, tab: Any, site: Any) -> None:
        page = site[1]
        tab.evaluate(MEASURE, [page.cues[3].start_s - 0.4])
        seen = tab.evaluate(WATCH, 6)
        assert [on for on, _ in seen][:3] == [3, 4, 5]
        late = [at - page.cues[on].start_s for on, at in seen]
        assert max(map(abs, late)) < 0.15, late

    def test_click_on_the_timeline_plays_that_speaker(self, tab: Any, site: Any) -> None:
        page = site[1]
        for number, name in enumerate(page.speakers):
            lane = tab.locator(".lane").nth(number)
            box = lane.bounding_box()
            for share in (0.02, 0.5, 0.98):
                lane.click(position={"x": box["width"] * share, "y": box["height"] / 2}, force=True)
                assert speaking(tab) == name
                at = tab.evaluate("document.getElementById('audio').currentTime")
                assert any(p.speaker == name and p.start_s <= at <= p.end_s for p in page.cues)

    def test_player_can_be_used_by_keyboard_alone(self, tab: Any, site: Any) -> None:
        page = site[1]
        tab.keyboard.press("Shift+ArrowRight")
        tab.keyboard.press("Shift+ArrowRight")
        assert tab.evaluate("document.getElementById('audio').currentTime") == pytest.approx(
            page.cues[2].start_s, abs=0.01
        )
        tab.keyboard.press("ArrowRight")
        assert tab.evaluate("document.getElementById('audio').currentTime") == pytest.approx(
            page.cues[2].start_s + 10, abs=0.02
        )
        tab.keyboard.press("Space")
        tab.wait_for_selector('#play[aria-label="Pause"]')
        tab.keyboard.press("Space")
        tab.wait_for_selector('#play[aria-label="Play"]')
        tab.get_by_role("button", name="Daniel Okafor").press("Enter")
        assert speaking(tab) == "Daniel Okafor"
        tab.get_by_label("Speed").select_option("1.5")
        assert tab.evaluate("document.getElementById('audio').playbackRate") == 1.5
        tab.get_by_role("slider", name="Position").focus()
        before = tab.evaluate("document.getElementById('audio').currentTime")
        tab.keyboard.press("ArrowLeft")
        assert tab.evaluate("document.getElementById('audio').currentTime") == pytest.approx(before - 10, abs=0.02)
        tab.keyboard.press("Home")
        assert tab.evaluate("document.getElementById('audio').currentTime") == 0

    def test_click_on_phrase_plays_from_it(self, tab: Any, site: Any) -> None:
        tab.get_by_text("The vote was eleven to four").first.click()
        assert tab.evaluate("document.getElementById('audio').currentTime") == pytest.approx(
            site[1].cues[6].start_s, abs=0.01
        )

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    @pytest.mark.parametrize("width", [390, 1280])
    def test_axe_finds_no_accessibility_fault_in_the_player(self, tab: Any, site: Any, scheme: Any, width: int) -> None:
        tab.emulate_media(color_scheme=scheme)
        tab.set_viewport_size({"width": width, "height": 900})
        tab.evaluate(MEASURE, [site[1].cues[5].start_s + 0.1])
        assert not tab.evaluate("document.documentElement.scrollWidth > innerWidth")
        assert violations(tab) == []

    def test_player_stays_in_view_while_the_text_scrolls(self, tab: Any) -> None:
        tab.set_viewport_size({"width": 390, "height": 500})
        tab.mouse.wheel(0, 400)
        tab.wait_for_function("() => scrollY > 200")
        assert 0 <= tab.locator("#play").bounding_box()["y"] < 100

    @pytest.mark.parametrize(("width", "is_compact"), [(390, True), (1280, False)])
    def test_narrow_page_has_one_lane_and_shows_the_text(
        self, tab: Any, site: Any, width: int, is_compact: bool
    ) -> None:
        names = [f"Councillor Number {number}" for number in range(14)]
        cues = [replace(cue, speaker=names[n]) if n in range(2, 14) else cue for n, cue in enumerate(site[1].cues * 2)]
        html = player_page(replace(site[1], cues=tuple(cues)))
        tab.route("**/many.html", lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
        tab.set_viewport_size({"width": width, "height": 844})
        tab.goto(f"{site[0]}many.html")
        assert tab.locator(".turns").is_visible() == is_compact
        assert tab.locator(".lane").first.is_visible() == (not is_compact)
        if is_compact:
            assert tab.locator(".turns").bounding_box()["height"] < 32
            assert tab.locator(".paragraph").first.bounding_box()["y"] < 844 / 2
        assert not tab.evaluate("document.documentElement.scrollWidth > innerWidth")

    @pytest.mark.parametrize(
        ("fragment", "cue"),
        [("#p=1", 2), ("#p=2", 3), ("#p=3", 6), ("#p=7", 10), ("#p=99", 10), ("#p=0", 0), ("#p=-1", 0), ("#p=x", 0)],
    )
    def test_fragment_starts_at_a_paragraph_of_the_article(self, tab: Any, site: Any, fragment: str, cue: int) -> None:
        at = "document.getElementById('audio').currentTime"
        tab.evaluate(f"location.hash = {fragment!r}")
        wanted = site[1].cues[cue].start_s if cue else 0
        tab.wait_for_function(f"() => Math.abs({at} - {wanted}) < 0.02")
        tab.goto("about:blank")
        tab.goto(f"{site[0]}{fragment}")
        tab.wait_for_function("() => document.getElementById('audio').readyState >= 2")
        assert tab.evaluate(at) == pytest.approx(wanted, abs=0.02)
        if cue:
            assert speaking(tab) == site[1].cues[cue].speaker
            assert tab.locator(".phrase.on").is_visible()

    def test_preview_ends_after_its_seconds(self, tab: Any) -> None:
        at = "document.getElementById('audio').currentTime"
        tab.evaluate("location.hash = '#preview=3'")
        tab.evaluate("document.getElementById('audio').playbackRate = 4")
        tab.locator("#play").click()
        tab.wait_for_function("() => document.getElementById('ended').textContent === 'The preview ends here.'")
        assert tab.evaluate("document.getElementById('audio').paused")
        assert tab.evaluate(at) == pytest.approx(3, abs=0.01)
        tab.locator("#next").click()
        tab.locator("#next").click()
        assert tab.evaluate(at) == pytest.approx(3, abs=0.01)
        tab.locator("#play").click()
        tab.wait_for_function(f"() => {at} < 2")
        tab.locator("#play").click()
        tab.evaluate("location.hash = ''")
        tab.locator("#next").click()
        tab.locator("#next").click()
        assert tab.evaluate(at) > 3

    @pytest.mark.parametrize("theme", ["light", "dark"])
    def test_fragment_sets_the_theme(self, tab: Any, theme: str) -> None:
        tab.emulate_media(color_scheme="light" if theme == "dark" else "dark")
        tab.evaluate(f"location.hash = '#theme={theme}'")
        tab.wait_for_function(f"() => document.documentElement.dataset.theme === '{theme}'")
        paper = tab.evaluate("getComputedStyle(document.body).backgroundColor")
        assert paper == {"light": "rgb(250, 248, 244)", "dark": "rgb(21, 22, 25)"}[theme]
        assert violations(tab) == []

    def test_media_session_names_and_controls_the_edition(self, browser: Any, site: Any) -> None:
        tab = browser.new_page()
        tab.add_init_script(
            "window.acts = {}; MediaSession.prototype.setActionHandler = (name, act) => { acts[name] = act; };"
        )
        tab.goto(site[0])
        tab.wait_for_function("() => document.getElementById('audio').readyState >= 2")
        assert tab.evaluate("navigator.mediaSession.metadata.title") == site[1].title
        at = "document.getElementById('audio').currentTime"
        steps = [("seekto", {"seekTime": 12}, 12), ("seekforward", {}, 22), ("seekbackward", {"seekOffset": 2}, 20)]
        for name, details, second in steps:
            tab.evaluate(f"acts[{name!r}]({json.dumps(details)})")
            assert tab.evaluate(at) == pytest.approx(second, abs=0.02)
        tab.evaluate("acts.nexttrack({})")
        following = paragraphs_of(site[1].cues)[paragraph_at(site[1], 20) + 1][0]
        assert tab.evaluate(at) == pytest.approx(following.start_s, abs=0.02)
        tab.close()

    def test_player_plays_an_edition_and_runs_no_script_of_the_article(self, browser: Any, tmp_path: Path) -> None:
        evil = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"
        story = tmp_path / "story.txt"
        story.write_text("“We are back at long last,” said Ada Byron, the captain.\n\nIt rained.\n", encoding="utf-8")
        config = Config(synthesis=SynthesisConfig(engine="silent"), feed=FeedConfig(base_url="https://evil.example/"))
        article = replace(read_source(story), title=evil, byline=evil)
        edition = produce(article, output=tmp_path / "out" / "an edition.mp3", config=config)
        tab, troubles = browser.new_page(), []
        tab.on("dialog", lambda dialog: (troubles.append(dialog.message), dialog.dismiss()))
        tab.on("pageerror", lambda error: troubles.append(str(error)))
        with served(tmp_path / "out") as (address, ranges):
            tab.on("request", lambda request: request.url.startswith(address) or troubles.append(request.url))
            tab.goto(f"{address}an edition.edition.html")
            tab.wait_for_function("() => document.getElementById('audio').readyState >= 2")
            assert tab.title() == evil
            places = [(cue.start_s + cue.end_s) / 2 for cue in reversed(edition.cues)]
            found = tab.evaluate(MEASURE, places)
            assert ranges
            assert violations(tab) == []
        assert [on for _, on, _ in found] == list(reversed(range(len(edition.cues))))
        assert [cue.speaker for cue in edition.cues if cue.speaker != "Narrator"] == ["Ada Byron"]
        assert troubles == []
        tab.close()

    def test_german_player_page_is_as_usable(self, browser: Any, tab: Any, site: Any, tmp_path: Path) -> None:
        html = player_page(replace(site[1], language="de"))
        tab.route("**/de.html", lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
        tab.goto(f"{site[0]}de.html")
        tab.wait_for_function("() => document.getElementById('audio').readyState >= 2")
        tab.get_by_role("button", name="Abspielen").click()
        tab.get_by_role("button", name="Anhalten").click()
        assert " von " in tab.get_by_role("slider", name="Stelle").get_attribute("aria-valuetext")
        assert not tab.evaluate("document.documentElement.scrollWidth > innerWidth")
