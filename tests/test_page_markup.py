"""Markup that changes what the text of a page says: withdrawn and raised text, notes, quotations, tables, headers."""

from __future__ import annotations

import pytest
from helpers.pages import HEAD, PROSE, page, skipped, spoken, story

from narrate.attribution import attribute
from narrate.readers import read_bytes
from narrate.script import write_script
from narrate.types import Article

WITHDRAWN, HIDDEN, NOTE = "withdrawn: struck out or deleted", "hidden in the source", "a note"


def read_story(html: str, head: str = HEAD) -> Article:
    return read_bytes(page(story(html), head), name="page.html")


def between(article: Article) -> list[str]:
    """Return what is read between the paragraphs of the story, which must all be read."""
    texts = spoken(article)
    assert [text for text in texts if text in PROSE] == PROSE
    return [text for text in texts if text not in PROSE]


@pytest.mark.parametrize(
    ("html", "texts", "withdrawn"),
    [
        ("<p>The master, <s>Tom Wexler</s> Ole Lund, left.</p>", ["The master, Ole Lund, left."], ["Tom Wexler"]),
        ("<p>He was <strike>not </strike>there.</p>", ["He was there."], ["not"]),
        ("<p>Charged with murder<del> in the first degree</del>.</p>",
         ["Charged with murder."], ["in the first degree"]),
        ("<p>It cost <del>$40</del><ins>$50</ins>, he said.</p>", ["It cost $50, he said."], ["$40"]),
        ("<p>The <span style='text-decoration: underline line-through'>old</span> pier fell.</p>",
         ["The pier fell."], ["old"]),
        ("<p>The <span style='text-decoration-line:line-through'>old</span> pier fell.</p>",
         ["The pier fell."], ["old"]),
        ("<p>The <span class='text-bold line-through'>old</span> pier fell.</p>", ["The pier fell."], ["old"]),
        ("<p>The <span class=strike>old</span> pier fell.</p>", ["The pier fell."], ["old"]),
        ("<p>The <span role=deletion>old</span> pier fell.</p>", ["The pier fell."], ["old"]),
        ("<del><p>The quay opens.</p><p>It closes.</p></del>", [], ["The quay opens. It closes."]),
        ("<p style='text-decoration:line-through'>The quay opens.</p>", [], ["The quay opens."]),
        ("<ul><li><s>Bring a boat.</s></li><li>Bring a rope.</li></ul>", ["Bring a rope."], ["Bring a boat."]),
        ("<p>“We <s>will</s> stay,” he said (<s>twice</s>).</p>", ["“We stay,” he said."], ["will", "twice"]),
        ("<p>“<s>No.</s>” He left <s><a href='/x'>early</a></s>, though.</p>", ["He left, though."], ["No.", "early"]),
    ],
)  # fmt: skip
def test_withdrawn_text_is_listed_and_not_read(html: str, texts: list[str], withdrawn: list[str]) -> None:
    article = read_story(html)
    assert between(article) == texts
    assert [one.text for one in article.skipped if one.reason == WITHDRAWN] == withdrawn


def test_class_that_style_sheet_strikes_out_is_withdrawn() -> None:
    head = f"{HEAD}<style>p.c1 {{ margin: 0 }} .c2, .c3 {{ color: red; text-decoration: line-through }}</style>"
    article = read_story("<p class=c1>The <span class=c3>old</span> pier <span class=c1>fell</span>.</p>", head)
    assert between(article) == ["The pier fell."]
    assert skipped(article)["old"] == WITHDRAWN


def test_words_of_drawing_are_listed_and_icons_are_not() -> None:
    chart = "<svg><title>Chart</title><g><text>Boats in the harbour</text><text>1990</text></g></svg>"
    article = read_story(f"{chart}<p>See <svg><text>X</text></svg> the quay.</p>")
    assert between(article) == ["See the quay."]
    assert skipped(article)["Boats in the harbour 1990"] == "the caption or credit of a picture"


