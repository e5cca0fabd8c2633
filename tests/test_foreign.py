"""Names whose letters show their language are said by its rules, and English words are not."""

from __future__ import annotations

import pytest

from narrate.engines.kokoro.foreign import read_foreign
from narrate.engines.kokoro.phonemes import Reader
from narrate.engines.kokoro.vocabulary import TOKENS


@pytest.mark.parametrize(
    ("name", "american", "british"),
    [
        ("Dąbrowski", "dɑmbɹˈɑfski", "dɒmbɹˈɒfski"),
        ("Gołębiewski", "ɡOwɛmbjˈɛfski", "ɡQwɛmbjˈɛfski"),
        ("Świętosław", "ʃvjɛntˈOswɑf", "ʃvjɛntˈQswaf"),
        ("Jędrzejczyk", "jɛnʤˈAʧɪk", "jɛnʤˈAʧɪk"),
        ("Wójcik", "vˈʊjʧɪk", "vˈʊjʧɪk"),
        ("Wróblewski", "vɹublˈɛfski", "vɹuːblˈɛfski"),
        ("Kozłowska", "kOzwˈɑfskə", "kQzwˈɒfskə"),
        ("Wiśniewski", "vɪʃnjˈɛfski", "vɪʃnjˈɛfski"),
        ("Żuławski", "ʒuwˈɑfski", "ʒuːwˈafski"),
        ("Kaźmierczak", "kɑʒmjˈɛɹʧɑk", "kaʒmjˈɛːʧak"),
        ("Kubiś", "kˈubɪʃ", "kˈuːbɪʃ"),
        ("Dvořák", "dvˈɔɹʒɑk", "dvˈɔːʒak"),
        ("Černý", "ʧˈɛɹni", "ʧˈɛːni"),
        ("Řezníček", "ʒˈɛzniʧɛk", "ʒˈɛzniːʧɛk"),
        ("Štěpánek", "ʃtjˈɛpɑnɛk", "ʃtjˈɛpɑːnɛk"),
        ("Plíšková", "plˈɪʃkOvə", "plˈɪʃkQvə"),
        ("Hlaváček", "hlˈɑvɑʧɛk", "hlˈɑːvɑːʧɛk"),
        ("Krejčí", "kɹˈAʧi", "kɹˈAʧi"),
        ("Růžička", "ɹˈuʒɪʧkə", "ɹˈuːʒɪʧkə"),
        ("Vondráčková", "vˈɑndɹɑʧkOvə", "vˈɒndɹaʧkQvə"),
        ("Jiří", "jˈɪɹʒi", "jˈɪəʒi"),
        ("Vučković", "vˈʊʧkOvɪʧ", "vˈʊʧkQvɪʧ"),
        ("Đorđević", "ʤˈɔɹʤɛvɪʧ", "ʤˈɔːʤɛvɪʧ"),
        ("Šarić", "ʃˈɑɹɪʧ", "ʃˈɑːɹɪʧ"),
        ("Žarko", "ʒˈɑɹkO", "ʒˈɑːkQ"),
        ("Kovačević", "kˈOvɑʧɛvɪʧ", "kˈQvɑːʧɛvɪʧ"),
        ("Perković", "pˈɛɹkOvɪʧ", "pˈɛːkQvɪʧ"),
        ("Živković", "ʒˈɪvkOvɪʧ", "ʒˈɪvkQvɪʧ"),
        ("Hadžić", "hˈɑʤɪʧ", "hˈɑːʤɪʧ"),
        ("Šćepanović", "ʃʧˈɛpɑnOvɪʧ", "ʃʧˈɛpɑːnQvɪʧ"),
        ("Brkić", "bˈɜɹkɪʧ", "bˈɜːkɪʧ"),
        ("Ionuț", "iOnˈʊts", "ɪQnˈʊts"),
        ("Tănase", "tənˈɑsA", "tənˈɑːsA"),
        ("Țuțuianu", "tsʊtsuiˈɑnu", "tsʊtsuːɪˈɑːnuː"),
        ("Brătianu", "bɹətiˈɑnu", "bɹətɪˈɑːnuː"),
        ("Mureșan", "muɹɛʃˈɑn", "muːɹɛʃˈan"),
        ("Târgoviște", "tɪɹɡOvˈɪʃtA", "tɪəɡQvˈɪʃtA"),
        ("Bălcescu", "bəlʧˈɛsku", "bəlʧˈɛskuː"),
        ("Cătălin", "kətəlˈin", "kətəlˈiːn"),
        ("Țăran", "tsəɹˈɑn", "tsəɹˈan"),
        ("Ghiță", "ɡˈɪtsə", "ɡˈɪtsə"),
        ("Yıldırım", "jɪldɪɹˈɪm", "jɪldɪɹˈɪm"),
        ("Işık", "iʃˈɪk", "iːʃˈɪk"),
        ("Özgür", "ɜɹzɡˈʊɹ", "ɜːzɡˈʊə"),
        ("Güneş", "ɡunˈɛʃ", "ɡuːnˈɛʃ"),
        ("Şahin", "ʃɑhˈin", "ʃɑːhˈiːn"),
        ("Kılıç", "kɪlˈɪʧ", "kɪlˈɪʧ"),
        ("Gökçe", "ɡɜɹkʧˈA", "ɡɜːkʧˈA"),
        ("Ağaoğlu", "ɑOlˈu", "ɑːQlˈuː"),
        ("Doğan", "dOˈɑn", "dQˈan"),
        ("Öztürk", "ɜɹztˈʊɹk", "ɜːztˈʊək"),
        ("İnönü", "inɜɹnˈu", "iːnɜːnˈuː"),
        ("Kővári", "kˈɜɹvɑɹi", "kˈɜːvɑːɹi"),
        ("Gyöngyösi", "ʤˈɜɹnʤɜɹʃi", "ʤˈɜːnʤɜːʃi"),
        ("Szőke", "sˈɜɹkA", "sˈɜːkA"),
        ("Erdős", "ˈɛɹdɜɹʃ", "ˈɛːdɜːʃ"),
        ("Petőfi", "pˈɛtɜɹfi", "pˈɛtɜːfi"),
        ("Mészáros", "mˈAsɑɹɑʃ", "mˈAsɑːɹɒʃ"),
        ("Szűcs", "sˈuʧ", "sˈuːʧ"),
        ("Győri", "ʤˈɜɹi", "ʤˈɜːɹi"),
        ("Halász", "hˈOlɑs", "hˈQlas"),
        ("Nagybányai", "nˈɑʤbɑnjOi", "nˈɒʤbɑːnjQi"),
        ("Nuñez", "nunjˈɛz", "nuːnjˈɛz"),
        ("Ibáñez", "ibˈɑnjɛz", "iːbˈɑːnjɛz"),
        ("Peñalosa", "pɛnjɑlˈOsə", "pɛnjɑːlˈQsə"),
        ("Rodríguez", "ɹOdɹˈiɡɛz", "ɹQdɹˈiːɡɛz"),
        ("Bolaño", "bOlˈɑnjO", "bQlˈɑːnjQ"),
        ("Sepúlveda", "sɛpˈʊlvɛdə", "sɛpˈʊlvɛdə"),
        ("Ordóñez", "OɹdˈOnjɛz", "QdˈQnjɛz"),
        ("Márquez", "mˈɑɹkɛz", "mˈɑːkɛz"),
        ("Jiménez", "himˈɛnɛz", "hiːmˈɛnɛz"),
        ("Echeverría", "ɛʧɛvɛɹˈiə", "ɛʧɛvɛɹˈɪə"),
        ("Gallardón", "ɡɑjɑɹdˈOn", "ɡɑːjɑːdˈQn"),
        ("João", "ʒuˈW", "ʒuːˈW"),
        ("Guimarães", "ɡimɑɹˈIs", "ɡiːmɑːɹˈIs"),
        ("Magalhães", "mɑɡɑljˈIs", "mɑːɡɑːljˈIs"),
        ("Sebastião", "sɛbɑstiˈW", "sɛbastɪˈW"),
        ("Conceição", "kɑnsAsˈW", "kɒnsAsˈW"),
        ("Simões", "simˈOʒ", "siːmˈQʒ"),
        ("Leitão", "lAtˈW", "lAtˈW"),
        ("Falcão", "fɑlkˈW", "falkˈW"),
        ("Mourão", "mOɹˈW", "mQɹˈW"),
        ("Lourenço-Leitão", "lOɹˌɛnsulAtˈW", "lQɹˌɛnsuːlAtˈW"),
        ("Sjöberg", "ʃˈɜɹbɛɹɡ", "ʃˈɜːbɛːɡ"),
        ("Løvland", "lˈɜɹvlɑnd", "lˈɜːvland"),
        ("Mørk", "mˈɜɹk", "mˈɜːk"),
        ("Åkerlund", "ˈOkɛɹlʊnd", "ˈQkɛːlʊnd"),
        ("Næss", "nˈɛs", "nˈɛs"),
        ("Bjørnsen", "bjˈɜɹnsən", "bjˈɜːnsən"),
        ("Håkansson", "hˈOkɑnsɑn", "hˈQkansɒn"),
        ("Kjær", "kjˈɛɹ", "kjˈɛː"),
        ("Rødgaard", "ɹˈɜɹdɡɔɹd", "ɹˈɜːdɡɔːd"),
        ("Sørensen", "sˈɜɹɛnsən", "sˈɜːɹɛnsən"),
        ("Lindström", "lˈɪndstɹɜɹm", "lˈɪndstɹɜːm"),
        ("Hämäläinen", "hˈɑmɑlInɛn", "hˈɑːmɑːlInɛn"),
        ("Mäkelä", "mˈɑkɛlə", "mˈɑːkɛlə"),
        ("Räsänen", "ɹˈɑsɑnɛn", "ɹˈɑːsɑːnɛn"),
        ("Väänänen", "vˈɑnɑnɛn", "vˈɑːnɑːnɛn"),
        ("Pöysti", "pˈYsti", "pˈYsti"),
        ("Mäkinen", "mˈɑkinɛn", "mˈɑːkiːnɛn"),
        ("Väyrynen", "vˈWɹunɛn", "vˈWɹuːnɛn"),
        ("Töölö", "tˈɜɹlɜɹ", "tˈɜːlɜː"),
        ("Hyvärinen", "hˈuvɑɹinɛn", "hˈuːvɑːɹiːnɛn"),
        ("Järvelä", "jˈɑɹvɛlə", "jˈɑːvɛlə"),
        ("Schäfer", "ʃˈɛfəɹ", "ʃˈɛfə"),
        ("Größer", "ɡɹˈɜɹsəɹ", "ɡɹˈɜːsə"),
        ("Köhler", "kˈɜɹləɹ", "kˈɜːlə"),
        ("Strauß", "ʃtɹˈWs", "ʃtɹˈWs"),
        ("Bäcker", "bˈɛkəɹ", "bˈɛkə"),
        ("Weiß", "vˈIs", "vˈIs"),
        ("Höfling", "hˈɜɹflɪŋ", "hˈɜːflɪŋ"),
        ("Grünwald", "ɡɹˈʊnvɑld", "ɡɹˈʊnvald"),
        ("Jäger", "jˈɛɡəɹ", "jˈɛɡə"),
        ("Kühn", "kˈun", "kˈuːn"),
        ("Göttsche", "ɡˈɜɹtʧə", "ɡˈɜːtʧə"),
        ("Guadagnini", "ɡwɑdɑnjˈini", "ɡwɑːdɑːnjˈiːni"),
        ("Zucchero", "tsukˈɛɹO", "tsuːkˈɛɹQ"),
        ("Vecchi", "vˈɛki", "vˈɛki"),
        ("Niccolò", "nikOlˈO", "niːkQlˈQ"),
        ("Castiglioni", "kɑstiljˈOni", "kastiːljˈQni"),
        ("Pagliacci", "pɑljˈɑʧi", "pɑːljˈɑːʧi"),
        ("Modigliani", "mOdiljˈɑni", "mQdiːljˈɑːni"),
        ("Bertozzi", "bɛɹtˈɑtsi", "bɛːtˈɒtsi"),
        ("Castagna", "kɑstˈɑnjə", "kastˈɑːnjə"),
        ("Bisaccia-Vecchi", "bizˌɑʧəvˈɛki", "biːzˌɑːʧəvˈɛki"),
        ("Xiaoling", "ʃWlˈɪŋ", "ʃWlˈɪŋ"),
        ("Qiang", "ʧjˈɑŋ", "ʧjˈaŋ"),
        ("Zhongwei", "ʤʊŋwˈA", "ʤʊŋwˈA"),
        ("Xuefeng", "ʃwɛfˈʌŋ", "ʃwɛfˈʌŋ"),
        ("Qinghua", "ʧɪŋhwˈɑ", "ʧɪŋhwˈɑː"),
        ("Zhiyuan", "ʤijwˈɑn", "ʤiːjwˈan"),
        ("Lanzhou", "lɑnʤˈO", "lanʤˈQ"),
        ("Jinxing", "ʤɪnʃˈɪŋ", "ʤɪnʃˈɪŋ"),
        ("Zhaoxu", "ʤWʃˈu", "ʤWʃˈuː"),
        ("Xiaomei", "ʃWmˈA", "ʃWmˈA"),
        ("Ndegwa", "əndˈɛɡwə", "əndˈɛɡwə"),
        ("Nwosu", "nwˈOsu", "nwˈQsuː"),
        ("Nkechi", "əŋkˈɛʧi", "əŋkˈɛʧi"),
        ("Ntuli", "əntˈuli", "əntˈuːli"),
        ("Mpaya", "əmpˈɑjə", "əmpˈɑːjə"),
        ("Njoki", "ənʤˈOki", "ənʤˈQki"),
        ("Mkhize", "əmkˈizA", "əmkˈiːzA"),
        ("Ndlovu", "əndlˈOvu", "əndlˈQvuː"),
        ("Mboya", "əmbˈOjə", "əmbˈQjə"),
        ("Nkosi", "əŋkˈOsi", "əŋkˈQsi"),
        ("Szczepaniak", "ʃʧɛpˈɑnjɑk", "ʃʧɛpˈɑːnjak"),
        ("Grabczyk", "ɡɹˈɑbʧɪk", "ɡɹˈabʧɪk"),
    ],
)
def test_names_are_said_by_the_rules_of_the_language_that_their_letters_show(
    name: str, american: str, british: str
) -> None:
    assert (read_foreign(name, british=False), read_foreign(name, british=True)) == (american, british)
    assert set(american + british) <= set(TOKENS)


