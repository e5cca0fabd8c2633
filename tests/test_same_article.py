"""Another article with the same file name is refused; a correction of the same article, however large, is not."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from helpers.runs import SILENT, Run

from narrate import Config, DeliveryError, Edition, OtherArticleError, check, prepare, produce, produce_all
from narrate.config import DeliveryConfig
from narrate.edition.manifest import Manifest, read_manifest
from narrate.edition.same_article import is_page, is_same_article, shared_triples, title_likeness
from narrate.readers import read_bytes
from narrate.script import write_script
from narrate.types import Article

FRONT = """---
title: {title}
date: {date}
{more}---

"""
FERRY = [
    "The ferry to the islands returned on Monday after two years in dry dock, and hundreds of people came to see it.",
    "“We are back at last,” said Ada Byron, the captain. “It took us two long years.”",
    "The ship was taken out of service when engineers found cracks in the hull during a routine inspection.",
    "“I waited for it all winter,” said Tomas Reyne, a baker who sells bread on three of the islands.",
    "Repairs cost 4.2 million euros, twice as much as planned, according to the county.",
    "The first crossing leaves at seven in the morning and is free for everyone who lives on the islands.",
    "A second ship, which the county hired for the time of the repairs, goes back to its owner in May.",
    "The harbour master expects that the number of visitors will rise to the level of former years by the summer.",
]
COUNCIL = [
    "The town council voted nine to four on Tuesday to close the old library at the end of the month.",
    "“This is a sad day for reading,” said Eva Lind, a teacher at the school next door.",
    "The building needs a new roof and has no lift, and the council says that there is no money for either.",
    "Its 40,000 books will be divided between two branches in the suburbs, which open for longer from September.",
    "Opponents have collected 3,000 signatures and want the court to stop the plan.",
    "The mayor, Karl Brandt, called the decision painful but overdue after ten years of debate.",
    "A developer has offered to turn the hall into flats, with a reading room on the ground floor.",
    "The vote followed a debate of three hours, in which the police had to clear the gallery once.",
]


def text(paragraphs: list[str], title: str = "Ferry returns", date: str = "2026-05-18", more: str = "") -> str:
    return FRONT.format(title=json.dumps(title), date=date, more=more) + "\n\n".join(paragraphs) + "\n"


def article(*arguments: object, **options: object) -> Article:
    return read_bytes(text(*arguments, **options).encode(), name="story.md")  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an edition of the ferry article."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "story.md").write_text(text(FERRY), encoding="utf-8")
    produce(folder / "story.md", output=folder / "out", config=SILENT)
    return folder


@pytest.fixture(scope="module")
def manifest(made: Path) -> Manifest:
    return read_manifest(made / "out" / "story.edition.json")


def third_word_exchanged(paragraphs: list[str]) -> list[str]:
    words = iter(" ".join(COUNCIL).split() * 3)
    return [" ".join(next(words) if n % 3 == 0 else word for n, word in enumerate(p.split())) for p in paragraphs]


CORRECTIONS = {
    "one word": [FERRY[0].replace("Monday", "Tuesday"), *FERRY[1:]],
    "lead rewritten": [COUNCIL[0], *FERRY[1:]],
    "first half rewritten": [*COUNCIL[:4], *FERRY[4:]],
    "three quarters rewritten": [*COUNCIL[:6], *FERRY[6:]],
    "cut to two paragraphs": FERRY[:2],
    "grown from a report of two paragraphs": [*FERRY, *COUNCIL],
    "paragraphs in another order": FERRY[::-1],
    "capitals and punctuation": [p.upper().replace(",", ";") for p in FERRY],
}


@pytest.mark.parametrize("title", ["Ferry returns", "Islands connected again: first ship since 2024", ""])
@pytest.mark.parametrize("change", CORRECTIONS)
def test_changed_text_is_the_same_article_whatever_its_title(manifest: Manifest, change: str, title: str) -> None:
    assert is_same_article(manifest, write_script(article(CORRECTIONS[change], title=title)))


@pytest.mark.parametrize("title", ["Ferry returns", "FERRY RETURNS!", "“Ferry” returns", "Island ferry returns"])
def test_article_that_was_written_again_under_its_title_is_the_same(manifest: Manifest, title: str) -> None:
    assert is_same_article(manifest, write_script(article(third_word_exchanged(COUNCIL), title=title)))


@pytest.mark.parametrize(
    ("title", "date", "paragraphs"),
    [
        ("Council closes library", "2026-05-18", COUNCIL),
        ("Council closes library", "2026-06-02", COUNCIL),
        ("Ferry sinks", "2026-05-18", COUNCIL),
        ("", "2026-05-18", COUNCIL),
        ("Ferry returns", "2026-05-19", COUNCIL),
        ("Council closes library", "2026-05-18", COUNCIL[:1]),
        ("Council closes library", "2026-05-19", [FERRY[0], *COUNCIL[1:]]),
    ],
    ids=["same day", "other day", "title on one topic", "no title", "daily column", "short", "shared note"],
)
def test_other_article_is_recognized(manifest: Manifest, title: str, date: str, paragraphs: list[str]) -> None:
    assert not is_same_article(manifest, write_script(article(paragraphs, title=title, date=date)))


def test_page_of_one_address_is_one_article(manifest: Manifest) -> None:
    def from_source(source: str) -> bool:
        before = replace_source(manifest, source)
        now = replace(article(COUNCIL, title="Other", date="2026-06-01"), source=source)
        return is_same_article(before, write_script(now))

    assert from_source("https://post.example/live/ferry")
    assert from_source("https://post.example/?id=7")
    assert not from_source("https://post.example/")
    assert not from_source("The Ostrand Post")


def replace_source(manifest: Manifest, source: str) -> Manifest:
    import msgspec

    return msgspec.structs.replace(manifest, article=msgspec.structs.replace(manifest.article, source=source))


@pytest.mark.parametrize(
    ("source", "expected"),
    [("https://a.example/x", True), ("https://a.example", False), ("Reuters", False), (None, False)],
)
def test_address_of_a_page_has_a_path(source: str | None, expected: bool) -> None:
    assert is_page(source) is expected


def test_likeness_of_texts_and_titles() -> None:
    assert shared_triples(["a b c d"], ["a b", "c d e"]) == 1
    assert shared_triples(["a b c d e"], ["a b c x y"]) == pytest.approx(1 / 3)
    assert shared_triples([], ["a b c"]) == 0
    assert shared_triples(["Ja."], ["ja"]) == 1
    assert title_likeness("Ferry returns", "Ferry returns today") == pytest.approx(2 / 3)
    assert title_likeness("", "") == 0


Make = Callable[..., Edition]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Make the edition of ``story.md`` with a text."""

    def run(content: str, config: Config = SILENT) -> Edition:
        (tmp_path / "story.md").write_text(content, encoding="utf-8")
        return produce(tmp_path / "story.md", output=tmp_path / "out", config=config)

    return run


