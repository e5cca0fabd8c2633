"""The language of an article: found in its text, declared by its source, or chosen by the user."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers.paths import shared
from helpers.runs import Run

from narrate import prepare
from narrate.config import Config, ReadingConfig, SynthesisConfig
from narrate.errors import SourceError, UsageError
from narrate.languages import supported_languages
from narrate.languages.codes import direction, iso_639_2, language_code, language_name
from narrate.languages.detection import detect_language, find_other_language
from narrate.readers import check_language, read_bytes, read_source
from narrate.types import Article

ENGLISH_STORY = """The council met on Tuesday evening to decide on the future of the bridge.

“We will not sell a single arch of it,” said the mayor, Petra Lindqvist. The work will cost more than the town has."""
FOREIGN = {
    "fr": "Le conseil municipal s’est réuni mardi soir pour décider de l’avenir du pont, a déclaré la maire.",
    "de": "Der Stadtrat kam am Dienstagabend zusammen, um über die Zukunft der Brücke zu entscheiden.",
    "es": "El ayuntamiento se reunió el martes por la noche para decidir sobre el futuro del puente.",
    "it": "Il consiglio comunale si è riunito martedì sera per decidere sul futuro del ponte sul fiume.",
    "pt": "A câmara municipal reuniu-se na terça-feira à noite para decidir sobre o futuro da ponte.",
    "nl": "De gemeenteraad kwam dinsdagavond bijeen om over de toekomst van de brug te beslissen.",
    "sv": "Kommunfullmäktige träffades på tisdagskvällen för att besluta om brons framtid.",
    "da": "Byrådet mødtes tirsdag aften for at træffe beslutning om broens fremtid, sagde borgmesteren.",
    "pl": "Rada miasta zebrała się we wtorek wieczorem, aby zdecydować o przyszłości mostu.",
    "tr": "Belediye meclisi köprünün geleceğine karar vermek üzere salı akşamı toplandı.",
    "ru": "Городской совет собрался во вторник вечером, чтобы решить судьбу моста.",
    "el": "Το δημοτικό συμβούλιο συνεδρίασε την Τρίτη το βράδυ για το μέλλον της γέφυρας.",
    "ar": "اجتمع مجلس المدينة مساء الثلاثاء لتقرير مستقبل الجسر القديم.",
    "he": "מועצת העיר התכנסה ביום שלישי בערב כדי להחליט על עתיד הגשר.",
    "ja": "市議会は火曜日の夜に会合を開き、橋の将来について決定した。",
    "zh": "市议会星期二晚上开会，决定大桥的未来。",
}
RELATED = {
    "ca": "El ple municipal s'ha reunit dimarts al vespre per decidir el futur del pont, ha dit l'alcaldessa. Les "
    "obres costaran més del que té el poble, però els veïns volen que comencin aquest any.",
    "gl": "O pleno municipal reuniuse o martes pola noite para decidir sobre o futuro da ponte, dixo a alcaldesa. As "
    "obras custarán máis do que ten a vila, pero os veciños queren que comecen este ano.",
    "ro": "Consiliul local s-a reunit marți seara pentru a decide viitorul podului, a declarat primărița. Lucrările "
    "vor costa mai mult decât are orașul, dar locuitorii vor ca ele să înceapă anul acesta.",
    "lb": "De Gemengerot huet sech en Dënschdeg den Owend getraff, fir iwwert d'Zukunft vun der Bréck ze decidéieren.",
    "oc": "Lo conselh municipal s'es recampat dimars de ser per decidir de l'avenidor del pont, çò diguèt la cònsola.",
    "no": "Kommunestyret møttes tirsdag kveld for å avgjøre broens framtid, sa ordføreren. Arbeidet vil koste mer enn "
    "byen har, men innbyggerne ønsker at det skal begynne i år.",
}
"""Sentences in languages that are close to one that Narrate has."""
BILINGUAL = "\n\n".join([FOREIGN["fr"], ENGLISH_STORY])
ENGLISH_TEXTS = {
    "long foreign quotation": f"{ENGLISH_STORY} The banner read: “Pas un seul arc, pas une seule pierre, pas un sou.”",
    "foreign names": "Zhang Wei, Nguyễn Thị Hương and Łukasz Wiśniewski met the mayor of São Paulo in Reykjavík.",
    "short": "It rained.",
    "headline only of names": "Jokic, Antetokounmpo, Doncic: Denver edges Milwaukee",
    "shouted": "THE MAYOR OF THE TOWN SAID THAT IT HAD BEEN SOLD.",
    "list of names": "Sponsors: Alejandro Mayorkas, Zoe Lofgren, Lucille Roybal-Allard, Kay Ivey, Nick Ryan, "
    "Matt Schultz, Tamara Scott, Joni Scotter, Karen Slifka, John Smith.",
    "list of Spanish names": "The nominees are:\n\nAlejandro García, Lucía Fernández, Javier Rodríguez, María López, "
    "Carlos Sánchez, Pilar Gutiérrez, José Martínez, Ana Romero",
    "tennis results": "Results\n\nCarlos Alcaraz b. Jannik Sinner 6-4 7-6, Iga Świątek b. Karolína Muchová",
    "scores": "Leeds 3 Hull 1, Derby 2 Stoke 2, Fulham 0 Luton 4, Watford 1 Norwich 1, Burnley 2 Preston 3",
    "old spelling": "To the harbour the olde shippe came, and with it her crewe, which had been at sea since Lammas.",
    "name in other letters": "The leader, Владимир Зеленский, said that the talks with the EU would go on.",
}


def language_of(text: str, **options: str) -> str:
    return read_bytes(text.encode(), name="story.txt", **options).language  # type: ignore[arg-type]


@pytest.mark.parametrize("code", FOREIGN)
def test_language_is_found_in_a_sentence(code: str) -> None:
    assert language_of(FOREIGN[code]) == code


@pytest.mark.parametrize("code", RELATED)
def test_related_language_is_not_taken_for_one_that_is_supported(code: str) -> None:
    assert language_of(RELATED[code]) in (code, "nb", "nn")


@pytest.mark.parametrize("code", [code for code in FOREIGN if code in supported_languages()])
def test_article_with_a_part_in_another_language_is_read_with_a_warning(code: str) -> None:
    text = "\n\n".join([FOREIGN[code]] * 8 + [FOREIGN["pl"]] * 2)
    article = read_bytes(text.encode(), name="story.txt")
    assert (article.language, article.mixture) == (code, "")
    (warning,) = article.warnings
    assert warning.startswith("The article has two languages: about ")
    assert "of the narration seems to be Polish, first 'Rada miasta zebrała się we wtorek wieczorem, aby" in warning
    assert warning.endswith(f". All of it is read as {language_name(code)}.")


@pytest.mark.parametrize("text", ENGLISH_TEXTS.values(), ids=ENGLISH_TEXTS)
def test_english_is_english_with_foreign_names_and_quotations(text: str) -> None:
    article = read_bytes(text.encode(), name="story.txt")
    assert (article.language, article.warnings) == ("en", ())


FRENCH_STORY = """Le conseil municipal s’est réuni mardi soir pour décider de l’avenir du pont.