ENGLISH_AND_FRENCH = """
A Anglia Bellagio Benoît Brontë Chiang Chloë Cologne Coöperation Dixon Dordogne Gráinne Hélène Motörhead Nguyễn Noël
Quebec Quentin Quinn Québec Renée Seán Smith Sussex Xavier Xena Xerox Zhukov Zoë
Mbps Mr Ms Szabo naïve résumé über Æthelred
"""


@pytest.mark.parametrize("word", ENGLISH_AND_FRENCH.split())
def test_words_that_show_no_such_language_are_left_to_other_rules(word: str) -> None:
    assert read_foreign(word, british=True) is None


@pytest.mark.parametrize(
    ("name", "phonemes"),
    [("Dąbrowski's", "dɑmbɹˈɑfskiz"), ("Dąbrowski’s", "dɑmbɹˈɑfskiz"), ("Szűcs's", "sˈuʧᵻz"), ("Strauß's", "ʃtɹˈWsᵻz")],
)
def test_possessives_of_such_names_have_their_ending(name: str, phonemes: str) -> None:
    assert read_foreign(name, british=False) == phonemes


@pytest.mark.slow
def test_sentences_with_such_names_have_the_name_in_the_phonemes() -> None:
    reader = Reader()
    assert reader.reading("Jan Dąbrowski's son", british=False).phonemes == "ʤˈæn dɑmbɹˈɑfskiz sˈʌn"
    assert reader.reading("DĄBROWSKI WON", british=False).phonemes.startswith("dɑmbɹˈɑfski ")