OTHER = text(COUNCIL, title="Council closes library", date="2026-06-02")
REPLACING = replace(SILENT, delivery=DeliveryConfig(replace=True))


@pytest.mark.slow
def test_library_refuses_another_article_and_keeps_the_edition(make: Make, tmp_path: Path) -> None:
    first = make(text(FERRY))
    files = {path: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    with pytest.raises(OtherArticleError) as caught:
        make(OTHER)
    assert isinstance(caught.value, DeliveryError)
    assert str(caught.value) == (
        f"Cannot make {first.mp3}: the edition there is of another article, 'Ferry returns'. Choose a different output "
        "or file name, or allow it: --replace, or 'replace' in [delivery]."
    )
    assert {path: path.read_bytes() for path in (tmp_path / "out").iterdir()} == files
    assert check(tmp_path / "story.md", output=tmp_path / "out", config=SILENT) == (str(caught.value),)
    assert prepare(tmp_path / "story.md", output=tmp_path / "out", config=SILENT).replaces_other_article


@pytest.mark.slow
def test_allowed_replacement_is_a_new_edition_without_the_log_and_the_voices_of_the_other(
    make: Make, tmp_path: Path
) -> None:
    make(text(FERRY))
    assert make(text(FERRY[:-1])).state == "corrected"
    edition = make(OTHER, REPLACING)
    alone = produce(tmp_path / "story.md", output=tmp_path / "alone", config=SILENT)
    assert (edition.state, edition.changes) == ("new", None)
    assert read_manifest(edition.files["manifest"]).corrections == ()
    assert {path.name: path.read_bytes() for path in edition.files.values()} == {
        path.name: path.read_bytes() for path in alone.files.values()
    }
    assert make(OTHER).state == "untouched"  # the setting is no part of the edition
    assert make(OTHER.replace("nine to four", "ten to three"), REPLACING).state == "corrected"


@pytest.mark.slow
def test_make_refuses_another_article_with_exit_code_1(narrate: Run, tmp_path: Path) -> None:
    arguments = ("make", "story.md", "-o", "out", "--engine", "silent")
    for content in (text(FERRY), text([COUNCIL[0], *FERRY[1:]], title="Islands connected again")):
        (tmp_path / "story.md").write_text(content, encoding="utf-8")
        assert narrate(*arguments).returncode == 0
    (tmp_path / "story.md").write_text(OTHER, encoding="utf-8")
    done = narrate(*arguments)
    assert (done.returncode, done.stdout) == (1, "")
    assert "the edition there is of another article, 'Islands connected again'" in done.stderr
    assert "--replace" in done.stderr
    assert narrate(*arguments, "--check").returncode == 3
    done = narrate(*arguments, "--replace", "--json")
    assert done.returncode == 0
    assert (json.loads(done.stdout)["state"], json.loads(done.stdout)["correction"]) == ("new", None)


@pytest.mark.slow
def test_batch_reports_another_article_and_makes_the_rest(tmp_path: Path) -> None:
    for number, content in enumerate((text(FERRY), OTHER)):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "story.md").write_text(content, encoding="utf-8")
        (folder / "extra.md").write_text(text(FERRY, title="Extra"), encoding="utf-8")
    config = replace(SILENT, synthesis=replace(SILENT.synthesis, workers=1))

    def batch(number: int, config: Config = config) -> list[tuple[str, str | None]]:
        sources = [tmp_path / str(number) / f"{name}.md" for name in ("story", "extra")]
        return [(one.status, one.state) for one in produce_all(sources, output=tmp_path / "out", config=config)]

    assert batch(0) == [("done", "new"), ("done", "new")]
    assert batch(1) == [("failed", None), ("done", "untouched")]
    assert batch(1, replace(config, delivery=DeliveryConfig(replace=True)))[0] == ("done", "new")
