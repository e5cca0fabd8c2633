"""The component that embeds players in the pages of an outlet: its events, its attributes, and what it refuses."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from helpers.paths import REPOSITORY
from helpers.players import SPOKEN, made_page, served, violations, write_sound
from helpers.runs import Run

from narrate import UsageError, produce
from narrate.config import Config, SynthesisConfig
from narrate.delivery.player import PlayerPage, embed_snippet, player_page, write_component

EVENTS = ("play", "pause", "progress", "complete", "segment", "previewend")
LISTEN = f"""
    window.heard = [];
    for (const name of {json.dumps(EVENTS)}) {{
        document.addEventListener(name, (event) => {{
            if (event.target.localName === "narrate-player") heard.push([name, event.detail, event.bubbles]);
        }});
    }}
"""
"""A script of the outlet's own that listens at the document."""
HOST = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>The Courier</title>{head}
<meta name="viewport" content="width=device-width, initial-scale=1">
<script src="listen.js"></script><script type="module" src="narrate-player.js"></script></head>
<body><main><h1>Bridge closes</h1>{body}<p>The bridge will close.</p></main></body></html>"""


@dataclass(frozen=True)
class Site:
    """An outlet's site, and the site with its editions, which is another origin."""

    folder: Path
    address: str
    editions: str
    page: PlayerPage


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    page, folder, editions = made_page(), tmp_path_factory.mktemp("outlet"), tmp_path_factory.mktemp("editions")
    write_sound(page, editions)
    (editions / "harbour.edition.html").write_text(player_page(page), encoding="utf-8")
    (folder / "listen.js").write_text(LISTEN, encoding="utf-8")
    write_component(folder)
    with served(folder) as (address, _), served(editions) as (other, _):
        yield Site(folder, address, f"{other}harbour.edition.html", page)


Show = Callable[..., Any]


@pytest.fixture
def show(browser: Any, site: Site) -> Iterator[Show]:
    """Return a function that opens a page of the outlet with this body. Fails on errors and on requests elsewhere."""
    context, troubles = browser.new_context(viewport={"width": 800, "height": 900}), []

    def run(body: str, *, head: str = "") -> Any:
        (site.folder / "story.html").write_text(HOST.format(head=head, body=body), encoding="utf-8")
        tab = context.new_page()
        tab.on("pageerror", lambda error: troubles.append(str(error)))
        tab.on("console", lambda message: message.type == "error" and troubles.append(message.text))
        known = (site.address, site.editions.removesuffix("harbour.edition.html"))
        tab.on("request", lambda request: request.url.startswith(known) or troubles.append(request.url))
        tab.goto(f"{site.address}story.html")
        return tab

    yield run
    context.close()
    assert [trouble for trouble in troubles if "404" not in trouble] == []


def element(site: Site, attributes: str = "") -> str:
    return f'<narrate-player src="{site.editions}" {attributes}></narrate-player>'


def frame_of(tab: Any) -> Any:
    """Return the frame of the player, once its sound can play and the component hears it."""
    tab.wait_for_function(
        "() => frames.length === 1 && document.querySelector('iframe').title.startsWith('Audio edition: ')"
    )
    frame = tab.frames[1]
    frame.wait_for_function("() => document.getElementById('audio').readyState >= 2")
    return frame


def heard(tab: Any, *names: str) -> list[dict[str, Any]]:
    """Return the details of the events with these names, in order."""
    return [detail for name, detail, _ in tab.evaluate("heard") if name in names]


def play_to_the_end(tab: Any, frame: Any, *, speed: int) -> None:
    """Play the edition at this speed from where it is, and wait for its end."""
    frame.evaluate(f"document.getElementById('audio').playbackRate = {speed}")
    frame.locator("#play").click()
    tab.wait_for_function("() => heard.some(([name]) => name === 'complete')")


def position(frame: Any) -> float:
    return float(frame.evaluate("document.getElementById('audio').currentTime"))


class TestModule:
    def test_command_writes_the_module_into_a_folder(self, tmp_path: Path, narrate: Run) -> None:
        run = narrate("player", str(tmp_path))
        assert (run.returncode, run.stdout) == (0, f"{tmp_path / 'narrate-player.js'}\n")
        assert "customElements.define(" in (tmp_path / "narrate-player.js").read_text(encoding="utf-8")

    def test_folder_that_does_not_exist_is_wrong_usage(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="there is no folder"):
            write_component(tmp_path / "absent")

    def test_module_names_no_other_host_and_runs_no_text(self, tmp_path: Path) -> None:
        text = write_component(tmp_path).read_text(encoding="utf-8")
        for word in ("//", "fetch(", "XMLHttpRequest", "sendBeacon", "innerHTML", "eval(", "import "):
            assert word not in text