def test_element_that_style_sheet_strikes_out_by_its_id_is_withdrawn() -> None:
    article = read_story(
        "<p>The <i id=Was>old</i> pier <i>fell</i>.</p>", f"{HEAD}<style>#Was {{text-decoration: line-through}}</style>"
    )
    assert between(article) == ["The pier fell."]
    assert skipped(article)["old"] == WITHDRAWN


def test_blank_lines_divide_preformatted_text() -> None:
    copy = f"{PROSE[0]}\n\n<b>Bold words</b> here, he said.\n \n   Next\none.\n\n" + "\n\n".join(PROSE[1:])
    html = f"<!doctype html><html lang=en><head>{HEAD}</head><body><pre>{copy}</pre></body></html>"
    assert between(read_bytes(html.encode(), name="a.html")) == ["Bold words here, he said.", "Next one."]


def test_title_from_heading_has_no_withdrawn_text_and_no_note() -> None:
    heading = "<h1>Harbour <s>stays open</s> closes<sup>1</sup></h1>"
    body = "".join(f"<p>{text}</p>" for text in PROSE)
    html = f"<!doctype html><html lang=en><body><article>{heading}{body}</article></body></html>"
    assert read_bytes(html.encode(), name="a.html").title == "Harbour closes"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>It cost <ins>$50</ins>, <u>he</u> <mark>said</mark>.</p>", "It cost $50, he said."),
        ("<p class=strike>The crews went on strike on Monday.</p>", "The crews went on strike on Monday."),
        ("<p>He <span class='strikes-total'>struck</span> out.</p>", "He struck out."),
        ("<p>Lightning <s></s>struck twice.</p>", "Lightning struck twice."),
        ("<p><span style='text-decoration:none'>All</span> of it stays.</p>", "All of it stays."),
        ("<div class='deleted-scenes'><p>The film has deleted scenes in it.</p></div>",
         "The film has deleted scenes in it."),
        ("<p><small>Small</small> and <big>big</big> words stay.</p>", "Small and big words stay."),
    ],
)  # fmt: skip
def test_text_that_is_not_withdrawn_is_read(html: str, text: str) -> None:
    article = read_story(html)
    assert between(article) == [text]
    assert WITHDRAWN not in skipped(article).values()


@pytest.mark.parametrize(
    ("html", "texts", "hidden"),
    [
        ("<p>The <span style='display:none'>DESK</span> pier fell.</p>", ["The pier fell."], ["DESK"]),
        ("<p hidden>Hold until noon.</p>", [], ["Hold until noon."]),
        ("<div class='sr-only'><p>Hold it.</p><p>Until noon.</p></div>", [], ["Hold it. Until noon."]),
        ("<p>It fell<span style='mso-hide:all'> HOLD</span>.</p>", ["It fell."], ["HOLD"]),
        ("<p>The <span style='display:inline'>pier</span> fell.</p>", ["The pier fell."], []),
        ("<p class='hidden-treasure'>The treasure was found.</p>", ["The treasure was found."], []),
        ("<p class='overflow-hidden'>The pier fell.</p>", ["The pier fell."], []),
        ("<p style='visibility: visible'>The pier fell.</p>", ["The pier fell."], []),
        ("<p style='display: block'>The pier fell.</p>", ["The pier fell."], []),
        ("<p data-hidden='no'>The pier fell.</p>", ["The pier fell."], []),
    ],
)
def test_hidden_text_is_listed_and_not_read(html: str, texts: list[str], hidden: list[str]) -> None:
    article = read_story(html)
    assert between(article) == texts
    assert [one.text for one in article.skipped if one.reason == HIDDEN] == hidden


