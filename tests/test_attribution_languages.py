"""Quotations and their speakers in French, Spanish, Italian, Portuguese and German."""

from __future__ import annotations

import json
import time
import tomllib

import pytest
from helpers.articles import assert_tiles
from helpers.marked_articles import FOLDER, score_articles
from helpers.measuring import unmeasured

from narrate.attribution import attribute
from narrate.attribution.by_form.decisions import CONTINUING, Decision, load_confidence, with_confidence
from narrate.batch.attribution import attribute_lines, quotation_records, script_of_text
from narrate.languages.speech import attributed_languages, load_speech


def said(text: str, language: str) -> list[tuple[str, str | None]]:
    """Return the words of each quotation, without marks, and who says them."""
    script = attribute(script_of_text(text, language))
    assert_tiles(script.article, script)
    found = quotation_records(script)
    return [(text[one["start"] : one["end"]].strip(' «»“”„"—–-\u00a0.,'), one["speaker"]) for one in found]


def test_languages_without_a_parser_state_all_words() -> None:
    assert attributed_languages() == {"de", "es", "fr", "it", "pt"}
    for code in attributed_languages():
        words = load_speech(code)
        assert len(words.verbs) > 300
        assert len(words.people) > 100
        assert words.verbs.isdisjoint(words.determiners.keys() | words.prepositions | words.titles.keys())


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        (
            "fr",
            "La maire, Anne Le Goff, est venue.\n\n« Nous irons, a-t-elle dit, demain. »",
            [("Nous irons", "Anne Le Goff"), ("demain", "Anne Le Goff")],
        ),
        (
            "fr",
            "« Nous irons demain », a lancé le préfet, Yann Morel, à la presse. « C’est promis. »",
            [("Nous irons demain", "Yann Morel"), ("C’est promis", "Yann Morel")],
        ),
        (
            "fr",
            "Selon la ministre Claire Petit, le projet est « utile et bien conçu ».",
            [("utile et bien conçu", "Claire Petit")],
        ),
        (
            "es",
            "El alcalde Luis Prado llegó tarde.\n\n—No firmo —dijo el alcalde—. Mañana, quizá.",
            [("No firmo", "Luis Prado"), ("Mañana, quizá", "Luis Prado")],
        ),
        (
            "es",
            "Ana Ruiz, portavoz del gremio, habló ayer. «No habrá servicio», añadió.",
            [("No habrá servicio", "Ana Ruiz")],
        ),
        (
            "it",
            'Il sindaco, Carlo Neri, è arrivato. "Non cerco colpevoli - ha detto - cerco ingegneri".',
            [("Non cerco colpevoli", "Carlo Neri"), ("cerco ingegneri", "Carlo Neri")],
        ),
        (
            "pt",
            "A prefeita Marta Lobo falou ontem. “A obra começa já”, garantiu. E acrescentou: “Com ou sem chuva”.",
            [("A obra começa já", "Marta Lobo"), ("Com ou sem chuva", "Marta Lobo")],
        ),
        (
            "de",
            "„Wir bauen im Mai“, sagte Bürgermeisterin Karin Voss. „Das ist sicher.“",
            [("Wir bauen im Mai", "Karin Voss"), ("Das ist sicher", "Karin Voss")],
        ),
        (
            "de",
            "»Kommen Sie«, hatte Otto Brandt am Telefon gesagt, »aber nicht zu früh.«",
            [("Kommen Sie", "Otto Brandt"), ("aber nicht zu früh", "Otto Brandt")],
        ),
    ],
)
def test_a_clause_names_the_speaker(language: str, text: str, expected: list[tuple[str, str]]) -> None:
    assert said(text, language) == expected


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "Le film s’intitule « La mer ». Il sort mardi."),
        ("fr", "Elle tient un bar surnommé « le Phare » depuis dix ans."),
        ("es", "El barrio recibe el apodo de «la suegra» desde siempre."),
        ("it", "Tutti lo chiamano «il Trabocco» da anni."),
        ("pt", "O bairro é conhecido como “Baixadão” na cidade."),
        ("de", "Die Brücke wird im Ort nur die sogenannte „Wacklige“ genannt."),
    ],
)
def test_names_and_titles_in_marks_are_no_speech(language: str, text: str) -> None:
    assert said(text, language) == []