Les travaux dureront deux ans et coûteront plus que la ville ne possède, selon le rapport.

Une enquête publique sera ouverte au printemps, et les habitants pourront y donner leur avis."""
ENGLISH_LINES = [
    "The council met on Tuesday evening to decide on the future of the bridge.",
    "The work will take two years and will cost more than the town has, according to the report.",
    "A public inquiry will open in the spring, and the people of the town may give their opinion there.",
    "The last of the engineers left the site on Friday, and the road is now closed to all of the traffic.",
]
FRENCH_LINES = FRENCH_STORY.split("\n\n")
MIXED = {
    "half and half": [*ENGLISH_LINES, *FRENCH_LINES],
    "French first": [*FRENCH_LINES, *ENGLISH_LINES],
    "alternating": [line for pair in zip(ENGLISH_LINES, FRENCH_LINES, strict=False) for line in pair],
    "three languages": [*ENGLISH_LINES, *FRENCH_LINES, FOREIGN["de"], FOREIGN["de"], FOREIGN["de"]],
    "German and Italian": [FOREIGN["de"]] * 4 + [FOREIGN["it"]] * 4,
    "Spanish and Portuguese": [FOREIGN["es"]] * 4 + [FOREIGN["pt"]] * 3,
    "English and Polish": [*ENGLISH_LINES, *[FOREIGN["pl"]] * 4],
    "English and Russian": [*ENGLISH_LINES, *[FOREIGN["ru"]] * 4],
    "English and Arabic": [*ENGLISH_LINES, *[FOREIGN["ar"]] * 5],
    "one paragraph is the whole translation": [*ENGLISH_LINES, " ".join(FRENCH_LINES)],
    "quotations in both": [
        *ENGLISH_LINES,
        "“We will not sell it,” said the mayor.",
        *FRENCH_LINES,
        "« Non », dit-elle.",
    ],
}
NOT_MIXED = {
    "long statement in marks": [*ENGLISH_LINES, f"The minister said: “{' '.join(FRENCH_LINES)}”"],
    "statement of several paragraphs": [
        *ENGLISH_LINES,
        *(f"“{line}" for line in FRENCH_LINES[:-1]),
        f"“{FRENCH_LINES[-1]}”",
    ],
    "statement in guillemets": [*ENGLISH_LINES, *(f"« {line} »" for line in FRENCH_LINES)],
    "straight marks": [*ENGLISH_LINES, f'"{FRENCH_LINES[1]}" the report said.', f'"{FRENCH_LINES[2]}"'],
    "single marks": [*ENGLISH_LINES, f"The banner read: ‘{FRENCH_LINES[0].replace('’', ' ')}’"],
    "names": [
        *ENGLISH_LINES,
        "Zhang Wei, Nguyễn Thị Hương, Łukasz Wiśniewski, João Gonçalves, Émile Lefèvre, Jürgen Groß",
    ],
    "titles of works": [
        *ENGLISH_LINES,
        "Her novels are À la recherche du temps perdu, Le Rouge et le Noir and La Peste.",
    ],
    "a song": [*ENGLISH_LINES, "They sang Non, je ne regrette rien, and then La vie en rose, until the doors closed."],
    "lines of a song": [*ENGLISH_LINES, "Allons enfants de la Patrie,", "Le jour de gloire est arrivé !"],
    "bilingual headline": ["The bridge will close / Le pont va fermer", *ENGLISH_LINES],
    "summary at the end": [*ENGLISH_LINES, "Résumé : le conseil a décidé de fermer le pont pendant deux ans."],
    "French with an English statement": [*FRENCH_LINES, f"Le groupe a publié un texte : “{' '.join(ENGLISH_LINES)}”"],
    "German with English terms": [
        *[FOREIGN["de"]] * 3,
        "Das Start-up pitcht sein Business-Modell beim Demo-Day im Coworking-Space.",
    ],
    "Spanish dialogue in Catalan": [*[FOREIGN["es"]] * 3, f"—{RELATED['ca']}"],
}


def read_paragraphs(paragraphs: list[str], **options: str) -> Article:
    return read_bytes("\n\n".join(paragraphs).encode(), name="story.txt", **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("paragraphs", MIXED.values(), ids=MIXED)
def test_article_in_two_languages_is_refused_unless_its_language_is_chosen(paragraphs: list[str]) -> None:
    article = read_paragraphs(paragraphs)
    code = language_code(article.language)
    with pytest.raises(
        SourceError, match=r"^Cannot speak story\.txt: it has two languages: about \d\d% of the narration"
    ):
        check_language(article, "story.txt")
    front_matter = f"---\nlanguage: {code}\n---"
    for one in (read_paragraphs(paragraphs, language=code), read_paragraphs([front_matter, *paragraphs])):
        assert check_language(one, "story.txt").language == code
        assert one.warnings[-1].endswith(f"All of it is read as {language_name(code)}.")


@pytest.mark.parametrize("paragraphs", NOT_MIXED.values(), ids=NOT_MIXED)
def test_article_with_foreign_quotations_and_names_is_in_one_language(paragraphs: list[str]) -> None:
    article = read_paragraphs(paragraphs)
    assert article.mixture == ""
    assert check_language(article, "story.txt") is article


def test_refusal_of_two_languages_names_the_first_paragraph_and_what_to_do() -> None:
    assert read_paragraphs(MIXED["half and half"]).mixture == (
        "it has two languages: about 42% of the narration seems to be French, first 'Le conseil municipal s’est réuni "
        "mardi soir pour décider de…', and the rest English. Remove one of the languages, or choose the language for "
        "all of it with --language en or 'language: en' in its front matter."
    )
    assert read_bytes(BILINGUAL.encode(), name="story.txt").mixture.startswith("it has two languages: about ")


def test_text_counts_more_than_what_the_source_says() -> None:
    page = f'<html lang="fr"><body><article>{"".join(f"<p>{p}</p>" for p in ENGLISH_STORY.split(chr(10)))}</article>'
    article = read_bytes(page.encode(), name="story.html")
    assert article.language == "en"
    assert article.warnings[-1:] == (
        "The source says that the article is in French, but the text is in English. It is read as English.",
    )
    assert language_of(f"---\nlanguage: en\n---\n{FOREIGN['de']}") == "de"


def test_variety_of_english_is_kept() -> None:
    assert language_of(f"---\nlanguage: en-GB\n---\n{ENGLISH_STORY}") == "en-GB"


def test_source_decides_if_the_text_is_too_short() -> None:
    assert language_of("---\nlanguage: de\n---\nHamburg: Sturmflut.") == "de"
    assert language_of("Hamburg: Sturmflut.") == "en"


def test_chosen_language_is_not_questioned() -> None:
    assert language_of(FOREIGN["fr"], language="en-GB") == "en-GB"
    assert language_of(FOREIGN["fr"], language="fr") == "fr"
    with pytest.raises(UsageError, match=r"Cannot use language 'pl': it is not supported\. Choose: de \(German\), en "):
        language_of(FOREIGN["fr"], language="pl")


@pytest.mark.slow
def test_article_in_unsupported_language_is_refused_unless_a_language_is_chosen(tmp_path: Path) -> None:
    story = tmp_path / "story.txt"
    story.write_text(FOREIGN["pl"], encoding="utf-8")
    engine = SynthesisConfig(engine="silent")
    message = r"Cannot speak .*story\.txt: its language seems to be Polish, which is not supported\. Supported: de "
    with pytest.raises(SourceError, match=message):
        prepare(story, config=Config(synthesis=engine))
    with pytest.raises(SourceError, match="Cannot speak the article: its language seems to be Polish"):
        prepare(read_source(story), config=Config(synthesis=engine))
    chosen = Config(synthesis=engine, reading=ReadingConfig(language="en"))
    assert prepare(story, config=chosen).script.article.language == "en"


@pytest.mark.slow
def test_commands_refuse_unsupported_language_with_exit_code_1(narrate: Run, tmp_path: Path) -> None:
    (tmp_path / "story.txt").write_text(FOREIGN["ar"], encoding="utf-8")
    polish = "Rada miasta zebrała się we wtorek wieczorem, aby zdecydować o przyszłości mostu, powiedziała burmistrz."
    (tmp_path / "stories.jsonl").write_text(json.dumps({"id": 1, "text": polish}), encoding="utf-8")
    for command in ("make --engine silent", "script", "read", "attribute"):
        file = tmp_path / ("stories.jsonl" if command == "attribute" else "story.txt")
        done = narrate(*command.split(), str(file))
        assert (command, done.returncode) == (command, 1)
        language = "Polish" if command == "attribute" else "Arabic"
        assert f"its language seems to be {language}, which is not supported" in done.stderr
        if command != "make":
            done = narrate(*command.split(), "--language", "en", str(file))
            assert (command, done.returncode) == (command, 0)


def english_texts() -> Iterator[tuple[str, str]]:
    for name in ("written", "polnear", "gumnews", "litbank", "pdnc_small"):
        for line in shared("eval", f"{name}.dev.jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            yield f"{name} {row['id']}", row["text"]


@pytest.mark.slow
def test_no_english_text_of_the_development_sets_is_refused() -> None:
    found = {name: detect_language(text.split("\n\n")) for name, text in english_texts()}
    assert {name: one for name, one in found.items() if one.code != "en" or one.other} == {}
    mixed = {name: find_other_language(text.split("\n\n"), "en") for name, text in english_texts()}
    assert {name: one for name, one in mixed.items() if one and one.share >= 0.15} == {}


@pytest.mark.slow
def test_every_article_in_another_language_is_recognized() -> None:
    for code in ("fr", "es", "de", "it", "pt"):
        for line in shared("eval", f"{code}.dev.jsonl").read_text(encoding="utf-8").splitlines():
            paragraphs = json.loads(line)["text"].split("\n\n")
            assert detect_language(paragraphs).code == code
            other = find_other_language(paragraphs, code)
            assert other is None or other.share < 0.15


def test_clear_english_does_not_load_the_model() -> None:
    code = f"import sys; from narrate.readers import read_text; read_text({ENGLISH_STORY!r}); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "py3langid" not in done.stdout.split()


def test_codes_of_languages() -> None:
    tags = ["en-GB", "de", "fr-CA", "zh-Hant", "he", "iw", "no", "nb", "ast", "ger", "cy", "x", "en_US", "haw-US"]
    codes = ["eng", "deu", "fra", "zho", "heb", "heb", "nor", "nob", "ast", "deu", "cym", "und", "und", "haw"]
    assert [iso_639_2(tag) for tag in tags] == codes
    assert [language_name(tag) for tag in ("pt-BR", "iw", "ast")] == ["Portuguese", "Hebrew", "ast"]


def test_direction_of_writing_follows_script_and_language() -> None:
    tags = ["ar", "fa-IR", "he", "ur", "yi", "en", "ja", "az-Arab", "ar-Latn", "pa-arab-PK"]
    assert [direction(tag) for tag in tags] == ["rtl"] * 5 + ["ltr"] * 2 + ["rtl", "ltr", "rtl"]