@pytest.mark.parametrize(
    ("html", "text", "marks"),
    [
        ("<p>He won by 12<sup><a href='#f1'>1</a></sup> votes.</p>", "He won by 12 votes.", ["1"]),
        ("<p>He won by 12<button class='fn'>2</button> votes.</p>", "He won by 12 votes.", ["2"]),
        ("<p>He won by 12<button>*</button> votes, said <button>Ada Byron</button>.</p>",
         "He won by 12 votes, said Ada Byron.", ["*"]),
        ("<p>He won by 12<sup>1</sup> votes, she by 15<sup>2</sup>.</p>",
         "He won by 12 votes, she by 15.", ["1", "2"]),
        ("<p>He won 4,500<sup>2</sup> votes, 40%<sup>3</sup>.</p>", "He won 4,500 votes, 40%.", ["2", "3"]),
        ("<p>It was built in 1961<sup>[4]</sup> here.</p>", "It was built in 1961 here.", ["[4]"]),
        ("<p>It fell.<sup>*</sup> It <sup>†</sup> rose.</p>", "It fell. It rose.", ["*", "†"]),
        ("<p>“It fell,”<sup>3</sup> he said.</p>", "“It fell,” he said.", ["3"]),
        ("<p>The harbour<sup>a</sup> and quay<sup>1,2</sup>.</p>", "The harbour and quay.", ["a", "1,2"]),
        ("<p>The harbour<sup>ii</sup> and quay<sup>2*</sup>.</p>", "The harbour and quay.", ["ii", "2*"]),
        ("<p>It fell<a href='#n1' class='footnote-ref'>1</a>.</p>", "It fell.", ["1"]),
        ("<p>It fell.<a href='#_msocom_1' class=msocomanchor>[JD1]</a></p>", "It fell.", ["[JD1]"]),
        ("<p>It fell<span style='vertical-align: super'>2</span> on Monday.</p>", "It fell on Monday.", ["2"]),
        ("<p>It fell<sup><a href='https://example.com/s'>5</a></sup>.</p>", "It fell.", ["5"]),
        ("<p>It fell<span class=sidenote>The minutes say so.</span> here.</p>",
         "It fell here.", ["The minutes say so."]),
        ("<p>It hit <sup>[citation needed]</sup>the quay.</p>", "It hit the quay.", ["[citation needed]"]),
    ],
)  # fmt: skip
def test_mark_of_note_is_listed_and_not_read(html: str, text: str, marks: list[str]) -> None:
    article = read_story(html)
    assert between(article) == [text]
    assert [one.text for one in article.skipped if one.reason == NOTE] == marks


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>It covers 10<sup>6</sup> m<sup>2</sup>, or 1 km<sup>2</sup>.</p>", "It covers 10⁶ m², or 1 km²."),
        ("<p>It fell at 9.8 m/s<sup>2</sup>, 3 m s<sup>-1</sup>.</p>", "It fell at 9.8 m/s², 3 m s⁻¹."),
        ("<p>E = mc<sup>2</sup> and x<sup>2</sup> + y<sup>2</sup>.</p>", "E = mc² and x² + y²."),
        ("<p>So 12<sup>2</sup> = 144 and 2<sup>n</sup>, 5<sup>2</sup>.</p>", "So 12² = 144 and 2ⁿ, 5²."),
        ("<p>The 21<sup>st</sup> and 4<sup>th</sup> of M<sup>c</sup>Gill.</p>", "The 21st and 4th of McGill."),
        ("<p>Some 3<sup>1</sup>/<sub>2</sub> percent, <sup>3</sup>⁄<sub>4</sub>.</p>", "Some 3½ percent, ¾."),
        ("<p>Some 3<sup>7</sup>/<sub>16</sub> inches, <sup>1</sup>/3.</p>", "Some 3 7/16 inches, ⅓."),
        ("<p>H<sub>2</sub>O, CO<sub>2</sub>, Ca<sup>2+</sup>, <sup>14</sup>C.</p>", "H2O, CO2, Ca²⁺, ¹⁴C."),
        ("<p>A Kindle<sup>TM</sup> costs $9<sup>99</sup>, 25<sup>o</sup>C.</p>", "A Kindle™ costs $9.99, 25°C."),
        ("<p>See <a href='#s3'>section 3</a> and <a href='#top'>3</a> ships.</p>", "See section 3 and 3 ships."),
        ("<p>It covers 30 km<sup><a href='/area'>2</a></sup>.</p>", "It covers 30 km²."),
        ("<p>U<sup>235</sup> and <sup>131</sup>I leaked.</p>", "U-235 and ¹³¹I leaked."),
        ("<p>So <math><msup><mn>10</mn><mn>6</mn></msup></math> boats.</p>", "So 10⁶ boats."),
        ("<p>So <math><mfrac><mn>1</mn><mn>2</mn></mfrac></math> of them.</p>", "So 1/2 of them."),
        ("<p>A <ruby>港<rt>minato</rt></ruby> here<script>a()</script>, he said.</p>", "A 港 here, he said."),
        ("<p>Disney<sup>+</sup> and word<sup>new</sup>.</p>", "Disney+ and word new."),
    ],
)
def test_raised_text_that_is_no_note_is_read(html: str, text: str) -> None:
    article = read_story(html)
    assert between(article) == [text]
    assert NOTE not in skipped(article).values()