def test_two_speakers_of_a_dialogue_take_turns() -> None:
    text = (
        "La présidente, Catherine Vass, feuillette le dossier. Loïc Tarride attend.\n\n"
        "— Monsieur Tarride, vous avez volé dix vélos.\n\n— Empruntés, madame.\n\n— La nuit ?\n\n— Oui."
    )
    assert [speaker for _, speaker in said(text, "fr")] == ["Catherine Vass", "Loïc Tarride"] * 2


def test_bold_questions_and_labels_make_an_interview() -> None:
    bold = (
        "Odile Berthier, géographe, a reçu Le Journal du Lac.\n\n**Pourquoi les haies ?**\n\nParce qu’elles durent.\n\n"
        "**Et demain ?**\n\nJe plante."
    )
    assert [speaker for _, speaker in said(bold, "fr")] == ["Le Journal du Lac", "Odile Berthier"] * 2
    labels = "Pilar Urrutia dibuja plazas.\n\nP. ¿Se arrepiente?\n\nR. A veces.\n\nP. ¿De qué?\n\nR. De las frías."
    assert [speaker for _, speaker in said(labels, "es")] == ["Interviewer", "Pilar Urrutia"] * 2


def test_a_quotation_in_the_headline_has_the_speaker_of_the_same_words_below() -> None:
    text = (
        "« Personne ne cédera » : la halle divise\n\nAnne Morin est venue.\n\n« Personne ne cédera », a dit Anne Morin."
    )
    assert [speaker for _, speaker in said(text, "fr")] == ["Anne Morin", "Anne Morin"]


def test_a_quotation_that_nobody_near_could_say_has_no_speaker() -> None:
    script = attribute(script_of_text("« Personne ne viendra ce soir-là. »", "fr"))
    quotation = next(segment for segment in script.segments if segment.kind == "quotation")
    assert quotation.confidence < 0.1
    assert quotation.speaker == "unknown-speaker"


def test_each_line_of_a_batch_may_be_in_another_language() -> None:
    lines = [
        json.dumps({"id": 1, "language": "fr", "text": "« Nous irons », a dit Anne Morin."}),
        json.dumps({"id": 2, "language": "de", "text": "„Wir gehen“, sagte Karin Voss."}),
        json.dumps({"id": 3, "text": "“We will go,” said Ann Lee."}),
    ]
    found = [json.loads(line)["quotes"][0]["speaker"] for line in attribute_lines(lines, workers=1)]
    assert found == ["Anne Morin", "Karin Voss", "Ann Lee"]


