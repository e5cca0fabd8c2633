"""Lines around news stories in five languages: which are skipped below a story, and which sentences are spoken."""

from __future__ import annotations

import pytest

from narrate.readers import read_bytes
from narrate.readers.skip_reasons import DATELINE

STORY = {
    "fr": [
        "Le conseil a voté mardi soir la rénovation du pont, après trois heures de débat.",
        "Le chantier durera un an.",
    ],
    "es": ["El pleno aprobó el martes la reforma del puente tras tres horas de debate.", "La obra durará un año."],
    "it": [
        "Il consiglio ha approvato martedì il restauro del ponte dopo tre ore di dibattito.",
        "I lavori dureranno un anno.",
    ],
    "pt": [
        "A câmara aprovou na terça-feira a reforma da ponte depois de três horas de debate.",
        "A obra vai durar um ano.",
    ],
    "de": [
        "Der Rat hat am Dienstag nach drei Stunden die Sanierung der Brücke beschlossen.",
        "Die Arbeiten dauern ein Jahr.",
    ],
}
SKIPPED = {
    "fr": """
À lire aussi : Le pont en cinq dates
Lire aussi | Le pont en cinq dates
Sur le même sujet
Abonnez-vous pour lire la suite de nos offres numériques
Recevez chaque matin notre newsletter gratuite
Suivez-nous sur Facebook et Instagram
Vous avez été témoin de la scène ? Écrivez-nous à temoin@journal.example
Avec AFP
Propos recueillis par Jeanne Corbel
Traduit de l’anglais par Jeanne Corbel
Photo : Jean Le Gall / AFP
Crédit photo : Ville de Brest
© Le Journal 2026 - Tous droits réservés
12 commentaires
Soyez le premier à commenter
Le Matin avec AFP
12 mars 2026 à 10h30
Par Jeanne Corbel, à Nantes
Mots-clés : pont, travaux, budget
Mis à jour le 12 mars 2026 à 10h30
Cet article est réservé aux abonnés. Il vous reste 60 % à découvrir.
À propos de l’auteur
Source : AFP
""",
    "es": """
Lea también: El puente en cinco fechas
Te puede interesar: El puente en cinco fechas
Noticias relacionadas
Suscríbete a nuestro boletín gratuito
Síguenos en Facebook, X e Instagram
¿Tienes información sobre el caso? Escríbenos a pistas@diario.example
Con información de EFE
Edición: Laura Peñalver
Foto: Ricardo Rubio / Europa Press
Imagen de archivo / EFE
© 2026 El Diario. Todos los derechos reservados
Deja un comentario
5 comentarios
Madrid - 12 MAR 2026 - 10:30 CET
Por Ana Ruiz
Archivado en: Puentes, Obras
Etiquetas: puente, obras
Actualizado el 12 de marzo de 2026 a las 10:30
Contenido exclusivo para suscriptores
Sobre la firma
EFE
Más información
""",
    "it": """
Leggi anche: Il ponte in cinque date
Per approfondire
Potrebbe interessarti anche: Il ponte in cinque date
Iscriviti alla nostra newsletter gratuita
Seguici su Facebook e Instagram
Hai visto qualcosa? Scrivici a cronaca@giornale.example
Ha collaborato Anna Bassi
Traduzione di Anna Bassi
Foto: Marco Neri / ANSA
Immagine d’archivio
© RIPRODUZIONE RISERVATA
Riproduzione riservata ©
Tutti i diritti riservati
3 commenti
Lascia un commento
12 marzo 2026 (modifica il 13 marzo 2026 | 10:30)
Argomenti: ponti, lavori
Ultimo aggiornamento: 12 marzo 2026, 10:30
Questo articolo è riservato agli abbonati.
(ANSA)
L’autore
""",
    "pt": """
Leia também: A ponte em cinco datas
Saiba mais
Veja também: A ponte em cinco datas
Assine a nossa newsletter gratuita
Siga-nos no Facebook e no Instagram
Tem alguma informação? Escreva-nos: pistas@jornal.example
Com informações da Agência Brasil
Com Lusa
Edição: Marta Lobo
Foto: Rui Neves / Lusa
Imagem ilustrativa
© 2026 O Jornal. Todos os direitos reservados.
Deixe um comentário
7 comentários
12/03/2026 10h30 Atualizado há 2 horas
Lusa
Veja mais notícias da região no portal
Tópicos: pontes, obras
Publicado em 12/03/2026 às 10h30
05/10/2018 - Publicado por: Clarissa Borba - Categoria: Saúde
Conteúdo exclusivo para assinantes
Sobre o autor
JN // RBF
Relacionados
""",
    "de": """
Lesen Sie auch: Die Brücke in fünf Daten
Mehr zum Thema
Auch interessant: Die Brücke in fünf Daten
Abonnieren Sie unseren kostenlosen Newsletter
Folgen Sie uns auf Facebook und Instagram
Haben Sie etwas gesehen? Schreiben Sie uns an hinweise@zeitung.example
Mit Material von dpa
dpa
dpa/lnw
Das Interview führte Karin Voss
Mitarbeit: Karin Voss
Foto: Jan Beck/dpa
Symbolbild
© 2026 Die Zeitung. Alle Rechte vorbehalten.
5 Kommentare
Jetzt kommentieren
Von Karin Voss, NDR
Über dieses Thema berichtete der Sender am 12. März um 12 Uhr.
Themen: Brücken, Verkehr
Zuletzt aktualisiert: 12.03.2026, 10:30 Uhr
Dieser Artikel ist nur für Abonnenten.
Zur Person
""",
}
SPOKEN = {
    "fr": """
La photo du pont a fait le tour du monde en quelques heures.
Vous avez le droit de ne pas venir, a rappelé la maire.
Les abonnés du réseau ne paieront rien de plus en 2026.
Selon l’AFP, le chantier coûtera plus cher que prévu.
Le commentaire du préfet n’a pas tardé.
Le 12 mars 2026, à 10h30, le pont a fermé.
12 mars 2026
Mise à jour : la préfecture a confirmé le montant dans la soirée.
""",
    "es": """
La foto del puente dio la vuelta al mundo en pocas horas.
Tienes derecho a no venir, recordó la alcaldesa.
Los suscriptores de la red no pagarán nada más en 2026.
Según EFE, la obra costará más de lo previsto.
El comentario del delegado no tardó en llegar.
El 12 de marzo de 2026, a las 10:30, se cerró el puente.
12 de marzo de 2026
Corrección: la obra cuesta tres millones, no cuatro.
""",
    "it": """
La foto del ponte ha fatto il giro del mondo in poche ore.
Hai il diritto di non venire, ha ricordato la sindaca.
Gli abbonati della rete non pagheranno nulla di più nel 2026.
Secondo l’ANSA, i lavori costeranno più del previsto.
Il commento del prefetto non si è fatto attendere.
Errata corrige: i lavori costano tre milioni, non quattro.
""",
    "pt": """
A foto da ponte deu a volta ao mundo em poucas horas.
Tem direito a não vir, lembrou a presidente.
Os assinantes da rede não pagarão mais em 2026.
Segundo a Lusa, a obra custará mais do que o previsto.
O comentário do delegado não tardou.
Correção: a obra custa três milhões, não quatro.
""",
    "de": """
Das Foto der Brücke ging in wenigen Stunden um die Welt.
Haben Sie das gewusst, fragte die Bürgermeisterin.
Die Abonnenten des Netzes zahlen 2026 nicht mehr.
Nach Angaben der dpa kosten die Arbeiten mehr als geplant.
Der Kommentar des Landrats kam schnell.
Am 12. März 2026 um 10.30 Uhr wurde die Brücke gesperrt.
Montag, 12. März 2026
Korrektur: Die Arbeiten kosten drei Millionen, nicht vier.
""",
}
DATELINES = [
    ("fr", "PARIS, 12 mars (Reuters) - ", "Le gouvernement a tranché."),
    ("fr", "Lyon (AFP) – ", "Le gouvernement a tranché."),
    ("fr", "QUIMPER — ", "La ville a tranché."),
    ("fr", "", "RENAULT — dit la Régie — a changé de patron et RENAULT s’en félicite."),
    ("es", "Madrid, 12 mar (EFE).- ", "El Gobierno ha decidido."),
    ("es", "SEVILLA, 12 Mar. (EUROPA PRESS) - ", "El Gobierno ha decidido."),
    ("es", "BOGOTÁ — ", "El Gobierno ha decidido."),
    ("es", "", "El Gobierno ha decidido — por fin — abrir el puente."),
    ("it", "(ANSA) - ROMA, 12 MAR - ", "Il governo ha deciso."),
    ("it", "Milano, 12 mar. (askanews) – ", "Il governo ha deciso."),
    ("it", "TORINO - ", "Il governo ha deciso."),
    ("it", "", "Il governo – dopo mesi – ha deciso."),
    ("pt", "SÃO PAULO, SP (FOLHAPRESS) - ", "O governo decidiu."),
    ("pt", "Lisboa, 12 mar 2026 (Lusa) – ", "O Governo decidiu."),
    ("pt", "BRASÍLIA - ", "O governo decidiu."),
    ("pt", "", "O governo – depois de meses – decidiu."),
    ("de", "Berlin (dpa) - ", "Die Regierung hat entschieden."),
    ("de", "BERLIN, 12. März (Reuters) - ", "Die Regierung hat entschieden."),
    ("de", "BERLIN taz | ", "Die Regierung hat entschieden."),
    ("de", "Hamburg/Kiel (dpa/lno) – ", "Die Regierung hat entschieden."),
    ("de", "", "Die Regierung – nach Monaten – hat entschieden."),
]
BYLINES = [
    ("fr", "Par Jeanne de La Tour et Paul Petit", "Jeanne de La Tour et Paul Petit"),
    ("fr", "Par Jeanne Corbel, à Nantes", "Jeanne Corbel"),
    ("fr", "Propos recueillis par Jeanne Corbel", "Jeanne Corbel"),
    ("es", "Por Ana Ruiz y Luis Prado", "Ana Ruiz y Luis Prado"),
    ("es", "Por María del Mar Soler | Sevilla", "María del Mar Soler"),
    ("it", "di Anna Bassi", "Anna Bassi"),
    ("it", "A cura di Anna Bassi e Carlo Neri", "Anna Bassi e Carlo Neri"),
    ("pt", "Por Marta Lobo e Rui da Costa", "Marta Lobo e Rui da Costa"),
    ("de", "Von Karin Voss und Jan van der Beek", "Karin Voss und Jan van der Beek"),
    ("de", "Von Karin Voss, Berlin", "Karin Voss"),
]
HEADLINES = [
    ("it", "Di Mario Draghi si parla ancora a Roma"),
    ("de", "Von Köln nach Bonn in zehn Minuten"),
    ("fr", "Par temps de pluie, le pont reste fermé"),
    ("es", "Por San Juan se abre el puente"),
    ("pt", "Por Santo António abre a ponte"),
]