@pytest.mark.parametrize(
    ("mark", "note"),
    [
        ("<a href='#fn1'>[1]</a>", "<div id='fn1'><p>The minutes say so.</p></div>"),
        ("<sup id='r1'><a href='#n1'>1</a></sup>",
         "<ol class='footnotes'><li id='n1'>The minutes say so. <a href='#r1'>↩</a></li></ol>"),
        ("<a href='#_ftn1' name='_ftnref1'>[1]</a>",
         "<p><a href='#_ftnref1' name='_ftn1'>[1]</a> The minutes say so.</p>"),
        ("<sup><a href='#cite-1' id='ref-1'>[1]</a></sup>",
         "<ol class='references'><li id='cite-1'><a href='#ref-1'>^</a> The minutes say so.</li></ol>"),
        ("<sup>1</sup>", "<p><sup>1</sup> The minutes say so.</p>"),
        ("<sup>1</sup>", "<section role='doc-endnotes'><p>The minutes say so.</p></section>"),
        ("<sup><a href='#ftnt1' id='ftnt_ref1'>[1]</a></sup>",
         "<div><p><a href='#ftnt_ref1' id='ftnt1'>[1]</a><span> The minutes say so.</span></p></div>"),
    ],
)  # fmt: skip
def test_note_is_listed_and_its_mark_is_silent(mark: str, note: str) -> None:
    article = read_bytes(page(story(f"<p>It fell{mark} on Monday.</p>", note)), name="a.html")
    assert between(article) == ["It fell on Monday."]
    notes = [one.text for one in article.skipped if one.reason == NOTE]
    assert any("The minutes say so." in text for text in notes)
    kept = read_bytes(page(story(f"<p>It fell{mark} on Monday.</p>", note)), name="a.html", keep=["note"])
    assert "The minutes say so." in " ".join(spoken(kept))


def test_element_with_most_of_page_is_no_note_whatever_its_class() -> None:
    html = f"<!doctype html><html lang=en><head>{HEAD}</head><body><div class=references>{story()}</div></body></html>"
    assert spoken(read_bytes(html.encode(), name="a.html")) == PROSE


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p><q>We won</q>, said Ole Lund.</p>", "“We won”, said Ole Lund."),
        ("<p><q>We <em>have</em> <b>won</b></q> said Ole Lund.</p>", "“We have won” said Ole Lund."),
        ("<p>He said: <q>I heard <q>no</q> twice.</q></p>", "He said: “I heard ‘no’ twice.”"),
        ("<p>“She said <q>no</q> to me,” he said.</p>", "“She said ‘no’ to me,” he said."),
        ('<p>"She said <q>no</q>" and <q>yes</q>.</p>', '"She said ‘no’" and “yes”.'),
        ("<p><q>“We won,”</q> said Ole Lund.</p>", "“We won,” said Ole Lund."),
        ("<p>“<q>We won,</q>” said Ole Lund.</p>", "“We won,” said Ole Lund."),
        ("<p>The <q></q>empty one stays.</p>", "The empty one stays."),
        ("<p>The <cite>Sea</cite> and the <dfn>quay</dfn> stay.</p>", "The Sea and the quay stay."),
    ],
)
def test_quotation_element_has_the_marks_that_a_browser_shows(html: str, text: str) -> None:
    assert between(read_story(html)) == [text]