@pytest.mark.slow
@pytest.mark.parametrize("language", ["de", "fr"])
@pytest.mark.parametrize("pattern", ["« a » ", "« a », dit Anne. ", "— Oui, dit-il.\n\n", "Anne Morin, maire. "])
def test_the_time_grows_no_faster_than_the_text(language: str, pattern: str) -> None:
    def cost(length: int) -> float:
        text = pattern * (length // len(pattern))
        start = time.process_time()
        with unmeasured():
            attribute(script_of_text(text, language))
        return time.process_time() - start

    cost(2_000)
    limit_s = 9 * max(cost(10_000), 0.02)  # 16 if the cost grew with the square
    assert cost(40_000) < limit_s or cost(40_000) < limit_s  # other processes may have disturbed the first one


def test_a_quotation_that_a_paragraph_leaves_open_goes_on_in_the_next_one() -> None:
    text = "Zanetti citou o pai. “Ele voou a vida toda.\n\n“Eu tenho o ponteiro”, brincou Renata Zanetti."
    script = attribute(script_of_text(text, "pt"))
    evidence = [segment.evidence for segment in script.segments if segment.kind == "quotation"]
    assert evidence[1] == "the quotation goes on from the paragraph before"


@pytest.mark.slow
@pytest.mark.parametrize("name", "en en.later en.latest en.newest en.online fr es de it pt".split())
def test_articles_of_our_own_reach_their_floors(name: str) -> None:
    floors = tomllib.loads((FOLDER.parents[1] / "floors.toml").read_text(encoding="utf-8"))["articles"][name]
    score = score_articles(name)
    assert score.spans >= floors["spans"]
    assert score.end_to_end >= floors["end_to_end"]
    assert score.misvoiced <= floors["misvoiced"]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("fr", "« C’est trop », persifle Anne Morin.", [("C’est trop", "Anne Morin")]),
        ("fr", "Anne Morin attend. « Oui », lui rétorque Marc Petit.", [("Oui", "Marc Petit")]),
        (
            "fr",
            "Le maire, Marc Petit, sourit. « Bien », finasse l’édile, « très bien ».",
            [("Bien", "Marc Petit"), ("très bien", "Marc Petit")],
        ),
        (
            "es",
            "Habló el alcalde, Luis Prado.\n\n«No habrá obra», zanjó el regidor.",
            [("No habrá obra", "Luis Prado")],
        ),
        ("it", "«Non cerco scuse», ha chiosato Carlo Neri.", [("Non cerco scuse", "Carlo Neri")]),
        (
            "pt",
            "A juíza Marta Lobo leu a decisão. “Está encerrado”, frisou a magistrada.",
            [("Está encerrado", "Marta Lobo")],
        ),
        ("de", "„Das reicht“, feixte Otto Brandt.", [("Das reicht", "Otto Brandt")]),
    ],
)
def test_unlisted_verbs_and_other_nouns_of_the_same_role_name_the_speaker(
    language: str, text: str, expected: list[tuple[str, str]]
) -> None:
    assert said(text, language) == expected


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "Dans la rue, une banderole disait « Fin de série, merci à tous »."),
        ("es", "Anne Ruiz publica «La casa azul del río»."),
        ("it", "In curva uno striscione con scritto “Il mare è nostro per sempre”."),
        ("pt", "Na porta, um letreiro avisa: «Não se dão horas a ninguém»."),
        ("de", "An der Tür hängt ein Schild: „Bitte nicht wecken, wir schlafen“."),
        ("fr", "« Quai B », présenté vendredi, a divisé la salle."),
    ],
)
def test_signs_and_works_are_no_speech(language: str, text: str) -> None:
    assert said(text, language) == []


def test_a_press_release_has_the_voice_of_its_issuer_and_a_judgment_its_own() -> None:
    text = "La empresa Aceros Norte cerrará. «Todo seguirá igual que siempre», señala el comunicado."
    assert said(text, "es") == [("Todo seguirá igual que siempre", "Aceros Norte")]
    text = "El tribunal condenó a Luis Prado. «Actuó con dolo evidente», razona la sentencia."
    assert said(text, "es") == [("Actuó con dolo evidente", "sentencia")]


def test_a_statement_behind_a_line_that_announces_it_is_spoken_without_marks() -> None:
    text = "Le communiqué de Transval :\n\nL’installation a été arrêtée hier.\n\nLa préfecture attend."
    assert said(text, "fr") == [("L’installation a été arrêtée hier", "Transval")]


def test_a_turn_that_addresses_somebody_is_answered_by_that_one() -> None:
    text = "Anselmo Ruiz y Puri Vega hablan.\n\n—¿Otra vez, Anselmo? —dijo Puri.\n\n—Otra."
    assert said(text, "es") == [("¿Otra vez, Anselmo?", "Puri Vega"), ("Otra", "Anselmo Ruiz")]


def test_closing_guillemets_at_the_beginning_of_paragraphs_go_on_with_the_quotation() -> None:
    text = "Habló Ana Ruiz.\n\n«Éramos cuatro.\n\n»Luego vinieron más», dijo Ana Ruiz."
    assert said(text, "es") == [("Éramos cuatro", "Ana Ruiz"), ("Luego vinieron más", "Ana Ruiz")]


