"""French as newsreaders say it: words that eSpeak NG reads wrongly, the e of the future, and liaisons."""

from __future__ import annotations

import pytest

from narrate.engines.kokoro.french import respell
from narrate.engines.kokoro.other_languages import EspeakReader


@pytest.fixture(scope="module")
def french() -> EspeakReader:
    return EspeakReader("fr-FR")


@pytest.mark.parametrize(
    ("text", "sounds"),
    [
        ("Ils jouent.", "il ʒˈu."),
        ("Les prix s’écroulent.", "le pʁˈi sekʁˈul."),
        ("Ils ferment.", "il fˈɛʁm."),
        ("le rythme", "lə ʁˈitm"),
        ("un algorithme", "œ̃n alɡoʁˈitm"),
        ("l’authenticité", "lotɑ̃tisitˈe"),
        ("un mythe", "œ̃ mˈit"),
        ("de dos", "də dˈo"),
        ("Son fils", "sɔ̃ fˈis"),
        ("la Compagnie", "la kɔ̃paɲˈi"),
        ("les supporters", "le sypɔʁtˈɛʁ"),
        ("la mi-août", "la mˈi ˈut"),
    ],
)
def test_word_that_espeak_reads_wrongly_is_read_well(french: EspeakReader, text: str, sounds: str) -> None:
    assert french.reading(text).phonemes == sounds


@pytest.mark.parametrize(
    "word",
    "souvent parent violent excellent talent fil dossier adosser compagnon thé méthode reporter supporter amener "
    "échographe fermement mi-temps mythologie couvent jouer".split(),
)
def test_other_words_keep_their_spelling(word: str) -> None:
    assert respell(word) == word
    assert respell(word.capitalize()) == word.capitalize()


@pytest.mark.parametrize(
    ("word", "sounds"),
    [
        ("durera", "dyʁəʁˈa"),
        ("travailleront", "tʁavajəʁˈɔ̃"),
        ("commencerait", "kɔmɑ̃səʁˈɛ"),
        ("marquera", "maʁkəʁˈa"),
        ("changerions", "ʃɑ̃ʒəʁjˈɔ̃"),
        ("accueillera", "akœjəʁˈa"),
    ],
)
def test_e_of_future_and_conditional_is_said(french: EspeakReader, word: str, sounds: str) -> None:
    assert french.reading(word).phonemes == sounds


@pytest.mark.parametrize(
    ("word", "sounds"),
    [
        ("samedi", "samdˈi"),
        ("acheter", "aʃtˈe"),
        ("sera", "səʁˈa"),
        ("mettra", "mɛtʁˈa"),
        ("caméra", "kameʁˈa"),
        ("paiera", "pɛʁˈa"),
        ("boulangerie", "bulɑ̃ʒʁˈi"),
    ],
)
def test_other_words_have_no_added_e(french: EspeakReader, word: str, sounds: str) -> None:
    assert french.reading(word).phonemes == sounds


@pytest.mark.parametrize(
    ("text", "sounds"),
    [
        ("cette halle", "sɛtə ˈal"),
        ("une hausse", "ynə ˈos"),
        ("la première Hollandaise", "la pʁəmjˈɛʁə ɔlɑ̃dˈɛz"),
        ("une heure", "yn ˈœʁ"),
        ("cette histoire", "sɛt istwˈaʁ"),
        ("mille huit cents", "mˈil yˈi sˈɑ̃"),
        ("la halle", "la ˈal"),
        ("belle, haute", "bˈɛl, ˈot"),
    ],
)
def test_e_is_said_before_an_aspirated_h_only(french: EspeakReader, text: str, sounds: str) -> None:
    assert french.reading(text).phonemes == sounds


@pytest.mark.parametrize(
    ("text", "sounds"),
    [
        ("seize mois et demi", "sˈɛz mwˌa e dəmˈi"),
        ("les clients viennent à pied", "le kliˈɑ̃ vjˈɛn a pjˈe"),
        ("les piliers en janvier", "le piljˈe ɑ̃ ʒɑ̃vjˈe"),
        ("les équipes ont ouvert", "lez ekˈip ˈɔ̃t uvˈɛʁ"),
        ("elle tient une boutique", "ɛl tjˈɛ̃ yn butˈik"),
        ("les enfants ont attendu", "lez ɑ̃fˈɑ̃ ˈɔ̃t atɑ̃dˈy"),
    ],
)
def test_nouns_and_verbs_are_not_joined_to_function_words(french: EspeakReader, text: str, sounds: str) -> None:
    assert french.reading(text).phonemes == sounds


@pytest.mark.parametrize(
    ("text", "sounds"),
    [
        ("les enfants", "lez ɑ̃fˈɑ̃"),
        ("il est arrivé", "il ɛt aʁivˈe"),
        ("ils ont attendu", "ilz ɔ̃t atɑ̃dˈy"),
        ("dans un an", "dɑ̃z œ̃n ˈɑ̃"),
        ("on en parle", "ɔ̃n ɑ̃ pˈaʁl"),
        ("tout à fait", "tut a fˈɛ"),
        ("vingt et un", "vˈɛ̃t e ˈœ̃"),
        ("les Jeux olympiques", "le ʒˈøz olɛ̃pˈik"),
        ("deux ans", "dˈøz ˈɑ̃"),
        ("pas encore", "paz ɑ̃kˈɔʁ"),
        ("ils l’ont un peu", "il lɔ̃t œ̃ pˈø"),
        ("avec un ami", "avˌɛk œ̃n amˈi"),
        ("il porte une robe", "il pˈɔʁt yn ʁˈɔb"),
    ],
)
def test_other_words_are_joined_and_keep_their_own_consonants(french: EspeakReader, text: str, sounds: str) -> None:
    assert french.reading(text).phonemes == sounds


def test_corrections_keep_each_phoneme_with_its_word(french: EspeakReader) -> None:
    text = "Tout le monde durera, et cette halle à la mi-août aussi."
    reading = french.reading(text)
    words: dict[str, str] = {}
    for phoneme, (start, end) in zip(reading.phonemes, reading.words, strict=True):
        words[text[start:end]] = words.get(text[start:end], "") + phoneme
    assert {word: words[word].strip() for word in ("durera", "cette", "halle", "mi-août")} == {
        "durera": "dyʁəʁˈa",
        "cette": "sɛtə",
        "halle": "ˈal",
        "mi-août": "mˈi ˈut",
    }


def test_other_languages_and_english_names_are_not_corrected(french: EspeakReader) -> None:
    assert french.reading("Keir Starmer").phonemes == "kˈeə stˈɑːmə"
    assert EspeakReader("es").reading("la camera durera").phonemes == "la kamˈeɾa ðuɾˈeɾa"
