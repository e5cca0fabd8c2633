"""The segmenter: where it cuts, and that segments and skipped stretches tile every text."""

from __future__ import annotations

import random
import re

import pytest
from helpers.articles import article, assert_tiles, development_set
from helpers.paths import shared

from narrate.script import hand_to_narrator, write_script
from narrate.types import NARRATOR, Article, Script, Segment, Skipped, Span


def cut(text: str) -> list[tuple[str, str]]:
    return [(s.kind, s.text) for s in write_script(article(text)).segments]


def test_segmenter_gives_blanks_to_segment_before_them() -> None:
    assert cut('  He said: "One," and left.\n\n"Two."\n') == [
        ("narration", "  He said: "),
        ("quotation", '"One," '),
        ("narration", "and left.\n\n"),
        ("quotation", '"Two."\n'),
    ]


def test_segmenter_makes_one_segment_per_paragraph_of_quotation() -> None:
    assert cut("“One.\n\n“Two.”") == [("quotation", "“One.\n\n"), ("quotation", "“Two.”")]


def test_segmenter_adds_punctuation_to_adjacent_quotation() -> None:
    assert cut('She called it "odd".') == [("narration", "She called it "), ("quotation", '"odd".')]
    assert cut('Fine ("odd"), he said.') == [
        ("narration", "Fine "),
        ("quotation", '("odd"'),
        ("narration", "), he said."),
    ]


def test_segmenter_makes_headline_one_segment_inside_or_outside_text() -> None:
    inside = write_script(article("'No' to war\n\nText.", headline=True))
    assert [(s.kind, s.text) for s in inside.segments] == [("headline", "'No' to war\n\n"), ("narration", "Text.")]
    outside = write_script(Article("Title", None, "en", None, None, "Text.", None, (Span(0, 5),), ()))
    assert [(s.kind, s.text, s.start, s.end) for s in outside.segments] == [
        ("headline", "Title", 0, 0),
        ("narration", "Text.", 0, 5),
    ]


def test_segmenter_leaves_out_skipped_stretches() -> None:
    made = article("One.\n\nSKIP ME\n\nTwo.", skipped=(Span(6, 13),))
    script = write_script(made)
    assert [s.text for s in script.segments] == ["One.\n\n", "\n\nTwo."]
    assert_tiles(made, script)


def test_segmenter_makes_no_segments_of_empty_article() -> None:
    assert write_script(Article(None, None, "en", None, None, " \n", None, (), ())).segments == ()


@pytest.mark.parametrize("name", ["written", "gumnews", "litbank", "polnear", "pdnc_small"])
def test_segments_tile_every_development_article(name: str) -> None:
    for entry in development_set(name):
        made = article(entry["text"])
        assert_tiles(made, write_script(made))


def test_segments_tile_bakhmut_article_with_skipped_end() -> None:
    text = shared("articles", "bakhmut.txt").read_text(encoding="utf-8")
    made = article(text, skipped=(Span(text.index("Do you have a tip"), len(text)),))
    assert_tiles(made, write_script(made))


SEEDS = [
    'The mayor said: "We won\'t go," and left.\n\n"Never," she said. "Ever."\n\nIt was the \'worst\' day.',
    "‘The workers’ union is ready,’ he said. ‘Are you?\n\n‘We are.’\n\n«Oui», she said; „nein“, said he.",
    "ANNA: Hello.\n\nBEN: Hello.\n\nANNA: “Well?”\n\nBEN: Well.\n\nANNA: Bye.\n\nBEN: Bye.",
]


def test_segments_tile_randomly_mutated_texts() -> None:
    rng = random.Random(7)
    alphabet = "\"'“”‘’«»„‚ \n\t.,:;!?()[]—-aZ9é\u00a0\u2028"
    for _ in range(4000):
        text = list(rng.choice(SEEDS))
        for _ in range(rng.randint(1, 12)):
            at = rng.randrange(len(text))
            text[at : at + rng.randint(0, 3)] = [rng.choice(alphabet) for _ in range(rng.randint(0, 3))]
        made = article("".join(text), headline=rng.random() < 0.3)
        if made.paragraphs and rng.random() < 0.3:
            span = rng.choice(made.paragraphs)
            rest = tuple(p for p in made.paragraphs if p != span)
            left_out = (Skipped(made.text[span.start : span.end], "test", span),)
            made = Article(None, None, "en", None, None, made.text, made.headline, rest, left_out)
        assert_tiles(made, write_script(made))


def voices(text: str, speaker: str = "ann", *, minimum: float = 0.0, confidence: float = 1.0) -> list[str]:
    script = write_script(article(text))
    spoken = tuple(
        Segment(s.index, s.kind, s.text, s.start, s.end, speaker, speaker, confidence) if s.kind == "quotation" else s
        for s in script.segments
    )
    handed = hand_to_narrator(Script(script.article, spoken), fragment_words=4, min_confidence=minimum)
    return [s.voiced_by for s in handed.segments if s.kind == "quotation"]


@pytest.mark.parametrize(
    ("text", "voice"),
    [
        ('"Yes," he said.', "ann"),
        ('He said, "Go home."', "ann"),
        ('He said: "Never."', "ann"),
        ('"Why?" she asked.', "ann"),
        ('The fight has been "emotional," he told a broadcaster.', NARRATOR),
        ('He is waging a "very difficult" war.', NARRATOR),
        ('"Difficult" was the word he chose.', NARRATOR),
        ('It is "the prerogative of the army."', "ann"),
    ],
)
def test_narrator_reads_short_fragments_of_narration(text: str, voice: str) -> None:
    assert voices(text) == [voice]


def test_narrator_reads_quotations_below_minimum_confidence() -> None:
    assert voices('"Yes, indeed we will," he said.', minimum=0.5, confidence=0.4) == [NARRATOR]
    assert re.fullmatch("ann", voices('"Yes, indeed we will," he said.', minimum=0.5, confidence=0.6)[0])