@pytest.mark.parametrize("language", ["fr", "es", "de", "it", "pt"])
def test_every_rule_has_a_share_of_right_speakers_in_every_language(language: str) -> None:
    shares = load_confidence(language)
    assert shares.keys() == load_confidence("fr").keys()
    assert shares.keys() >= CONTINUING
    assert all(0.4 < share <= 0.985 for share in shares.values())


def test_a_quotation_that_goes_on_is_less_sure_than_the_one_before() -> None:
    shares = {"name behind": 0.9, "same paragraph": 0.9}
    first = Decision(0, "name behind", "")
    second = first.continued("same paragraph", "")
    third = second.continued("same paragraph", "")
    assert [round(with_confidence(one, shares).confidence, 2) for one in (first, second, third)] == [0.9, 0.81, 0.81]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        # Adverbs, phrases and gerunds between the verb and its subject.
        (
            "fr",
            "« C’est peu, a rétorqué sèchement Anne Morin. Trop peu. »",
            [("C’est peu", "Anne Morin"), ("Trop peu", "Anne Morin")],
        ),
        ("fr", "« C’est long », a témoigné à la barre Élodie Fabre, 29 ans.", [("C’est long", "Élodie Fabre")]),
        ("es", "«Soy yo», reconoció más tarde, ya ante la prensa, Ana Ruiz.", [("Soy yo", "Ana Ruiz")]),
        (
            "it",
            "Parla Assunta Neri. «Lo sapeva», ha raccontato trattenendo le lacrime.",
            [("Lo sapeva", "Assunta Neri")],
        ),
        # Nouns of speech, and phrases behind the quotation.
        (
            "it",
            "Dura la reazione di Carlo Neri. «Una scelta sbagliata», tuona.",
            [("Una scelta sbagliata", "Carlo Neri")],
        ),
        ("it", "«Non ci fermiamo qui». Così il ministro Guido Sala, ieri.", [("Non ci fermiamo qui", "Guido Sala")]),
        (
            "pt",
            "Na avaliação de Fábio Lima, economista, o caso é grave. “A conta chega”, aponta.",
            [("A conta chega", "Fábio Lima")],
        ),
        ("pt", "Segundo Carmona, o terreno é “mais do que suficiente”.", [("mais do que suficiente", "Carmona")]),
        # Guards: the subject of a subordinate clause, a neighbor, and the object of a preposition do not speak.
        (
            "de",
            "Manager Frank Pohl wurde gefragt, ob Trainer Ulf Marx bleibt. „Darüber reden wir nicht“, antwortete er.",
            [("Darüber reden wir nicht", "Frank Pohl")],
        ),
        (
            "fr",
            "« Trop cher », peste Monique Petit. Son voisin en rit : « Rien n’est gratuit. »",
            [("Trop cher", "Monique Petit"), ("Rien n’est gratuit", "voisin")],
        ),
        (
            "es",
            "La alcaldesa, Ana Ruiz, quiere «corregir lo que haga falta» pasado el verano.",
            [("corregir lo que haga falta", "Ana Ruiz")],
        ),
        (
            "de",
            "Ute Carl war da. „Hier wurde getanzt“, sagte sie. Die Gemeinde werde helfen, „so gut sie eben kann“.",
            [("Hier wurde getanzt", "Ute Carl"), ("so gut sie eben kann", "Ute Carl")],
        ),
        # Answers in paragraphs of speech alone.
        (
            "de",
            "Otto Brandt und Mats Voss warten.\n\n„Kannst du das?“, fragt Otto Brandt.\n\n„Klar.“\n\n„Dann komm.“",
            [("Kannst du das?", "Otto Brandt"), ("Klar", "Mats Voss"), ("Dann komm", "Otto Brandt")],
        ),
    ],
)
def test_subjects_far_from_their_verb_are_found_and_others_do_not_speak(
    language: str, text: str, expected: list[tuple[str, str]]
) -> None:
    assert said(text, language) == expected


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "« Nous irons, avec Jean Petit et ses amis, jusqu’au bout », a dit Anne Morin."),
        ("es", "«Vendrán, sin duda, los que cuentan de verdad», dijo Ana Ruiz."),
        ("it", "«Verranno, con Carlo Sala in testa, tutti quanti», ha detto Anna Neri."),
    ],
)
def test_phrases_with_a_name_inside_the_marks_stay_part_of_what_is_said(language: str, text: str) -> None:
    assert len(said(text, language)) == 1


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "fr",
            "Devant une salle pleine, Daniel Morvan, l’ingénieur de la ville, a parlé.\n\n« L’eau entrait par le nord "
            "depuis longtemps », a expliqué l’ingénieur.",
        ),
        (
            "es",
            "Ante un teatro lleno, Daniel Morvan, el ingeniero de la ciudad, habló el lunes.\n\n«El agua entraba desde "
            "hacía tiempo», explicó el ingeniero.",
        ),
    ],
)
def test_a_place_in_front_of_a_name_is_not_who_bears_it(language: str, text: str) -> None:
    assert [speaker for _, speaker in said(text, language)] == ["Daniel Morvan"]


