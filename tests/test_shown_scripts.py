"""Letters of all scripts on covers, pages, in tags and in SubRip."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from helpers.delivery import ARTICLE, deliver_to, passages
from mutagen.id3 import ID3
from PIL import Image

from narrate.delivery.captions import SRT_CHARACTERS, srt
from narrate.delivery.cover import _drawable, plain_cover
from narrate.delivery.player import PlayerPage, Recording, player_page
from narrate.types import Cue, Word
from narrate.verify.texts import _srt_words

DRAWN = {
    "Plain headline": "Plain headline",
    "It’s a “plain” one — so…": 'It\'s a "plain" one - so.',
    "São Paulo’s café in Łódź": "São Paulo’s café in Łódź",
    "Đặng Thị Hương": "Đặng Thị Hương",
    "Владимир Зеленский": "Владимир Зеленский",
    "Αλέξης Τσίπρας": "Αλέξης Τσίπρας",
    "Երևան, თბილისი": "Երևան, თბილისი",
    "محمد بن سلمان": "محمد بن سلمان",
    "בנימין נתניהו": "בנימין נתניהו",
    "Storm 👍 hits Köln": "Storm  hits Köln",
    "Cafe\u0301": "Café",
    "习近平 visits": "",
    "東京": "",
    "김정은": "",
    "नमस्ते": "",
    "สวัสดี": "",
}


@pytest.mark.parametrize("headline", DRAWN)
def test_cover_shows_the_headline_whole_or_not_at_all(headline: str) -> None:
    assert _drawable(headline)[0] == DRAWN[headline]


def test_cover_without_a_headline_has_the_outlet_and_the_mark() -> None:
    picture, empty = plain_cover("習近平", "Köln Post"), plain_cover("", "Köln Post")
    assert picture == empty != plain_cover("", "")
    assert Image.open(BytesIO(picture[0])).size == (1400, 1400)


def page(language: str, *texts: str, title: str = "T") -> str:
    cues = [
        Cue(at, at + 1, "Narrator", text, tuple(Word(word, at, at + 1) for word in text.split()))
        for at, text in enumerate(texts)
    ]
    recording = Recording("./a.mp3", float(len(texts)), 1000, "ab" * 32)
    return player_page(PlayerPage(title, "Amal خوري", language, None, "Made by machines.", recording, tuple(cues)))


def test_page_from_right_to_left_says_so_and_keeps_its_labels() -> None:
    html = page("ar", "مرحبا بالعالم")
    assert '<html lang="ar" dir="rtl">' in html
    assert html.count('lang="en" dir="ltr"') == 4
    assert "<bdi" not in html


def test_page_from_left_to_right_is_as_before() -> None:
    html = page("en-GB", "The mayor spoke.", title="The mayor")
    assert '<html lang="en-GB">' in html
    assert 'dir="ltr"' not in html
    assert '<span class="word">mayor</span> <span class="word">spoke.</span>' in html


def test_name_in_the_other_direction_is_isolated_with_all_its_words() -> None:
    html = page("en", "Prince محمد بن سلمان (left) spoke.", title="The prince محمد بن سلمان")
    words = " ".join(f'<span class="word">{word}</span>' for word in ("محمد", "بن", "سلمان"))
    assert f'<bdi dir="rtl">{words}</bdi> <span class="word">(left)</span>' in html
    assert '<h1>The prince <bdi dir="rtl">محمد بن سلمان</bdi></h1>' in html
    assert 'Amal <bdi dir="rtl">خوري</bdi>' in html
    assert "<title>The prince محمد بن سلمان</title>" in html


@pytest.mark.parametrize(
    ("language", "code"),
    [("en-GB", "eng"), ("cs", "ces"), ("zh-Hans", "zho"), ("cy", "cym"), ("yue", "yue"), ("ger", "deu"), ("q", "und")],
)
def test_tag_has_the_code_of_every_language(language: str, code: str, tmp_path: Path) -> None:
    delivered = deliver_to(tmp_path, passages(1), replace(ARTICLE, language=language))
    tags = ID3(delivered.files["mp3"])
    assert (str(tags["TLAN"]), tags.getall("COMM")[0].lang) == (code, code)


@pytest.mark.parametrize(
    "text",
    [
        "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen is long.",
        "x" * 200 + " and " + "y" * 33,
        "市議会は火曜日の夜に会合を開き、橋の将来について決定した。" * 4,
        "z" * 32 + " " + "z" * 31,
        "A short one.",
    ],
)
@pytest.mark.parametrize("speaker", ["Ada", "Rindfleischetikettierungsüberwachungsaufgaben"])
def test_subrip_rows_have_at_most_32_characters_whatever_the_word(text: str, speaker: str) -> None:
    words = tuple(Word(word, 10.0 * at, 10.0 * at + 10) for at, word in enumerate(text.split()))
    written = srt([Cue(0, 10.0 * len(words), speaker, text, words)])
    blocks = [block.splitlines() for block in written.strip().split("\n\n")]
    assert max(len(row) for block in blocks for row in block[2:]) <= SRT_CHARACTERS
    name_is_broken = len(speaker) > SRT_CHARACTERS
    assert max(map(len, blocks)) <= 4 + name_is_broken
    times = [time for block in blocks for time in block[1].split(" --> ")]
    assert times == sorted(times)
    assert "".join(_srt_words(written, {speaker}).split()) == "".join(text.split())