@pytest.mark.slow
class TestEvents:
    def test_play_and_pause_are_heard_with_title_time_and_duration(self, show: Show, site: Site) -> None:
        tab = show(element(site))
        frame = frame_of(tab)
        frame.locator("#play").click()
        tab.wait_for_function("() => heard.some(([name]) => name === 'play')")
        frame.locator("#play").click()
        tab.wait_for_function("() => heard.some(([name]) => name === 'pause')")
        (began,), (paused,) = heard(tab, "play"), heard(tab, "pause")
        assert began["title"] == site.page.title
        assert began["duration"] == pytest.approx(site.page.recording.duration_s, abs=0.001)
        assert 0 <= began["time"] <= paused["time"] < 5
        assert all(bubbles for _, _, bubbles in tab.evaluate("heard"))

    def test_progress_comes_at_each_tenth_and_complete_at_the_end(self, show: Show, site: Site) -> None:
        tab = show(element(site))
        play_to_the_end(tab, frame_of(tab), speed=8)
        progress = heard(tab, "progress")
        assert [detail["percent"] for detail in progress] == list(range(10, 101, 10))
        for detail in progress:
            assert detail["time"] >= detail["duration"] * detail["percent"] / 100 - 0.3
        assert [name for name, _, _ in tab.evaluate("heard")][-2:] == ["progress", "complete"]
        assert heard(tab, "pause") == []

    def test_what_is_jumped_over_is_no_progress(self, show: Show, site: Site) -> None:
        tab = show(element(site))
        frame = frame_of(tab)
        frame.get_by_role("button", name="Daniel Okafor").click()  # 64 % of the edition are before
        play_to_the_end(tab, frame, speed=4)
        assert [detail["percent"] for detail in heard(tab, "progress")] == [70, 80, 90, 100]

    def test_segment_says_what_is_heard_and_from_whom(self, show: Show, site: Site) -> None:
        tab = show(element(site))
        play_to_the_end(tab, frame_of(tab), speed=8)
        segments = heard(tab, "segment")
        assert [(row["segment"], row["speaker"], row["text"]) for row in segments] == [
            (number, speaker, text) for number, (speaker, _, text) in enumerate(SPOKEN)
        ]
        assert [row["paragraph"] for row in segments] == [max(paragraph - 1, 0) for _, paragraph, _ in SPOKEN]
        assert [row["quotation"] for row in segments] == [speaker != "Narrator" for speaker, _, _ in SPOKEN]
        for row, cue in zip(segments, site.page.cues, strict=True):
            assert (row["start"], row["end"]) == pytest.approx((cue.start_s, cue.end_s), abs=0.001)

    def test_preview_ends_with_an_event(self, show: Show, site: Site) -> None:
        tab = show(element(site, 'preview="2"'))
        frame = frame_of(tab)
        frame.locator("#play").click()
        tab.wait_for_function("() => heard.some(([name]) => name === 'previewend')")
        assert heard(tab, "previewend")[0]["time"] == pytest.approx(2, abs=0.01)
        assert frame.locator("#ended").inner_text() == "The preview ends here."
        assert heard(tab, "complete") == []