@pytest.mark.parametrize(
    "html",
    [
        "<blockquote><p>“We have won it.”</p><footer>— Ole Lund, master</footer></blockquote>",
        "<blockquote><p>“We have won it.”</p><footer>Ole Lund, master</footer></blockquote>",
        "<blockquote><p>We have won it.</p><cite>Ole Lund, master</cite></blockquote>",
        "<blockquote>We have won it. <cite>Ole Lund, master</cite></blockquote>",
        "<blockquote><p>We have <b>won</b> it.</p><p><cite>Ole Lund</cite>, master</p></blockquote>",
        "<figure><blockquote><p>We have won it.</p></blockquote><figcaption>Ole Lund, master</figcaption></figure>",
        "<blockquote><p>“We have won it.”</p><p class=attribution>Ole Lund, master</p></blockquote>",
        "<blockquote>“We have won it.”<br>— Ole Lund, master</blockquote>",
        "<blockquote><p>“We have won it.”</p><p>Ole Lund, master</p></blockquote>",
        "<blockquote><p>“We have won it.”<br>Ole Lund, master</p></blockquote>",
        "<blockquote>“We have won it.”<br>Ole Lund, master</blockquote>",
        "<blockquote><p>“We have won it.”</p></blockquote><cite>Ole Lund, master</cite>",
        "<div class=quote><blockquote><p>We have won it.</p></blockquote><footer>Ole Lund, master</footer></div>",
        "<blockquote>“We have won it.”</blockquote><p class=attribution>Ole Lund, master</p>",
        "<blockquote><p>“We have won it.”</p><footer><p>Ole Lund, master</p></footer></blockquote>",
        "<blockquote><p>“We have won it.”</p><footer><br>Ole <b>Lund</b>, master</footer></blockquote>",
        "<blockquote><p>We have won it.</p><p>— Ole Lund, master</p></blockquote>",
        "<blockquote>We have won it.<br>— Ole Lund, master</blockquote>",
        "<blockquote><p>We have won it.<br>— Ole Lund, master</p></blockquote>",
        "<blockquote><p>We have won it. — Ole Lund, master</p></blockquote>",
        "<blockquote><p>We have won it.</p></blockquote><p>— Ole Lund, master</p>",
    ],
)
def test_name_below_block_quote_is_its_signature(html: str) -> None:
    assert between(read_story(html)) == ["“We have won it.”", "— Ole Lund, master"]


