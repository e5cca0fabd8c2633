"""SSML in the source is followed as far as it is supported; other tags are dropped, and no text is lost."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from helpers.runs import Run
from hypothesis import given, settings
from hypothesis import strategies as st

from narrate.engines.foreign_words import foreign_ipa
from narrate.engines.kokoro.fallback import Espeak
from narrate.errors import SourceError
from narrate.readers import read_bytes, read_text, skip_reasons
from narrate.script import write_script
from narrate.script.document import check_tiling
from narrate.script.lines import write_lines
from narrate.speakable import speakable
from narrate.synthesis import marked_text
from narrate.types import Article, Line, Piece

PAGE = (
    "<html><head><title>A head</title></head><body><article><h1>A head</h1><p>{}</p><p>{}</p></article></body></html>"
)
FILLER = "A second paragraph stands here, with enough words to be taken for a part of the story by every reader."
MARK_UP = """<sub alias="so">|<sub>|</sub>|<break/>|<break>|<break time="2s"/>|<break time="x"/>|<speak>|</speak>
<say-as interpret-as="digits">|</say-as>|<phoneme ph="kˈiːv">|<phoneme ph="x]">|</phoneme>|<lang xml:lang="fr">|</lang>
</prosody>|<prosody rate="slow">|Kyiv|12|word.|⟦0⟧|`|[sic]|👍|<|>|“We|are,” he said."""
TAGS = st.sampled_from([*MARK_UP.replace("\n", "|").split("|"), " ", "\n\n", "\\", "# Head\n"])


def pieces(article: Article) -> list[Piece]:
    return [piece for line in lines(article) for piece in speakable(line.text, readings=line.readings).pieces]


def lines(article: Article) -> tuple[Line, ...]:
    script = write_script(article)
    check_tiling(script)
    return write_lines(script)


def said(article: Article) -> str:
    return " ".join(speakable(line.text, readings=line.readings).text for line in lines(article))


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ('The <sub alias="World Bank, 2nd of 3">WB</sub> met.', "The World Bank, second of three met."),
        (
            'Due <say-as interpret-as="date" format="dmy">5/11/2023</say-as>.',
            "Due November fifth, twenty twenty-three.",
        ),
        ('Due <say-as interpret-as="date" format="mdy">5/11/2023</say-as>.', "Due May eleventh, twenty twenty-three."),
        ('Code <say-as interpret-as="characters">WHO1</say-as>.', "Code W H O one."),
        ('Room <say-as interpret-as="digits">101</say-as>.', "Room one zero one."),
        ('In <say-as interpret-as="cardinal">1999</say-as> homes.', "In one thousand nine hundred ninety-nine homes."),
        ('He is <say-as interpret-as="ordinal">3</say-as>.', "He is third."),
        ('Ring <say-as interpret-as="telephone">12-34</say-as>.', "Ring one two, three four."),
        ('Ring <say-as interpret-as="joke">12</say-as>.', "Ring twelve."),
        ('<lang xml:lang="fr">Jean US</lang> of the US.', "Jean US of the U S."),
        ('We <prosody rate="slow">will not</prosody> go.', "We will not go."),
        ("<speak>We will go.</speak>", "We will go."),
    ],
)
def test_tag_changes_spoken_text(written: str, spoken: str) -> None:
    assert said(read_text(written)) == spoken


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ('Wait<break/>now, <break strength="weak"/>please.', [("Wait", 500), ("now,", 250), ("please.", None)]),
        ('Wait <break time="300ms"/> here. Go.', [("Wait", 300), ("here.", None), ("Go.", None)]),
        ('Wait <break time="9s"/>here. <break time="1.2s"/> Go.', [("Wait", 1900), ("here.", 1200), ("Go.", None)]),
        ('Wait <break time="100ms"/> <sub alias="there">here</sub>.', [("Wait there.", None)]),
        ('“Wait <break time="1s"/> for <sub alias="me">us</sub>,” she said.', [
            ("“Wait", 1000), ("for me,” she said.", None)]),
    ],
)  # fmt: skip
def test_break_sets_length_of_pause(written: str, expected: list[tuple[str, int | None]]) -> None:
    found = lines(read_text(written))
    assert [(speakable(line.text, readings=line.readings).text, line.pause_ms) for line in found] == expected


@pytest.mark.slow
def test_break_delays_following_cue(narrate: Run, tmp_path: Path) -> None:
    article = tmp_path / "a.md"
    starts = []
    for pause in ("200ms", "1.7s"):
        article.write_text(f'The boat <break time="{pause}"/> sailed.\n', "utf-8")
        assert narrate("make", "a.md", "--engine", "silent", "-o", "x.mp3", "--json").returncode == 0
        cues = json.loads((tmp_path / "x.transcript.json").read_text("utf-8"))["segments"]
        starts.append(next(cue["startTime"] for cue in cues if "sailed" in cue["body"]))
    assert starts[1] - starts[0] == pytest.approx(1.5, abs=0.001)


def test_ssml_in_markdown_and_html_is_followed() -> None:
    written = 'The <sub alias="World Bank">WB</sub> of <phoneme alphabet="ipa" ph="kˈiːv">Kyiv</phoneme> met, and paid.'
    for source, name in ((f"# A head\n\n{written}", "a.md"), (PAGE.format(written, FILLER), "a.html")):
        article = read_bytes(source.encode(), name=name)
        assert "The WB of Kyiv met, and paid." in article.text
        assert "The World Bank of Kyiv met, and paid." in said(article)
        assert [piece.ipa for piece in pieces(article) if piece.ipa] == ["kˈiːv"]
        assert [skipped.text for skipped in article.skipped if skipped.reason == skip_reasons.SSML_FOLLOWED] == [
            '<sub alias="World Bank">', "</sub>", '<phoneme alphabet="ipa" ph="kˈiːv">', "</phoneme>"]  # fmt: skip


def test_unsupported_tag_is_dropped_with_warning() -> None:
    article = read_text('We <prosody rate="slow">will</prosody> go to <phoneme alphabet="x-sampa" ph="X">Ng</phoneme>.')
    assert article.text == "We will go to Ng."
    assert {skipped.reason for skipped in article.skipped} == {skip_reasons.SSML_DROPPED}
    assert article.warnings == (
        "SSML: <phoneme> is not followed everywhere; its words are read as usual",
        "SSML: <prosody> is not followed everywhere; its words are read as usual",
    )


TAGS_WITH_A_VALUE = [
    ("<sub alias='{}'>", "</sub>"),
    ('<sub alias="{}">', "</sub>"),
    ("<phoneme ph='{}'>", "</phoneme>"),
    ("<say-as interpret-as='{}'>", "</say-as>"),
    ("<say-as interpret-as='date' format='{}'>", "</say-as>"),
]


@pytest.mark.parametrize(("opening", "closing"), TAGS_WITH_A_VALUE)
@pytest.mark.parametrize("characters", [401, 1000, 10_000, 200_000])
def test_tag_with_an_endless_value_is_dropped_with_warning(opening: str, closing: str, characters: int) -> None:
    tag = opening.format("a" * characters)
    article = read_text(f"Harbour\n\nThe {tag}WHO{closing} came.\n", name="story.ssml")
    assert article.text.strip().endswith("The WHO came.")
    assert not article.readings
    name = tag[1:].split()[0]
    assert f"SSML: <{name}> is not followed everywhere; its words are read as usual" in article.warnings
    assert [one.text for one in article.skipped if one.reason == skip_reasons.SSML_DROPPED] == [tag, closing]


def test_alias_of_400_characters_is_followed() -> None:
    article = read_text(f"Harbour\n\nThe <sub alias='{'a' * 400}'>WHO</sub> came.\n", name="story.ssml")
    assert [reading.value for reading in article.readings] == ["a" * 400]


@pytest.mark.parametrize(
    ("source", "name", "kept"),
    [
        ("The <break> tag, <sub> and </lang>: 5 < 6.", "a.txt", "The <break> tag, <sub> and </lang>: 5 < 6."),
        ('Write `<break time="1s"/>` here.', "a.md", 'Write <break time="1s"/> here.'),
        ('Write \\<break time="1s"/> here.', "a.md", 'Write <break time="1s"/> here.'),
        (
            PAGE.format('Write &lt;break time="1s"/&gt; in the text.', FILLER),
            "a.html",
            'Write <break time="1s"/> in the text.',
        ),
    ],
)
def test_article_about_ssml_keeps_its_text(source: str, name: str, kept: str) -> None:
    article = read_bytes(source.encode(), name=name)
    assert kept in article.text
    assert article.readings == ()


@settings(max_examples=150, deadline=None)
@given(st.lists(TAGS, max_size=14).map("".join), st.sampled_from(["a.txt", "a.md"]))
def test_spoken_pieces_tile_text_with_any_tags(source: str, name: str) -> None:
    """A source whose lines are mostly tags without partners is refused instead."""
    try:
        article = read_bytes(f"It begins. {source}\n\nIt ends.".encode(), name=name)
    except SourceError as error:
        assert "most of its lines are markup" in str(error)  # noqa: PT017
        return
    for line in lines(article):
        spoken = speakable(line.text, readings=line.readings)
        assert not any(map(str.isdecimal, spoken.text))
        assert "".join(line.text[piece.source_start : piece.source_end] for piece in spoken.pieces) == line.text


@pytest.mark.slow
def test_script_document_keeps_ssml_and_lexicon(narrate: Run, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(
        '---\nlexicon:\n  Ng: Ing\n---\n# A head\n\nThe <sub alias="Bank">B</sub> met Ng.\n', "utf-8"
    )
    assert narrate("script", "a.md", "-o", "a.json").returncode == 0
    assert narrate("make", "a.json", "--engine", "silent", "-o", "x.mp3").returncode in (0, 3)
    text = (tmp_path / "a.json").read_text("utf-8")
    assert '"value": "Bank"' in text
    assert '"Ng": "Ing"' in text


@pytest.mark.parametrize(
    ("words", "language", "expected"),
    [
        ("bonjour", "fr", "bɔnʒˈuɹ"),
        ("merci beaucoup", "fr-CA", "mɛɹsˈi boʊkˈu"),
        ("mañana", "es", "mɑnjˈɑnɑ"),
        ("Schadenfreude", "de-AT", "ʃˈɑdənfɹˌɔɪdə"),
        ("bonjour", "xx", ""),
        ("bonjour", "", ""),
        ("bonjour", "fr; rm", ""),
        ("sayonara", "ja", ""),  # eSpeak would spell it
    ],
)
def test_words_in_another_language_have_its_sounds(words: str, language: str, expected: str) -> None:
    assert foreign_ipa(words, language) == expected


def test_threads_get_the_sounds_of_their_own_words() -> None:
    words = [("bonjour", "fr"), ("mañana", "es"), ("Schadenfreude", "de"), ("città", "it")] * 60

    def sound(asked: tuple[str, str]) -> str:
        return Espeak().ipa(*asked)

    expected = [sound(asked) for asked in words]
    with ThreadPoolExecutor(4) as executor:
        assert list(executor.map(sound, words)) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ('She said <lang xml:lang="fr">bonjour</lang> to us.', "She said [bonjour](/bɔnʒˈuɹ/) to us."),
        ('She said <lang xml:lang="xx">bonjour</lang> to us.', "She said bonjour to us."),
        ('She said <lang xml:lang="en-GB">good day</lang> to us.', "She said good day to us."),
        ("She said bonjour to us.", "She said bonjour to us."),
        (
            '<lang xml:lang="fr">Bonjour</lang>, <phoneme ph="kˈiːv">Kyiv</phoneme>.',
            "[Bonjour](/bɔnʒˈuɹ/), [Kyiv](/kˈiːv/).",
        ),
    ],
)
def test_engine_gets_the_sound_of_words_in_another_language(written: str, expected: str) -> None:
    article = read_text(written)
    (line,) = lines(article)
    assert marked_text(speakable(line.text, readings=line.readings)) == expected


@pytest.mark.parametrize(
    ("language", "element", "said"),
    [
        ("fr", '<say-as interpret-as="characters">SNCF</say-as>', "S N C F"),
        ("fr", '<say-as interpret-as="cardinal">91</say-as>', "quatre-vingt-onze"),
        ("es", '<say-as interpret-as="ordinal">3</say-as>', "tercero"),
        ("it", '<say-as interpret-as="telephone">06 12</say-as>', "zero sei, uno due"),
        (
            "pt",
            '<say-as interpret-as="date" format="dmy">12/05/2024</say-as>',
            "doze de maio de dois mil e vinte e quatro",
        ),
        ("de", '<say-as interpret-as="date" format="yyyy">1998</say-as>', "neunzehnhundertachtundneunzig"),
    ],
)
def test_say_as_is_read_in_the_language_of_the_article(language: str, element: str, said: str) -> None:
    article = read_text(f"xx {element} xx", language=language)
    assert speakable(article.text, language, readings=article.readings).text == f"xx {said} xx"