@pytest.mark.slow
class TestElement:
    def test_element_is_as_high_as_its_player_and_leaves_the_text_out(self, show: Show, site: Site) -> None:
        tab = show(element(site))
        frame = frame_of(tab)
        tab.wait_for_function("() => document.querySelector('iframe').height !== '180'")
        assert not frame.locator("article").is_visible()
        assert not frame.evaluate("document.documentElement.scrollHeight > innerHeight")
        assert 120 < tab.locator("narrate-player").bounding_box()["height"] < 200
        assert frame.locator("#disclosure").is_visible()
        assert frame.locator("body").inner_text().count("Voice is AI-generated") == 1

    def test_text_is_shown_on_demand(self, show: Show, site: Site) -> None:
        tab = show(element(site, "text"))
        assert frame_of(tab).locator(".paragraph").first.is_visible()
        assert tab.locator("iframe").get_attribute("height") == "480"

    def test_paragraph_is_started_at_and_changed_without_loading_again(self, show: Show, site: Site) -> None:
        tab = show(element(site, 'p="2"'))
        frame = frame_of(tab)
        assert position(frame) == pytest.approx(site.page.cues[3].start_s, abs=0.02)
        frame.evaluate("window.isSame = true")
        before = tab.evaluate("history.length")
        tab.evaluate("document.querySelector('narrate-player').setAttribute('p', '3')")
        frame.wait_for_function(
            f"() => Math.abs(document.getElementById('audio').currentTime - {site.page.cues[6].start_s}) < 0.02"
        )
        assert frame.evaluate("window.isSame")
        assert tab.evaluate("history.length") == before

    def test_outlet_starts_and_stops_the_player(self, show: Show, site: Site) -> None:
        tab = show(element(site))
        tab.evaluate("document.querySelector('narrate-player').play(4)")  # before the frame is loaded
        tab.wait_for_function("() => heard.some(([name]) => name === 'segment')")
        tab.evaluate("document.querySelector('narrate-player').pause()")
        tab.wait_for_function("() => heard.some(([name]) => name === 'pause')")
        assert heard(tab, "segment")[0]["paragraph"] == 4

    def test_one_player_is_heard_at_a_time(self, show: Show, site: Site) -> None:
        tab = show(element(site) + element(site))
        tab.wait_for_function("() => frames.length === 2")
        players = tab.locator("narrate-player")
        players.first.evaluate("(player) => player.play()")
        tab.wait_for_function("() => heard.some(([name]) => name === 'segment')")
        players.last.evaluate("(player) => player.play()")
        tab.wait_for_function("() => heard.some(([name]) => name === 'pause')")
        paused = [frame.evaluate("() => document.getElementById('audio').paused") for frame in tab.frames[1:]]
        assert sorted(paused) == [False, True]

    def test_snippet_becomes_the_component_and_is_a_frame_without_it(
        self, show: Show, site: Site, browser: Any
    ) -> None:
        snippet = embed_snippet(site.page, player_url=site.editions)
        tab = show(snippet)
        frame_of(tab)
        assert tab.locator("iframe").count() == 1
        context = browser.new_context(java_script_enabled=False)
        plain = context.new_page()
        plain.goto(f"{site.address}story.html")
        assert plain.locator("iframe").get_attribute("src") == site.editions
        assert plain.frame_locator("iframe").locator("#disclosure").inner_text() == SPOKEN[0][2]
        assert plain.frame_locator("iframe").locator("audio").is_visible()
        context.close()

    def test_page_of_an_older_edition_is_shown_with_its_text(self, show: Show, site: Site) -> None:
        (site.folder / "old.html").write_text("<!doctype html><title>Old</title><p>An old player.", encoding="utf-8")
        tab = show('<narrate-player src="old.html"></narrate-player>')
        tab.wait_for_function("() => document.querySelector('iframe')?.height === '480'")

    def test_strict_content_security_policy_of_the_outlet_is_kept(self, show: Show, site: Site) -> None:
        origin = site.editions.removesuffix("/harbour.edition.html")
        policy = f"default-src 'none'; script-src 'self'; frame-src {origin}"
        tab = show(element(site), head=f'<meta http-equiv="Content-Security-Policy" content="{policy}">')
        frame_of(tab).locator("#play").click()
        tab.wait_for_function("() => heard.some(([name]) => name === 'segment')")

    @pytest.mark.parametrize("src", ["javascript:alert(1)", "data:text/html,x", "http://[", ""])
    def test_address_that_is_no_page_is_refused(self, show: Show, src: str) -> None:
        tab = show(f'<narrate-player src="{src}"></narrate-player>')
        tab.wait_for_function("() => Boolean(customElements.get('narrate-player'))")
        assert tab.locator("iframe").count() == 0

    def test_messages_of_other_windows_are_ignored(self, show: Show, site: Site) -> None:
        tab = show(element(site))
        frame = frame_of(tab)
        tab.evaluate("""() => {
            const channel = new MessageChannel();
            postMessage({ narrate: "ready" }, "*");
            postMessage({ type: "complete", detail: {} }, "*");
            frames[0].postMessage({ command: "play" }, "*");
            frames[0].postMessage({ narrate: "connect" }, "*");
        }""")
        frame.locator("#next").click()
        tab.wait_for_timeout(200)
        assert tab.evaluate("heard") == []
        assert frame.evaluate("document.getElementById('audio').paused")
        frame.locator("#play").click()
        tab.wait_for_function("() => heard.some(([name]) => name === 'play')")

    def test_page_on_its_own_gives_nobody_a_channel(self, browser: Any, site: Site) -> None:
        tab = browser.new_page()
        tab.goto(site.editions)
        answered = tab.evaluate("""async () => {
            const { port1, port2 } = new MessageChannel();
            const answer = new Promise((done) => { port1.onmessage = () => done(true); setTimeout(done, 300, false); });
            postMessage({ narrate: "connect" }, "*", [port2]);
            return answer;
        }""")
        tab.close()
        assert answered is False

    @pytest.mark.parametrize(
        ("style", "system", "expected"),
        [
            ("normal", "dark", "light"),
            ("light dark", "dark", "dark"),
            ("light dark", "light", "light"),
            ("dark", "light", "dark"),
        ],
    )
    def test_theme_is_that_of_the_page_around(
        self, show: Show, site: Site, style: str, system: str, expected: str
    ) -> None:
        tab = show(element(site), head=f"<style>:root{{color-scheme:{style}}}</style>")
        tab.emulate_media(color_scheme=system)
        card = frame_of(tab).evaluate("getComputedStyle(document.body).backgroundColor")
        assert card == {"light": "rgb(255, 255, 255)", "dark": "rgb(29, 31, 35)"}[expected]

    @pytest.mark.parametrize("theme", ["light", "dark"])
    @pytest.mark.parametrize("width", [390, 1280])
    @pytest.mark.parametrize("attributes", ["", "text", 'preview="2"'])
    def test_axe_finds_no_accessibility_fault_in_embedded_players(
        self, show: Show, site: Site, theme: str, width: int, attributes: str
    ) -> None:
        tab = show(element(site, f'theme="{theme}" {attributes}'))
        tab.set_viewport_size({"width": width, "height": 900})
        frame = frame_of(tab)
        frame.get_by_role("button", name="Margaret Ellery").click()
        if "preview" in attributes:
            frame.locator("#play").click()
            tab.wait_for_function("() => heard.some(([name]) => name === 'previewend')")
        assert violations(tab) == []
        assert violations(frame) == []
        assert not frame.evaluate("document.documentElement.scrollWidth > innerWidth")

    def test_embedded_player_can_be_used_by_keyboard_alone(self, show: Show, site: Site) -> None:
        tab = show(element(site))
        frame = frame_of(tab)
        names = []
        for _ in range(9):
            tab.keyboard.press("Tab")
            names.append(
                frame.evaluate("document.activeElement.getAttribute('aria-label') ?? document.activeElement.innerText")
            )
        assert names[:3] == ["Play", "Previous paragraph", "Next paragraph"]
        assert names[4:] == ["Position", "Narrator", "Margaret Ellery", "Daniel Okafor", "Rosa Lindqvist"]
        tab.keyboard.press("Enter")
        assert frame.locator("#now").inner_text() == "Rosa Lindqvist"