@pytest.mark.parametrize(
    "html",
    [
        "<blockquote><p>“We have won it all.”</p><footer>— Ann Poe, owner of the ferry</footer></blockquote>",
        "<blockquote><p>We have won it all.</p><cite>Ann Poe, owner of the ferry</cite></blockquote>",
        "<figure><blockquote><p>We have won it all.</p></blockquote><figcaption>Ann Poe</figcaption></figure>",
        "<blockquote><p>“We have won it all.</p><p>“They have won it not.”</p><cite>Ann Poe</cite></blockquote>",
        "<blockquote><p>We have won it all.</p><p>They have won it not.</p><footer>Ann Poe</footer></blockquote>",
        "<blockquote><p>“We have won it all.”</p><p><b>“They have not.”</b></p><footer>Ann Poe</footer></blockquote>",
        "<blockquote><p><i>“We have won it all.”</i></p><p>“No <b>more</b>.”</p><cite>Ann Poe</cite></blockquote>",
        "<blockquote><p>We have won it all.</p><footer>Ann Poe in <cite>The Ostrand Post</cite></footer></blockquote>",
        "<blockquote><p>We have won it all.</p><footer>Dr. Ann Poe, Ph.D., head of the lab</footer></blockquote>",
        "<blockquote><p>We have won it all.</p><footer>Ann Poe of the Harbour Trust</footer></blockquote>",
        "<blockquote><p>“We have won it all.”</p><footer><p>Ann Poe</p><p>Owner</p></footer></blockquote>",
        "<p><q>We have won it all,</q> said Ann Poe, who owns the ferry.</p>",
        "<p>Ann Poe, who owns the ferry, said: <q>We have won it all.</q></p>",
    ],
)
def test_quotation_element_names_its_speaker(html: str) -> None:
    script = attribute(write_script(read_story(html)))
    speakers = {script.names[one.speaker] for one in script.segments if "have won it" in one.text}
    assert speakers == {"Ann Poe"}


@pytest.mark.parametrize(
    ("html", "texts"),
    [
        ("<blockquote><p>In <cite>Hamlet</cite>, the prince dies.</p></blockquote>", ["In Hamlet, the prince dies."]),
        ("<blockquote><p>The sea gives and takes.</p></blockquote>", ["The sea gives and takes."]),
        ("<blockquote><p>The sea gives.<br>— and takes.</p></blockquote>", ["The sea gives.", "— and takes."]),
        ("<blockquote><p>The sea gives — And takes.</p></blockquote>", ["The sea gives — And takes."]),
        ("<p>The sea gives.</p><p>— Ole Lund, master</p>", ["The sea gives.", "— Ole Lund, master"]),
        ('<blockquote><p>"We won," she said.</p><footer>Ann Poe</footer></blockquote>',
         ['"We won," she said.', "— Ann Poe"]),
        ("<figure><img src=x><blockquote><p>“We won it.”</p></blockquote><figcaption>Ole Lund.</figcaption></figure>",
         ["“We won it.”"]),
        ("<blockquote><p>“We won it.”</p><p>The crew wrote it.</p></blockquote>",
         ["“We won it.”", "The crew wrote it."]),
        ("<blockquote><p>“We won it.”<br>as they say in town</p></blockquote>",
         ["“We won it.” as they say in town"]),
        ("<blockquote><p>The Act.</p><p>Water Board, Lund</p></blockquote>", ["The Act.", "Water Board, Lund"]),
        ("<blockquote class=twitter-tweet><p>Stay away.</p>— Ole Lund</blockquote>", ["Stay away.", "— Ole Lund"]),
    ],
)  # fmt: skip
def test_block_quote_without_name_stays_as_it_is(html: str, texts: list[str]) -> None:
    assert between(read_story(html)) == texts


@pytest.mark.parametrize(
    "html",
    [
        "<blockquote><p>We have never seen waves like these</p><cite>Ole Lund</cite></blockquote>",
        "<aside><blockquote>We have never seen waves like these<br><cite>Ole Lund</cite></blockquote></aside>",
        "<aside class=pull-quote><p>“We have never seen waves like these”</p><cite>Ole Lund</cite></aside>",
        "<figure class=wp-block-pullquote><blockquote><p>We have never seen</p><cite>Ole Lund</cite></blockquote>"
        "</figure>",
        "<div class=pullquote><p>We have never seen waves like these</p><cite>Ole Lund</cite></div>",
        "<figure><blockquote><p>“We have never seen waves like these”</p></blockquote>"
        "<figcaption>Ole Lund</figcaption></figure>",
    ],
)
def test_name_below_repeated_pull_quote_goes_with_it(html: str) -> None:
    article = read_story(html)
    assert between(article) == []
    assert skipped(article)["— Ole Lund"] == "says once more what the story says"


