"""What the player's buttons are called, in the edition's language where there are words for it, else in English."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Labels:
    """The words on the page that are not the article's."""

    language: str
    """BCP 47 tag of these words."""
    kicker: str
    player: str
    trouble: str
    back: str
    back_hint: str
    next: str
    next_hint: str
    play: str
    pause: str
    play_hint: str
    speed: str
    position: str
    of: str
    """Between a position and the whole length."""
    timeline: str
    text: str
    help: str


ENGLISH: Final = Labels(
    language="en",
    kicker="Audio edition",
    player="Player",
    trouble="The sound cannot be loaded. Is the MP3 beside this page?",
    back="Previous paragraph",
    back_hint="Previous paragraph (Shift + ←)",
    next="Next paragraph",
    next_hint="Next paragraph (Shift + →)",
    play="Play",
    pause="Pause",
    play_hint="Play or pause (Space)",
    speed="Speed",
    position="Position",
    of="of",
    timeline="Who speaks when: choose a speaker to hear them next",
    text="Text of the edition",
    help="Space plays and pauses, ← and → move by ten seconds, with Shift by a paragraph. Click a phrase to hear it.",
)
TABLE: Final = {
    labels.language: labels
    for labels in (
        ENGLISH,
        Labels(
            language="de",
            kicker="Hörfassung",
            player="Wiedergabe",
            trouble="Der Ton lässt sich nicht laden. Liegt die MP3-Datei neben dieser Seite?",
            back="Voriger Absatz",
            back_hint="Voriger Absatz (Umschalt + ←)",
            next="Nächster Absatz",
            next_hint="Nächster Absatz (Umschalt + →)",
            play="Abspielen",
            pause="Anhalten",
            play_hint="Abspielen oder anhalten (Leertaste)",
            speed="Tempo",
            position="Stelle",
            of="von",
            timeline="Wer wann spricht: eine Stimme wählen, um sie als Nächstes zu hören",
            text="Text der Hörfassung",
            help="Die Leertaste spielt ab und hält an, ← und → springen um zehn Sekunden, mit der Umschalttaste um "
            "einen Absatz. Ein Klick auf eine Wendung spielt sie ab.",
        ),
        Labels(
            language="fr",
            kicker="Version audio",
            player="Lecteur",
            trouble="Le son ne peut pas être chargé. Le fichier MP3 se trouve-t-il à côté de cette page ?",
            back="Paragraphe précédent",
            back_hint="Paragraphe précédent (Maj + ←)",
            next="Paragraphe suivant",
            next_hint="Paragraphe suivant (Maj + →)",
            play="Lire",
            pause="Pause",
            play_hint="Lire ou mettre en pause (Espace)",
            speed="Vitesse",
            position="Position",
            of="sur",
            timeline="Qui parle et quand : choisissez une voix pour l’entendre ensuite",
            text="Texte de la version audio",
            help="La barre d’espace lance et arrête la lecture, ← et → avancent ou reculent de dix secondes, avec Maj "
            "d’un paragraphe. Cliquez sur une phrase pour l’entendre.",
        ),
        Labels(
            language="es",
            kicker="Edición sonora",
            player="Reproductor",
            trouble="No se puede cargar el sonido. ¿Está el archivo MP3 junto a esta página?",
            back="Párrafo anterior",
            back_hint="Párrafo anterior (Mayús + ←)",
            next="Párrafo siguiente",
            next_hint="Párrafo siguiente (Mayús + →)",
            play="Reproducir",
            pause="Pausar",
            play_hint="Reproducir o pausar (Espacio)",
            speed="Velocidad",
            position="Posición",
            of="de",
            timeline="Quién habla y cuándo: elija una voz para oírla a continuación",
            text="Texto de la edición",
            help="La barra espaciadora reproduce y pausa, ← y → avanzan o retroceden diez segundos, con Mayús un "
            "párrafo. Haga clic en una frase para oírla.",
        ),
    )
}


def labels_for(language: str) -> Labels:
    """The labels for an edition whose language is this BCP 47 tag."""
    return TABLE.get(language.split("-")[0].lower(), ENGLISH)