@pytest.mark.parametrize(
    ("language", "text", "speaker"),
    [
        (
            "fr",
            "Le président Emmanuel Macron a reçu Olaf Scholz. « Nous tiendrons parole », a dit le chef de l’État.",
            "Emmanuel Macron",
        ),
        (
            "fr",
            "Le Premier ministre, Gabriel Attal, était à Lyon. « Nous irons au bout », a promis le Premier ministre.",
            "Gabriel Attal",
        ),
        (
            "fr",
            "Gabriel Attal, le Premier ministre, était à Lyon. « Nous irons au bout », a dit le chef du gouvernement.",
            "Gabriel Attal",
        ),
        (
            "fr",
            "Le président du club, Paul Martin, a reçu le président Emmanuel Macron. « C’est un honneur », a dit le "
            "président du club.",
            "Paul Martin",
        ),
        (
            "fr",
            "Le président du club, Paul Martin, a vu le président Emmanuel Macron. « C’est un honneur », a dit le chef "
            "de l’État.",
            "Emmanuel Macron",
        ),
        (
            "es",
            "El presidente Pedro Sánchez viajó a Kiev. «España cumplirá», prometió el jefe del Ejecutivo.",
            "Pedro Sánchez",
        ),
        (
            "es",
            "El Primer Ministro Justin Trudeau viajó a Kiev. «Canadá cumplirá», prometió el primer ministro.",
            "Justin Trudeau",
        ),
        (
            "it",
            "Il presidente del Consiglio Giorgia Meloni è a Kiev. «L’Italia manterrà la parola», ha detto la premier.",
            "Giorgia Meloni",
        ),
        (
            "it",
            "Il capo dello Stato Sergio Mattarella è a Kiev. «La pace è un dovere», ha detto il presidente della "
            "Repubblica.",
            "Sergio Mattarella",
        ),
        (
            "pt",
            "O Presidente da República, Marcelo Rebelo de Sousa, falou. “Vamos cumprir”, disse o chefe de Estado.",
            "Marcelo Rebelo de Sousa",
        ),
        (
            "de",
            "Der Präsident des Vereins, Paul Martin, sprach. Kanzler Olaf Scholz kam. „Wir helfen gern“, sagte der "
            "Regierungschef.",
            "Olaf Scholz",
        ),
        (
            "fr",
            "Le maire, Paul Martin, a parlé. « La France tiendra parole », a promis le chef de l’État.",
            "chef de l’État",
        ),
        (
            "es",
            "El alcalde Luis Mora habló. «España cumplirá con todos», prometió el jefe del Gobierno.",
            "jefe del Gobierno",
        ),
    ],
)
def test_words_for_an_office_mean_its_holder(language: str, text: str, speaker: str) -> None:
    assert [one for _, one in said(text, language)] == [speaker]