@pytest.mark.parametrize(
    ("html", "texts"),
    [
        ("<table><tr><td><p>The <i>master</i> wept.</p><p>He left.</p></td></tr></table>",
         ["The master wept.", "He left."]),
        ("<table role=presentation><tr><td><img src=x></td><td>He left.</td></tr></table>", ["He left."]),
        ("<table><tr><td>“We have won it,” said Ole Lund.</td></tr></table>", ["“We have won it,” said Ole Lund."]),
        ("<table><tr><td><table><tr><td>The master left the quay.</td></tr></table></td></tr></table>",
         ["The master left the quay."]),
        ("<table><tr><th>For</th><th>Against</th></tr><tr><td><p>It was not safe for the boats and crews.</p></td>"
         "<td><p>The fish market needs the quay every day.</p></td></tr></table>",
         ["It was not safe for the boats and crews.", "The fish market needs the quay every day."]),
        ("<table><tr><td><p>It was shut.</p><table><tr><td>Ida</td><td>4</td></tr><tr><td>Eva</td><td>5</td></tr>"
         "</table><p>It was late.</p></td></tr></table>", ["It was shut.", "It was late."]),
        ("<table><tr><td>Q: Why did it close?</td></tr><tr><td>A: It was not safe for boats.</td></tr></table>",
         ["Q: Why did it close?", "A: It was not safe for boats."]),
    ],
)  # fmt: skip
def test_table_that_holds_paragraphs_is_read(html: str, texts: list[str]) -> None:
    assert between(read_story(html)) == texts


@pytest.mark.parametrize(
    ("html", "rows"),
    [
        ("<table><tr><th>Boat</th><th>Crew</th></tr><tr><td><p>Ida</p></td><td><p>4</p></td></tr></table>",
         ["Boat | Crew", "Ida | 4"]),
        ("<table><tr><td>Ida</td><td>4</td></tr><tr><td>Eva</td><td>5</td></tr></table>", ["Ida | 4", "Eva | 5"]),
        ("<table><tr><td>1</td><td>Kyle Busch</td><td>5040</td></tr></table>", ["1 | Kyle Busch | 5040"]),
        ("<table><caption>Crews.</caption><tr><td>Ida</td><td>4</td></tr><tr><td>Eva</td><td>5</td></tr></table>",
         ["Crews.", "Ida | 4", "Eva | 5"]),
        ("<table><tr><td>Ida</td><td>4</td></tr><tr><td>Eva</td><td>5</td></tr>"
         "<tr><td colspan=2>The crews are those of Monday.</td></tr></table>",
         ["Ida | 4", "Eva | 5", "The crews are those of Monday."]),
        ("<table><tr><th>Day</th><th>What</th></tr><tr><td>Monday</td><td>The quay was shut.</td></tr></table>",
         ["Day | What", "Monday | The quay was shut."]),
    ],
)  # fmt: skip
def test_table_of_figures_is_listed_and_not_read(html: str, rows: list[str]) -> None:
    article = read_story(html)
    assert between(article) == []
    assert [one.text for one in article.skipped if one.reason == "a table"] == rows


STANDFIRST = "The town has a week to find two million crowns for its old and much loved harbour."


