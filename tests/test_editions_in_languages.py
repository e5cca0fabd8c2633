"""Editions in French, Spanish, Italian, Portuguese and German: what is skipped, who speaks, captions and tags."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest
from helpers.paths import TESTS
from helpers.runs import SILENT, Run
from mutagen.id3 import ID3

from narrate import produce
from narrate.languages import ENGLISH, load_language
from narrate.readers import read_bytes, read_source
from narrate.readers.skip_reasons import (
    ADVERTISEMENT,
    BYLINE,
    COPYRIGHT,
    CREDIT,
    DATELINE,
    NEWSLETTER,
    RELATED,
    STAMP,
)
from narrate.types import Edition
from narrate.verify import verify_edition

LANGUAGES = ("de", "es", "fr", "it", "pt")
TAGS = {"de": "deu", "es": "spa", "fr": "fra", "it": "ita", "pt": "por"}
SKIPPED = {
    "de": [
        (BYLINE, "Von Katrin Vollmer"),
        (STAMP, "Stand: 14.03.2026, 10:30 Uhr"),
        (DATELINE, "Lindenau (dpa) –"),
        (ADVERTISEMENT, "Anzeige"),
        (RELATED, "Lesen Sie auch: Die schönsten Bahnhöfe im Land"),
        (NEWSLETTER, "Abonnieren Sie unseren kostenlosen Newsletter."),
        (CREDIT, "dpa/lno"),
    ],
    "es": [
        (BYLINE, "Por Inés Calderón"),
        (STAMP, "Actualizado a 14 de marzo de 2026, 10:30 CET"),
        (DATELINE, "Valdemar, 14 mar (EFE).-"),
        (ADVERTISEMENT, "PUBLICIDAD"),
        (RELATED, "Más información: El puerto que nunca duerme"),
        (NEWSLETTER, "Suscríbete a nuestro boletín y recibe cada mañana las noticias en tu correo."),
        (STAMP, "Archivado en: Puertos, Valdemar, Pesca"),
    ],
    "fr": [
        (BYLINE, "Par Camille Kerdraon, à Saint-Brévin"),
        (STAMP, "Publié le 14 mars 2026 à 18h30 - Mis à jour le 15 mars 2026 à 9h05"),
        (DATELINE, "SAINT-BRÉVIN (AFP) —"),
        (ADVERTISEMENT, "Publicité"),
        (CREDIT, "(avec AFP)"),
        (RELATED, "Lire aussi : Les halles de l’Ouest en dix chiffres"),
        (NEWSLETTER, "Inscrivez-vous à notre newsletter pour recevoir l’essentiel de l’actualité."),
        (COPYRIGHT, "© Le Courrier brévinois 2026. Tous droits réservés."),
    ],
    "it": [
        (BYLINE, "di Marta Salvini"),
        (STAMP, "Aggiornato alle 10.30 del 14 marzo 2026"),
        (DATELINE, "ROCCAFORTE –"),
        (ADVERTISEMENT, "Pubblicità"),
        (RELATED, "LEGGI ANCHE: I ponti chiusi della provincia"),
        (NEWSLETTER, "Iscriviti alla newsletter per ricevere ogni mattina le notizie."),
        (COPYRIGHT, "© RIPRODUZIONE RISERVATA"),
    ],
    "pt": [
        (BYLINE, "Por Renata Queiroz"),
        (STAMP, "14/03/2026 às 10h30 Atualizado em 15/03/2026"),
        (DATELINE, "MONTE CLARO, MG (FOLHAPRESS) -"),
        (ADVERTISEMENT, "CONTINUA DEPOIS DA PUBLICIDADE"),
        (CREDIT, "Com informações da Agência Brasil"),
        (RELATED, "LEIA TAMBÉM: As dez barragens mais secas do país"),
        (NEWSLETTER, "Receba as notícias no seu e-mail: assine a newsletter gratuita."),
    ],
}


def article_of(code: str) -> Path:
    return TESTS / "data" / "languages" / f"{code}.md"


@pytest.fixture(scope="module", params=LANGUAGES)
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Edition]:
    folder = tmp_path_factory.mktemp(request.param)
    return request.param, produce(article_of(request.param), output=folder, config=SILENT)


@pytest.mark.parametrize("code", LANGUAGES)
def test_lines_around_the_story_are_skipped_each_for_its_reason(code: str) -> None:
    article = read_source(article_of(code))
    assert [(one.reason, one.text) for one in article.skipped] == SKIPPED[code]
    assert article.byline == SKIPPED[code][0][1].split(" ", 1)[1].partition(",")[0]


@pytest.mark.slow
def test_transcript_names_who_says_what(made: tuple[str, Edition]) -> None:
    code, edition = made
    expected = (TESTS / "data" / "languages" / f"{code}.txt").read_text(encoding="utf-8")
    assert edition.files["txt"].read_text(encoding="utf-8") == expected


@pytest.mark.slow
def test_captions_and_player_call_the_narrator_by_a_word_of_the_language(made: tuple[str, Edition]) -> None:
    code, edition = made
    word = {"de": "Erzählstimme", "es": "Narración", "fr": "Narration", "it": "Narrazione", "pt": "Narração"}[code]
    assert f"<v {word}>" in edition.files["captions"].read_text(encoding="utf-8")
    assert "Narrator" not in "".join(edition.files[name].read_text(encoding="utf-8") for name in ("captions", "txt"))
    assert f"<span>{word}</span>" in edition.files["player"].read_text(encoding="utf-8")
    assert "Narrator" in json.loads(edition.files["script"].read_text(encoding="utf-8"))["cast"]
    assert json.loads(edition.files["manifest"].read_text(encoding="utf-8"))["cues"][0]["speaker"] == "Narrator"


@pytest.mark.slow
def test_edition_opens_with_the_disclaimer_of_its_language(made: tuple[str, Edition]) -> None:
    code, edition = made
    disclaimer = load_language(code).sentences.disclaimer
    assert edition.disclaimer == edition.cues[0].text == disclaimer
    manifest = json.loads(edition.files["manifest"].read_text(encoding="utf-8"))
    assert manifest["disclaimer"] == disclaimer
    assert manifest["article"]["language"].partition("-")[0] == code


@pytest.mark.slow
def test_tags_hold_the_language_and_the_disclaimer_with_its_english_original(made: tuple[str, Edition]) -> None:
    code, edition = made
    tags, disclaimer = ID3(edition.files["mp3"]), load_language(code).sentences.disclaimer
    assert str(tags["TLAN"]) == TAGS[code]
    assert str(tags[f"COMM::{TAGS[code]}"]) == str(tags["TXXX:AI_DISCLOSURE"]) == disclaimer
    assert str(tags["COMM:English original:eng"]) == str(tags["TXXX:AI_DISCLOSURE_EN"]) == ENGLISH.sentences.disclaimer


@pytest.mark.slow
def test_every_check_of_the_edition_passes(made: tuple[str, Edition]) -> None:
    _, edition = made
    findings = verify_edition(edition.files["mp3"], transcribe=lambda _: edition.disclaimer)
    assert [finding for finding in findings if finding.verdict == "fail"] == []


@pytest.mark.slow
def test_player_speaks_the_language_of_the_article(made: tuple[str, Edition]) -> None:
    code, edition = made
    page = edition.files["player"].read_text(encoding="utf-8")
    assert f'<html lang="{code}' in page


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("declared", ["html", "json-ld", "og"])
def test_language_of_a_page_is_read_from_its_markup(code: str, declared: str) -> None:
    lines = article_of(code).read_text(encoding="utf-8").split("---\n", 2)[2].strip().split("\n\n")
    story = [line for line in lines if not line.startswith("#")]
    tag = {"pt": "pt-PT", "de": "de-AT", "fr": "fr-CA", "es": "es-MX", "it": "it-CH"}[code]
    head, attribute = "", ""
    if declared == "html":
        attribute = f' lang="{tag}"'
    elif declared == "json-ld":
        node = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": "X", "inLanguage": tag}
        head = f'<script type="application/ld+json">{json.dumps(node)}</script>'
    else:
        head = f'<meta property="og:locale" content="{tag.replace("-", "_")}">'
    body = "".join(f"<p>{line}</p>" for line in story)
    page = f"<!doctype html><html{attribute}><head><meta charset='utf-8'>{head}</head><body><article>{body}</article>"
    article = read_bytes(page.encode(), name="story.html")
    assert article.language == tag
    assert [one.reason for one in article.skipped] == [reason for reason, _ in SKIPPED[code]]


@pytest.mark.parametrize("code", LANGUAGES)
def test_language_is_found_in_the_text_if_nothing_declares_it(code: str) -> None:
    text = article_of(code).read_text(encoding="utf-8").split("---\n", 2)[2]
    article = read_bytes(text.encode(), name="story.md")
    assert (article.language, article.warnings) == (code, ())


@pytest.mark.parametrize("code", LANGUAGES)
def test_foreign_quotations_stay_with_the_language_of_the_article(code: str) -> None:
    text = article_of(code).read_text(encoding="utf-8").split("---\n", 2)[2]
    foreign = "“We will never give up this bridge, and we will come back every day,” it said on the banner."
    article = read_bytes(f"{text}\n\n{foreign}\n".encode(), name="story.md")
    assert article.language == code


@pytest.mark.slow
def test_a_disclaimer_of_ones_own_is_spoken_in_any_language(narrate: Run, tmp_path: Path) -> None:
    (tmp_path / "narrate.toml").write_text('[script]\ndisclaimer = "Lu par une machine."\n', encoding="utf-8")
    done = narrate("make", str(article_of("fr")), "--engine", "silent", "-o", "out/", "-c", "narrate.toml")
    assert done.returncode == 0, done.stderr
    tags = ID3(tmp_path / "out" / "fr.mp3")
    assert [str(frame) for frame in tags.getall("COMM")] == ["Lu par une machine."]
    assert "TXXX:AI_DISCLOSURE_EN" not in tags


PAGE = """<main><article><h1>Lindenau behält seinen Bahnhof</h1>
<p class="vorspann">Nach zehn Monaten Streit hat der Stadtrat am Freitagabend entschieden.</p>
<p class="autor">Von Katrin Vollmer</p><p>14. März 2026, 10:30 Uhr</p>
<ul class="teilen"><li><a href="#">Teilen</a></li><li><a href="#">Drucken</a></li></ul>
<p>Lindenau (dpa) – Der Bahnhof von Lindenau bleibt stehen. Das hat der Stadtrat am 13. März entschieden.</p>
<p>„Wir reißen nichts ab“, sagte Oberbürgermeisterin Heike Brandt vor hundert Zuhörern in der Sitzung.</p>
<p><a href="/x">Lesen Sie auch: Die schönsten Bahnhöfe im Land</a></p><div class="anzeige">Anzeige</div>
<p>Die Sanierung kostet nach Angaben der Stadt 4,2 Millionen Euro und dauert mindestens zwei Jahre.</p></article>
<aside><h3>Mehr zum Thema</h3><a href="/1">Brücke gesperrt</a></aside></main>"""


@pytest.mark.parametrize("attribute", [' lang="de"', ' lang="en"', ""])
def test_page_is_read_by_the_language_of_its_prose_whatever_it_declares(attribute: str) -> None:
    page = f"<!doctype html><html{attribute}><head><title>x</title></head><body>{PAGE}</body></html>"
    article = read_bytes(page.encode(), name="a.html")
    spoken = [article.text[span.start : span.end].partition(" ")[0] for span in article.paragraphs]
    assert (article.language, article.byline, spoken) == ("de", "Katrin Vollmer", ["Nach", "Der", "„Wir", "Die"])


@pytest.mark.parametrize("code", LANGUAGES)
def test_accents_behind_their_letters_are_read_as_letters_with_accents(code: str) -> None:
    text = article_of(code).read_text(encoding="utf-8")
    article = read_bytes(unicodedata.normalize("NFD", text).encode(), name="a.md")
    assert article == read_bytes(text.encode(), name="a.md")