PAGE_OF_OUTLET = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>The Ostrand Courier</title>
<style>body{max-width:40rem;margin:0 auto;padding:1.5rem 1rem;font:1.15rem/1.65 Georgia,"DejaVu Serif",serif}
h1{margin:0 0 .6rem;font-size:2rem;line-height:1.2}p{margin:0 0 1.1rem}small{color:#555;font:.9rem system-ui}</style>
<script type="module" src="narrate-player.js"></script></head><body><main><h1>Ostrand's harbour bridge to close for
eighteen months</h1><p><small>Nora Whitfield · 14 March 2026</small></p>SNIPPET<p>The bridge that has carried Ostrand's
traffic across the harbour since 1938 will close to every vehicle on the first of May, the town council decided on
Tuesday night, after engineers found rust deep inside two of its four main cables.</p></main></body></html>"""


@pytest.mark.slow
def test_pictures_of_the_documentation_can_be_taken(browser: Any, tmp_path: Path) -> None:
    """With ``NARRATE_PICTURES`` in the environment, the pictures under ``docs/images`` are taken anew."""
    pictures = REPOSITORY / "docs" / "images" if os.environ.get("NARRATE_PICTURES") else tmp_path
    config = Config(synthesis=SynthesisConfig(engine="silent"))
    edition = produce(REPOSITORY / "examples" / "harbour-bridge.md", output=tmp_path / "site", config=config)
    write_component(tmp_path / "site")
    snippet = edition.files["snippet"].read_text(encoding="utf-8")
    host = PAGE_OF_OUTLET.replace("SNIPPET", snippet)
    (tmp_path / "site" / "story.html").write_text(host, encoding="utf-8")
    at = next(cue.start_s for cue in edition.cues if "We have patched" in cue.text) + 1.2
    listen = f"() => {{ document.getElementById('audio').currentTime = {at}; document.activeElement.blur(); }}"
    with served(tmp_path / "site") as (address, _):
        views = [("player-1280", 1280, 900), ("player-390", 390, 844), ("player-embedded", 800, 560)]
        for name, width, height in views:
            tab = browser.new_page(viewport={"width": width, "height": height}, device_scale_factor=2)
            is_embedded = name == "player-embedded"
            tab.goto(f"{address}{'story.html' if is_embedded else edition.files['player'].name}")
            player = frame_of(tab) if is_embedded else tab
            player.wait_for_function("() => document.getElementById('audio').readyState >= 2")
            player.evaluate(listen)
            player.wait_for_function("() => document.querySelector('.word.on')")
            tab.wait_for_timeout(200)
            tab.screenshot(path=pictures / f"{name}.png")
            tab.close()
            assert (pictures / f"{name}.png").stat().st_size > 10_000