@pytest.mark.parametrize(
    ("above", "below"),
    [
        ("<article><header><h1>Harbour closes after storm</h1><p>{}</p></header>", "</article>"),
        ("<article><header><h1>Harbour closes after storm</h1><h2>{}</h2></header>", "</article>"),
        (
            "<article><header><h1>Harbour closes after storm</h1><div class=dek>{}</div></header><div>",
            "</div></article>",
        ),
        ("<main><header><h1>Harbour closes after storm</h1><p>{}</p></header><article>", "</article></main>"),
        ("<header><h1>Harbour closes after storm</h1><p>{}</p></header><div class=content>", "</div>"),
        ("<div><div><h1>Harbour closes after storm</h1><h3>{}</h3></div><div class=c>", "</div></div>"),
        ("<main><h1>Harbour closes after storm</h1><article>", "</article><p>{}</p></main>"),
        ("<article><h1>Harbour closes after storm</h1>", "<aside><p>{}</p></aside></article>"),
        ("<article><h1>Harbour closes after storm</h1>", "<details><summary>More</summary>{}</details></article>"),
        ("<article><h1>Harbour closes after storm</h1>", "<footer><p>{}</p></footer></article>"),
        ("<article><h1>Harbour closes after storm</h1><figure><p>{}</p></figure>", "</article>"),
        ("<article><h1>Harbour closes after storm</h1><hgroup><p>{}</p></hgroup>", "</article>"),
    ],
)
def test_text_around_story_is_read_or_listed(above: str, below: str) -> None:
    body = "".join(f"<p>{text}</p>" for text in PROSE)
    html = f"<!doctype html><html lang=en><head>{HEAD}</head><body>{above}{body}{below}</body></html>"
    article = read_bytes(html.replace("{}", STANDFIRST).encode(), name="a.html")
    assert [text for text in spoken(article) if text in PROSE] == PROSE
    texts = [*spoken(article), *(one.text for one in article.skipped)]
    assert sum(STANDFIRST in text for text in texts) == 1


@pytest.mark.parametrize(
    "furniture",
    [
        "<header><nav><a href='/'>Home</a></nav><p>The Ostrand Post, since 1903, daily.</p></header>",
        "<footer><p>All of it belongs to the Ostrand Post and its writers.</p></footer>",
        "<nav><ul><li><a href='/'>Front page of the Ostrand Post</a></li></ul></nav>",
    ],
)
def test_text_outside_article_is_not_read(furniture: str) -> None:
    body = "".join(f"<p>{text}</p>" for text in PROSE)
    article = f"<article><h1>Harbour closes after storm</h1>{body}</article>"
    html = f"<!doctype html><html lang=en><head>{HEAD}</head><body>{furniture}{article}{furniture}</body></html>"
    assert spoken(read_bytes(html.encode(), name="a.html")) == PROSE


def test_standfirst_is_restored_by_keep() -> None:
    body = "".join(f"<p>{text}</p>" for text in PROSE)
    header = f"<header><h1>Harbour closes after storm</h1><p>{STANDFIRST}</p></header>"
    html = f"<!doctype html><html lang=en><head>{HEAD}</head><body><main>{header}<div>{body}</div></main></body></html>"
    assert skipped(read_bytes(html.encode(), name="a.html"))[STANDFIRST] == "the standfirst"
    assert spoken(read_bytes(html.encode(), name="a.html", keep=["standfirst"])) == [STANDFIRST, *PROSE]


@pytest.mark.parametrize("wrapped", ["<div><p>{}</p></div>", "<div><div><p>{}</p></div></div>", "<div>{}</div>"])
def test_short_sentence_in_its_own_wrapper_is_read(wrapped: str) -> None:
    texts = [*PROSE[:2], "Fish is <a href='/fish'><em>dear</em></a>.", *PROSE[2:]]
    article = read_bytes(page("".join(map(wrapped.format, texts))), name="a.html")
    assert spoken(article) == [*PROSE[:2], "Fish is dear.", *PROSE[2:]]


@pytest.mark.parametrize("character", ["&#1;", "&#11;", "&#xFFFE;", "\x0b", "\ufffe"])
def test_character_that_is_not_xml_is_a_blank(character: str) -> None:
    html = f"<p>The {character}board of <q>{character}town</q> 3<sup>1{character}</sup>/<sub>2</sub>{character}met.</p>"
    assert between(read_story(html)) == ["The board of “town” 3½ met."]