def lines_of(table: dict[str, str]) -> list[tuple[str, str]]:
    return [(code, line) for code, lines in table.items() for line in lines.strip().split("\n")]


def read(code: str, *paragraphs: str) -> tuple[list[str], list[str]]:
    """Return the paragraphs that are spoken and those that are skipped."""
    article = read_bytes("\n\n".join(paragraphs).encode(), name="a.md", language=code)
    spoken = [article.text[span.start : span.end] for span in article.paragraphs]
    return spoken, [one.text for one in article.skipped]


@pytest.mark.parametrize(("code", "line"), lines_of(SKIPPED))
def test_line_below_a_story_is_skipped(code: str, line: str) -> None:
    assert read(code, "# Titre", *STORY[code], line) == (STORY[code], [line])


@pytest.mark.parametrize(("code", "line"), lines_of(SPOKEN))
def test_sentence_with_words_of_boilerplate_is_spoken(code: str, line: str) -> None:
    assert read(code, "# Titre", *STORY[code], line) == ([*STORY[code], line], [])


@pytest.mark.parametrize(("code", "dateline", "sentence"), DATELINES)
def test_dateline_is_skipped_and_the_sentence_behind_it_is_spoken(code: str, dateline: str, sentence: str) -> None:
    article = read_bytes(f"# Titre\n\n{dateline}{sentence}\n\n{STORY[code][1]}".encode(), name="a.md", language=code)
    assert article.text[article.paragraphs[0].start : article.paragraphs[0].end] == sentence
    assert [one.text for one in article.skipped if one.reason == DATELINE] == [dateline.strip()][: bool(dateline)]


@pytest.mark.parametrize(("code", "line", "names"), BYLINES)
def test_byline_below_the_headline_is_the_byline_of_the_article(code: str, line: str, names: str) -> None:
    article = read_bytes(f"# Titre\n\n{line}\n\n{STORY[code][0]}".encode(), name="a.md", language=code)
    assert (article.byline, [one.text for one in article.skipped]) == (names, [line])


@pytest.mark.parametrize(("code", "headline"), HEADLINES)
def test_headline_that_begins_like_a_byline_is_a_headline(code: str, headline: str) -> None:
    article = read_bytes("\n\n".join([headline, *STORY[code]]).encode(), name="a.txt", language=code)
    assert (article.title, article.byline) == (headline, None)
