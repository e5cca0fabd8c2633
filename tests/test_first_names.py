"""The gender that the names of people in the news suggest."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from importlib import resources

import pytest
from gender_guesser.detector import Detector
from helpers.attribution import attributed

from narrate.attribution.gender import is_first_name, of_first_name, of_full_name
from narrate.languages import ENGLISH
from narrate.languages.first_names import FirstNames

WORDS = ENGLISH.attribution
PEOPLE = {
    "female": """
        Samia Suluhu Hassan, Ellen Johnson Sirleaf, Joyce Banda, Wangari Maathai, Chimamanda Adichie, Faith Kipyegon,
        Lupita Nyong'o, Winnie Byanyima, Wanjiku Kabira, Ifeoma Okoye, Mamata Banerjee, Smriti Irani,
        Nirmala Sitharaman, Priyanka Chopra, Indra Nooyi, Nikki Haley, Pramila Jayapal, Usha Vance, Malala Yousafzai,
        Maryam Nawaz, Hina Rabbani Khar, Arundhati Roy, Priti Patel, Suella Braverman, Sanae Takaichi, Yuriko Koike,
        Leni Robredo, Retno Marsudi, Hanan Ashrawi, Nadia Murad, Rania al-Abdullah, Reem Alsalem, Narges Mohammadi,
        Shirin Ebadi, Mahsa Amini, Meral Aksener, Elif Shafak, Golda Meir, Salome Zourabichvili, Rashida Tlaib,
        Jacinda Ardern, Penny Wong, Olena Zelenska, Yulia Tymoshenko, Iryna Vereshchuk, Maria Zakharova,
        Sviatlana Tsikhanouskaya, Zuzana Čaputová, Vjosa Osmani, Kaja Kallas, Ingrida Šimonytė, Maia Sandu,
        Mette Frederiksen, Sanna Marin, Katrín Jakobsdóttir, Þórdís Gylfadóttir, Saoirse Ronan, Siobhán McSweeney,
        Giorgia Meloni, Roberta Metsola, Dilma Rousseff, Claudia Sheinbaum, Delcy Rodríguez, Dina Boluarte,
        Xiomara Castro, Rigoberta Menchú, Mia Mottley, Condoleezza Rice, Lakeisha Brown, Tanisha Jones, Nusrat Chowdhury
    """,
    "male": """
        Kwame Nkrumah, Cyril Ramaphosa, Thabo Mbeki, Wole Soyinka, Muhammadu Buhari, Bassirou Faye, Ousmane Sonko,
        Alassane Ouattara, Eliud Kipchoge, Kofi Annan, Nnamdi Azikiwe, Narendra Modi, Rishi Sunak, Arvind Kejriwal,
        Sundar Pichai, Noh Young-min, Imran Khan, Shehbaz Sharif, Bilawal Bhutto Zardari, Ranil Wickremesinghe,
        Virat Kohli, Sachin Tendulkar, Amartya Sen, Humza Yousaf, Sadiq Khan, Shinzo Abe, Fumio Kishida,
        Shohei Ohtani, Joko Widodo, Anwar Ibrahim, Rodrigo Duterte, Lee Jae-myung, Park Chan-wook, Kim Young-sam,
        Bashar al-Assad, Mahmoud Abbas, Ismail Haniyeh, Hassan Nasrallah, Mohammed bin Salman, Rached Ghannouchi,
        Ali Khamenei, Recep Erdogan, Ekrem Imamoglu, Benjamin Netanyahu, Bezalel Smotrich, Nayib Bukele,
        Nursultan Nazarbayev, Shavkat Mirziyoyev, Sitiveni Rabuka, Volodymyr Zelenskyy, Valerii Zaluzhnyi,
        Oleksandr Syrskyi, Dmytro Kuleba, Dmitry Peskov, Yevgeny Prigozhin, Jarosław Kaczyński, Milorad Dodik,
        Kyrylo Budanov, Ulf Kristersson, Sauli Niinistö, Jens Stoltenberg, Guðni Jóhannesson, Micheál Martin,
        Geert Wilders, Kyriakos Mitsotakis, Luiz Lula da Silva, Jair Bolsonaro, Javier Milei, Neymar Santos,
        Francois Hollande, Jean-Paul Sartre, Barack Obama, LeBron James, Tyrone Davis, Bernie Sanders, Kyle Rittenhouse
    """,
    # The first name does not tell, both genders have it, or there is too little evidence for it.
    "unknown": """
        Xi Jinping, Li Qiang, Li Keqiang, Wang Yi, Peng Liyuan, Peng Shuai, Hu Jintao, Hua Chunying, Mao Ning, Lin Jian,
        Jin Liqun, Cai Qi, Ai Weiwei, Ma Ying-jeou, Tsai Ing-wen, Lai Ching-te, Chiang Kai-shek, Lee Kuan Yew,
        Kim Jong Un, Kim Jong-un, Kim Yo Jong, Yoon Suk Yeol, Moon Jae-in, Park Geun-hye, Han Duck-soo, Son Heung-min,
        Ryu Hyun-jin, Jin-ha Kim, Nguyen Phu Trong, To Lam, Vo Van Thuong, Pham Minh Chinh, Le Hoai Trung,
        Ho Chi Minh, Aung San Suu Kyi, Hun Sen, Sri Mulyani, Ngozi Okonjo-Iweala, Bola Tinubu, Emmerson Mnangagwa,
        Sadio Mané, Kemi Badenoch, Anura Dissanayake, Droupadi Murmu, Paetongtarn Shinawatra, Taika Waititi,
        Masih Alinejad, Fiame Mata'afa, Casey Jones, Pat Cipollone, Alexis Tsipras, Paris Hilton, Satya Nadella
    """,
}


@pytest.mark.parametrize("gender", PEOPLE)
def test_names_of_people_in_the_news_suggest_their_gender_or_none(gender: str) -> None:
    names = [" ".join(name.split()) for name in PEOPLE[gender].split(",")]
    assert len(names) > 50
    assert {name: of_full_name(name.lower().split(), WORDS)[0] for name in names} == dict.fromkeys(names, gender)


@pytest.mark.parametrize(
    "name", ["Kim Reynolds", "Kim Campbell", "Lin Wood", "Lee Anderson", "Mo Farah", "Gil Scott", "Lee Harvey Oswald"]
)
def test_family_name_is_a_first_name_if_no_syllables_follow(name: str) -> None:
    assert of_full_name(name.lower().split(), WORDS)[0] != "unknown"


@pytest.mark.parametrize("word", "Washington Florida Fox Ford Goldman Muslim China Sheriff Central War DJ USA".split())
def test_places_firms_titles_and_words_are_not_first_names(word: str) -> None:
    assert not is_first_name(word, WORDS)


def test_lists_do_not_overrule_gender_guesser_but_corrections_do() -> None:
    plain = Detector(case_sensitive=False)
    assert [plain.get_gender(name) for name in ("andrea", "kyle", "eli")] == ["female", "mostly_female", "female"]
    assert of_first_name("Andrea", WORDS) == ("female", 1.0)
    assert of_first_name("Kyle", WORDS) == ("male", 0.6)
    assert of_first_name("Eli", WORDS) == ("unknown", 0.0)
    assert is_first_name("Eli", WORDS)


def test_lists_have_each_name_once_and_in_order() -> None:
    folder = resources.files("narrate.attribution") / "first_names"
    female, male = ((folder / f"listed_{gender}.txt").read_text("ascii").splitlines() for gender in ("female", "male"))
    assert len(female) > 30_000
    assert len(male) > 20_000
    for names in (female, male):
        assert names == sorted(set(names))
        assert all(name.isalpha() and name.islower() for name in names)
    assert not {*female} & {*male}


def test_speaker_of_listed_name_has_gender_with_evidence() -> None:
    script = attributed("Narendra Modi came to Delhi on Monday.\n\n“It is over,” Modi said.")
    speaker = script.speakers[0]
    assert (speaker.gender, speaker.gender_evidence) == ("male", "first name 'Narendra'")


def test_two_pronouns_overrule_a_listed_name() -> None:
    script = attributed("Narendra Modi closed her shop. She will not open it.\n\n“It is over,” Modi said.")
    assert script.speakers[0].gender == "female"


def test_family_name_in_front_leaves_gender_to_pronouns() -> None:
    script = attributed("Kim Jong Un spoke on Monday. He left Pyongyang later.\n\n“It is over,” Kim said.")
    assert script.speakers[0].gender == "male"
    script = attributed("Kim Jong Un spoke on Monday in Pyongyang.\n\n“It is over,” Kim said.")
    assert script.speakers[0].gender == "unknown"


def test_first_names_agree_with_complete_list_of_gender_guesser() -> None:
    every = Detector(case_sensitive=False)
    asked = [name for at, name in enumerate(every.names) if at % 40 == 0 or "-" in name or " " in name]
    ours = FirstNames(case_sensitive=False)
    assert len(asked) > 8000
    assert [ours.get_gender(name) for name in asked] == [every.get_gender(name) for name in asked]
    assert ours.get_gender("qqqq") == every.get_gender("qqqq") == "unknown"


def test_first_names_are_safe_to_use_from_several_threads() -> None:
    class Slow(FirstNames):
        def _eat_name_line(self, line: str) -> None:
            time.sleep(0.0001)
            super()._eat_name_line(line)

    names, barrier = Slow(case_sensitive=False), threading.Barrier(4)

    def ask(_: int) -> str:
        barrier.wait(10)
        return names.get_gender("maria")

    with ThreadPoolExecutor(4) as pool:
        assert [*pool.map(ask, range(4))] == ["female"] * 4
