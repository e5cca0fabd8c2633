"""Word documents: read as a reader sees them with all tracked changes accepted; the rest is listed."""

from __future__ import annotations

import io
import time
import zipfile

import pytest
from helpers.measuring import allowed, unmeasured
from helpers.pages import PROSE, skipped, spoken
from helpers.word import deleted, document, inserted, paragraph, run

from narrate.errors import SourceError
from narrate.readers import read_bytes, skip_reasons
from narrate.types import Article

WITHDRAWN, HIDDEN, NOTE = skip_reasons.WITHDRAWN, skip_reasons.HIDDEN, skip_reasons.NOTE
TITLE = paragraph("Council votes on ferry", style="Titel")
LEAD = "The council met on Monday to talk about the ferry and its price."
REFERENCE = '<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:footnoteReference w:id="2"/></w:r>'
FIELD = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'.format
BOX = "<w:txbxContent>{}</w:txbxContent>".format


def read(*blocks: str, **options: object) -> Article:
    return read_bytes(document(TITLE, LEAD, *blocks, **options), name="story.docx")  # type: ignore[arg-type]


def after_lead(article: Article) -> list[str]:
    """Return what is read after the first paragraph."""
    assert (article.title, spoken(article)[0]) == ("Council votes on ferry", LEAD)
    return spoken(article)[1:]


@pytest.mark.parametrize(
    ("content", "line", "withdrawn"),
    [
        (["She was ", inserted("not "), "present."], "She was not present.", []),
        (["She was", inserted(" not"), " present."], "She was not present.", []),
        (
            ["Driver ", deleted("Tom Wexler"), inserted("Karl Brandt"), " left."],
            "Driver Karl Brandt left.",
            ["Tom Wexler"],
        ),
        (["It ", deleted("never "), "opened."], "It opened.", ["never"]),
        (["It ", deleted("a"), deleted("b"), " opened."], "It opened.", ["ab"]),
        (
            [inserted("In June, ", "moveTo"), "it opened", deleted(" in June", "moveFrom"), "."],
            "In June, it opened.",
            ["in June"],
        ),
        (["It ", f'<w:ins w:id="1">{deleted("maybe ")}</w:ins>', "opened."], "It opened.", ["maybe"]),
        (["It ", run("not ", "<w:strike/>"), "opened."], "It opened.", ["not"]),
        (["It ", run("not ", "<w:dstrike/>"), "opened."], "It opened.", ["not"]),
        (["It ", run("not ", '<w:rStyle w:val="Cut"/>'), "opened."], "It opened.", ["not"]),
        (["It ", f'<w:del w:id="1">{run("not ")}</w:del>', "opened."], "It opened.", ["not"]),
        # guards
        (["It ", run("not ", '<w:strike w:val="0"/>'), "opened."], "It not opened.", []),
        (["It ", run("not ", '<w:rStyle w:val="Cut"/><w:strike w:val="false"/>'), "opened."], "It not opened.", []),
        (["It ", run("not ", "<w:b/><w:u/>"), "opened."], "It not opened.", []),
        (
            ["It ", run("not ", "<w:b/><w:rPrChange><w:rPr><w:strike/></w:rPr></w:rPrChange>"), "opened."],
            "It not opened.",
            [],
        ),
        (["He was ", inserted("found "), inserted("not "), inserted("guilty"), "."], "He was found not guilty.", []),
        (["A ", run("per", "<w:i/>"), "son fell."], "A person fell.", []),
        (["It opened.", '<w:bookmarkStart w:id="1" w:name="x"/><w:bookmarkEnd w:id="1"/>'], "It opened.", []),
    ],
)
def test_tracked_and_struck_text(content: list[str], line: str, withdrawn: list[str]) -> None:
    article = read(paragraph(*content))
    assert after_lead(article) == [line]
    assert [one.text for one in article.skipped] == withdrawn
    assert all(one.reason == WITHDRAWN for one in article.skipped)


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (["Tom ", deleted("Wexler"), ", the driver, left."], "Tom, the driver, left."),
        (["It was ", deleted("never "), deleted("ever"), "."], "It was."),
        (["It is ", deleted("a "), " big ship."], "It is big ship."),
        (["He said “", deleted("No "), "yes”."], "He said “yes”."),
        (["One", deleted(" two "), "three."], "One three."),
    ],
)
def test_blanks_around_deleted_text_are_those_that_remain(content: list[str], line: str) -> None:
    assert after_lead(read(paragraph(*content))) == [line]


RAISED, LOWERED = '<w:vertAlign w:val="superscript"/>', '<w:vertAlign w:val="subscript"/>'


@pytest.mark.parametrize(
    ("content", "line", "notes"),
    [
        (["Some 4,500", run("3", RAISED), " people came."], "Some 4,500 people came.", ["3"]),
        (["The mayor", run("2", RAISED), " said so."], "The mayor said so.", ["2"]),
        (["It is over.", run("12", '<w:rStyle w:val="Hoch"/>')], "It is over.", ["12"]),
        (["It is over", run("*", RAISED), "."], "It is over.", ["*"]),
        (["It is over.", run("4", '<w:position w:val="8"/>')], "It is over.", ["4"]),
        (["It is over.", run("[5]", RAISED)], "It is over.", ["[5]"]),
        # guards
        (["On 10 m", run("2", RAISED), " of land."], "On 10 m² of land.", []),
        (["Some 10", run("6", RAISED), " cells."], "Some 10⁶ cells.", []),
        (["On May 21", run("st", RAISED), " it rained."], "On May 21st it rained.", []),
        (["Much CO", run("2", LOWERED), " fell."], "Much CO2 fell.", []),
        (["On 10 km", run("2", '<w:position w:val="8"/>'), "."], "On 10 km².", []),
        (
            [
                "So ",
                f"<m:oMath>{run('x')}<m:sSup><m:e>{run('y')}</m:e><m:sup>{run('3')}</m:sup></m:sSup></m:oMath>",
                ".",
            ],
            "So xy³.",
            [],
        ),
        (["It ", run("rose", '<w:vertAlign w:val="baseline"/>'), " to 12."], "It rose to 12.", []),
        (["It ", run("12", '<w:position w:val="-6"/>'), " fell."], "It 12 fell.", []),
    ],
)
def test_raised_text_is_a_note_or_is_read(content: list[str], line: str, notes: list[str]) -> None:
    article = read(paragraph(*content))
    assert after_lead(article) == [line]
    assert [one.text for one in article.skipped if one.reason == NOTE] == notes


def test_deleted_paragraph_and_row_are_withdrawn() -> None:
    row = "<w:tr>{}<w:tc><w:p>{}</w:p></w:tc><w:tc><w:p>{}</w:p></w:tc></w:tr>".format
    table = row("", run("Boat"), run("Crew")) + row("<w:trPr><w:del w:id='1'/></w:trPr>", run("Ada"), run("4"))
    gone = paragraph(deleted("He fled."), properties="<w:rPr><w:del w:id='1'/></w:rPr>")
    article = read(paragraph("One.", style="Alt"), gone, f"<w:tbl>{table}</w:tbl>", "The end is near.")
    assert after_lead(article) == ["The end is near."]
    assert skipped(article) == {
        "One.": WITHDRAWN, "He fled.": WITHDRAWN, "Ada": WITHDRAWN, "4": WITHDRAWN, "Boat | Crew": skip_reasons.TABLE,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("mark", "lines"),
    [
        ("<w:rPr><w:del w:id='1'/></w:rPr>", ["It opened in June."]),
        ("<w:rPr><w:moveFrom w:id='1'/></w:rPr>", ["It opened in June."]),
        ("<w:rPr><w:vanish/><w:specVanish/></w:rPr>", ["It opened in June."]),
        ("<w:rPr><w:ins w:id='1'/></w:rPr>", ["It opened", "in June."]),
        ("<w:rPr><w:b/></w:rPr>", ["It opened", "in June."]),
        ("<w:rPr><w:vanish w:val='0'/></w:rPr>", ["It opened", "in June."]),
    ],
)
def test_deleted_or_hidden_paragraph_mark_joins_paragraphs(mark: str, lines: list[str]) -> None:
    assert after_lead(read(paragraph("It opened", properties=mark), paragraph(" in June."))) == lines
    assert after_lead(read(paragraph("It opened", properties=mark)))[0] == "It opened"


def test_drop_cap_belongs_to_the_next_paragraph() -> None:
    cap = paragraph("T", properties='<w:framePr w:dropCap="drop" w:lines="3"/>')
    assert after_lead(read(cap, "he ferry will sail.")) == ["The ferry will sail."]
    assert after_lead(read(paragraph("A note.", properties='<w:framePr w:w="3"/>'), "Then.")) == ["A note.", "Then."]


@pytest.mark.parametrize(
    ("content", "lines", "hidden"),
    [
        ([paragraph("Fares rise.", run(" CHECK.", "<w:vanish/>"), " Fine.")], ["Fares rise. Fine."], ["CHECK."]),
        ([paragraph(run("Hold until noon.", "<w:vanish/>")), "Fine."], ["Fine."], ["Hold until noon."]),
        ([paragraph("Hold until noon.", style="Desk"), "Fine."], ["Fine."], ["Hold until noon."]),
        ([paragraph("Hold until noon.", style="DeskChild"), "Fine."], ["Fine."], ["Hold until noon."]),
        (
            [paragraph(run("Hold it.", "<w:vanish/>"), properties="<w:rPr><w:vanish/></w:rPr>"), "Fine."],
            ["Fine."],
            ["Hold it."],
        ),
        (
            [
                "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent><w:p><w:r><w:t>Enter text.</w:t></w:r></w:p>"
                "</w:sdtContent></w:sdt>",
                "Fine.",
            ],
            ["Fine."],
            ["Enter text."],
        ),
        # guards
        ([paragraph(run("Fine.", '<w:vanish w:val="false"/>'))], ["Fine."], []),
        ([paragraph(run("Fine.", '<w:vanish w:val="0"/>'), style="Desk")], ["Fine."], []),
        ([paragraph(run("Fine.", "<w:webHidden/>"))], ["Fine."], []),
        ([paragraph(run("Fine.", '<w:color w:val="FFFFFF"/><w:caps/>'))], ["Fine."], []),
        ([paragraph("Fine.", style="Kreis")], ["Fine."], []),
        ([paragraph("Fine.", style="Unknown")], ["Fine."], []),
    ],
)
def test_hidden_text_is_skipped_and_listed(content: list[str], lines: list[str], hidden: list[str]) -> None:
    article = read(*content)
    assert after_lead(article) == lines
    assert skipped(article) == dict.fromkeys(hidden, HIDDEN)


def test_marks_of_notes_are_silent_and_notes_are_listed() -> None:
    parts = {
        "footnotes": '<w:footnote w:type="separator" w:id="0"><w:p><w:r><w:t>---</w:t></w:r></w:p></w:footnote>'
        f'<w:footnote w:id="2">{paragraph("<w:r><w:footnoteRef/></w:r>", " By its own count.")}</w:footnote>',
        "endnotes": f'<w:endnote w:id="1">{paragraph("Two lines,")}{paragraph("one note.")}</w:endnote>',
        "comments": f'<w:comment w:id="0">{paragraph("Check her name.")}</w:comment>',
    }
    content = (
        "The vote was lost by 12", REFERENCE, " votes", '<w:r><w:endnoteReference w:id="1"/></w:r>', ", ",
        '<w:commentRangeStart w:id="0"/>', "Petra Lindqvist", '<w:commentRangeEnd w:id="0"/>',
        '<w:r><w:annotationRef/><w:commentReference w:id="0"/></w:r>', " said.",
        '<w:r><w:footnoteReference w:customMarkFollows="1" w:id="2"/><w:t>*</w:t></w:r>',
    )  # fmt: skip
    article = read(paragraph(*content), "The end is near.", parts=parts)
    assert after_lead(article) == ["The vote was lost by 12 votes, Petra Lindqvist said.", "The end is near."]
    assert skipped(article) == dict.fromkeys(["By its own count.", "Two lines, one note.", "Check her name."], NOTE)
    kept = read_bytes(document(TITLE, LEAD, parts=parts), name="a.docx", keep=["note"])
    assert spoken(kept) == [LEAD, "By its own count.", "Two lines, one note.", "Check her name."]


def test_text_in_the_run_of_a_note_mark_is_read() -> None:
    article = read(paragraph('<w:r><w:t>It was lost</w:t><w:footnoteReference w:id="2"/><w:t>, again.</w:t></w:r>'))
    assert after_lead(article) == ["It was lost, again."]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (
            ["Mayor ", f'<w:smartTag w:element="PersonName">{run("Petra Lind")}</w:smartTag>', " spoke."],
            "Mayor Petra Lind spoke.",
        ),
        (["In ", f"<w:smartTag><w:smartTagPr/><w:smartTag>{run('Malmo')}</w:smartTag></w:smartTag>", "."], "In Malmo."),
        (
            ["It is ", f"<w:sdt><w:sdtPr/><w:sdtContent>{run('12')}</w:sdtContent></w:sdt>", " euros."],
            "It is 12 euros.",
        ),
        (
            ["It is ", f'<w:customXml w:element="x"><w:customXmlPr/>{run("12")}</w:customXml>', " euros."],
            "It is 12 euros.",
        ),
        ([f'<w:fldSimple w:instr=" AUTHOR ">{run("Jane Doe")}</w:fldSimple>', " wrote."], "Jane Doe wrote."),
        ([f'<w:hyperlink r:id="x">{run("Jane")}</w:hyperlink>', " wrote."], "Jane wrote."),
        ([f'<w:bdo w:val="ltr">{run("Jane")}</w:bdo><w:dir>{run(" Doe")}</w:dir>', " wrote."], "Jane Doe wrote."),
        (
            [
                "It is ",
                FIELD("begin"),
                "<w:r><w:instrText> DATE </w:instrText></w:r>",
                FIELD("separate"),
                "May 12",
                FIELD("end"),
                ".",
            ],
            "It is May 12.",
        ),
        (["It is ", FIELD("begin"), "<w:r><w:instrText>XE x</w:instrText></w:r>", FIELD("end"), "May."], "It is May."),
        (
            [
                "It is ",
                FIELD("begin"),
                FIELD("begin"),
                FIELD("separate"),
                "7",
                FIELD("end"),
                FIELD("separate"),
                "May",
                FIELD("end"),
                ".",
            ],
            "It is May.",
        ),
        (
            ["A", "<w:r><w:noBreakHyphen/></w:r>", "b", "<w:r><w:tab/></w:r>", "c", "<w:r><w:softHyphen/></w:r>", "d."],
            "A-b cd.",
        ),
        (["21 ", '<w:r><w:sym w:font="Symbol" w:char="F0B0"/></w:r>', "C"], "21 °C"),
        (
            [f"<w:r><w:ruby><w:rt>{run('kan')}</w:rt><w:rubyBase>{run('Kan')}</w:rubyBase></w:ruby></w:r>", " said."],
            "Kan said.",
        ),
        (
            ["So ", f"<m:oMath><m:f><m:num>{run('3')}</m:num><m:den>{run('4')}</m:den></m:f></m:oMath>", " of it."],
            "So 3/4 of it.",
        ),
        (["So ", "<m:oMath><m:d><m:e><m:r><m:t>a+b</m:t></m:r></m:e></m:d></m:oMath>", "."], "So (a+b)."),
    ],
)
def test_wrapped_text_is_read_in_its_place(content: list[str], line: str) -> None:
    article = read(paragraph(*content))
    assert after_lead(article) == [line]
    assert [one for one in article.skipped if one.reason != HIDDEN] == []


def test_field_that_is_never_closed_hides_nothing_else() -> None:
    article = read(paragraph("It is ", FIELD("begin"), "lost"), "Then it was found.", paragraph(FIELD("end"), "Good."))
    assert after_lead(article) == ["It is", "Then it was found.", "Good."]
    assert skipped(article) == {"lost": HIDDEN}


def test_blocks_in_controls_and_custom_xml_are_read_in_order() -> None:
    control = f"<w:sdt><w:sdtPr/><w:sdtContent>{paragraph('One.')}{paragraph('Two.')}</w:sdtContent></w:sdt>"
    custom = f'<w:customXml w:element="x">{paragraph("Three.")}</w:customXml>'
    cells = f"<w:tc>{paragraph('Boat')}</w:tc><w:tc>{paragraph('Crew')}</w:tc>"
    row = f"<w:sdt><w:sdtContent><w:tr>{cells}</w:tr></w:sdtContent></w:sdt>"
    article = read(control, custom, f"<w:tbl>{row * 3}</w:tbl>", "Four.")
    assert after_lead(article) == ["One.", "Two.", "Three.", "Four."]
    assert skipped(article) == {"Boat | Crew": skip_reasons.TABLE}


def test_table_of_contents_is_skipped() -> None:
    gallery = '<w:sdtPr><w:docPartObj><w:docPartGallery w:val="{}"/></w:docPartObj></w:sdtPr>'
    control = f"<w:sdt>{gallery}<w:sdtContent>{paragraph('What next')}</w:sdtContent></w:sdt>"
    article = read(control.format("Table of Contents"), control.format("Cover Pages"))
    assert (after_lead(article), skipped(article)) == (["What next"], {"What next": skip_reasons.REPEATED})


@pytest.mark.parametrize(
    "box",
    [
        "<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:txbx>{}</wps:txbx></w:drawing></mc:Choice>"
        "<mc:Fallback><w:pict><v:textbox>{}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>",
        "<w:r><w:pict><v:shape><v:textbox>{}</v:textbox></v:shape></w:pict></w:r>",
        "<w:r><mc:AlternateContent><mc:Choice Requires='x'/><mc:Fallback><w:pict>{}</w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r>",
    ],
)
def test_text_box_is_read_once_after_its_paragraph(box: str) -> None:
    content = BOX(paragraph("Timetable changes take effect on Sunday.") + paragraph("Fares follow in May."))
    article = read(paragraph("The ferry ", box.replace("{}", content), "waits."), "The end is near.")
    lines = ["Timetable changes take effect on Sunday.", "Fares follow in May."]
    assert after_lead(article) == ["The ferry waits.", *lines, "The end is near."]


def test_text_box_that_repeats_the_story_is_skipped_and_deleted_one_withdrawn() -> None:
    pull = f"<w:r><w:pict>{BOX(paragraph('The council met on Monday to talk'))}</w:pict></w:r>"
    gone = f'<w:del w:id="1"><w:r><w:pict>{BOX(paragraph("An old box."))}</w:pict></w:r></w:del>'
    article = read(paragraph("The ferry waits.", pull, gone))
    assert after_lead(article) == ["The ferry waits."]
    assert skipped(article) == {"The council met on Monday to talk": skip_reasons.REPEATED, "An old box.": WITHDRAWN}


def test_page_headers_and_footers_are_listed() -> None:
    parts = {"header": paragraph("The Gazette, draft 2"), "footer": paragraph("3")}
    assert skipped(read("Fine.", parts=parts)) == {"The Gazette, draft 2": skip_reasons.OUTSIDE_STORY}


def test_styles_decide_headline_heading_caption_and_quote() -> None:
    blocks = [
        paragraph("A head by the house", style="Kopf"), PROSE[0], paragraph("What next", style="berschrift2"), PROSE[1],
        paragraph("Waves.", style="Bildtext"), paragraph("We have never seen waves like these", style="Zitat"),
    ]  # fmt: skip
    article = read_bytes(document(*blocks), name="a.docx")
    assert (article.title, spoken(article)) == ("A head by the house", [PROSE[0], "What next", PROSE[1]])
    assert skipped(article) == {
        "Waves.": skip_reasons.CAPTION, "We have never seen waves like these": skip_reasons.REPEATED,
    }  # fmt: skip


def test_line_break_separates_and_headline_stays_one() -> None:
    article = read_bytes(
        document(paragraph("Council votes", "<w:r><w:br/></w:r>", "on ferry", style="Titel"), LEAD,
                 paragraph("Jane Doe,", "<w:r><w:br/></w:r>", "editor")), name="a.docx")  # fmt: skip
    assert (article.title, spoken(article)) == ("Council votes on ferry", [LEAD, "Jane Doe, editor"])


def test_headline_follows_the_rules_of_the_text() -> None:
    content = ["Tom ", deleted("Wexler"), ", the driver", run("2", RAISED), " of 10 m", run("2", RAISED)]
    title = paragraph(*content, run(" HOLD", "<w:vanish/>"), style="Titel")
    article = read_bytes(document(title, LEAD), name="a.docx")
    assert (article.title, spoken(article)) == ("Tom, the driver of 10 m²", [LEAD])
    assert skipped(article) == {"Wexler": WITHDRAWN, "2": NOTE, "HOLD": HIDDEN}
    assert read_bytes(document(paragraph(run("*", RAISED), style="Titel"), LEAD), name="a.docx").title is None
    gone = paragraph(deleted("An old title"), style="Titel")
    article = read_bytes(document(gone, TITLE, LEAD), name="a.docx")
    assert (article.title, skipped(article)) == ("Council votes on ferry", {"An old title": WITHDRAWN})


@pytest.mark.parametrize(
    "relation",
    [
        '<Relationship Id="x" Type="http://x/image" Target="NULL"/>',
        '<Relationship Id="x" Type="http://x/image" Target="media/lost.png"/>',
        '<Relationship Id="x" Type="http://x/footnotes" Target="lost.xml"/>',
        '<Relationship Id="x" Type="http://x/header" Target="../../../../etc/passwd"/>',
        '<Relationship Id="x" Type="http://x/hyperlink" Target="http://[bad" TargetMode="External"/>',
        '<Relationship Id="x" Type="http://x/comments" Target="https://example.org" TargetMode="External"/>',
        '<Relationship Id="x"/>',
    ],
)
def test_dangling_relation_does_not_matter(relation: str) -> None:
    assert after_lead(read("Fine.", relations=relation)) == ["Fine."]


def test_main_part_may_have_another_name() -> None:
    assert after_lead(read("Fine.", main="word/document2.xml")) == ["Fine."]


def without(data: bytes, *names: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(target, "w") as copy:
        for name in archive.namelist():
            if name not in names:
                copy.writestr(name, archive.read(name))
    return target.getvalue()


def test_document_without_styles_relations_thumbnail_or_properties_is_read() -> None:
    whole = document(LEAD, "Fine.")
    for names in (
        ["word/styles.xml"],
        ["_rels/.rels"],
        ["word/_rels/document.xml.rels"],
        ["word/styles.xml", "_rels/.rels"],
    ):
        assert spoken(read_bytes(without(whole, *names), name="a.docx")) == [LEAD, "Fine."]
    with pytest.raises(SourceError, match="not a Word document"):
        read_bytes(without(whole, "word/document.xml"), name="a.docx", format="docx")


def test_ssml_in_word_is_followed() -> None:
    content = ["The ", run('<sub alias="World '), run('Bank">WB</sub>'), " met.", run(' <break time="1s"/>'), " So."]
    article = read(paragraph(*content), paragraph("Then <sub alias=“Bank”>B</sub> & 3 < 4 < 5."))
    assert after_lead(article) == ["The WB met.  So.", "Then B & 3 < 4 < 5."]
    assert [(one.how, one.value) for one in article.readings] == [
        ("sub", "World Bank"), ("break", "1000"), ("sub", "Bank"),
    ]  # fmt: skip
    assert [article.text[one.start : one.end] for one in article.readings] == ["WB", " ", "B"]


def test_markup_in_the_text_of_a_document_stays_text() -> None:
    lines = ["He typed <b>bold</b> & &amp; &lt;p&gt; there.", "A \ue000p\ue001 b."]
    assert after_lead(read(*(paragraph(run(line)) for line in lines))) == [lines[0], "A p b."]


def test_embedded_file_is_refused_with_advice() -> None:
    with pytest.raises(SourceError, match=r"embeds its text as another file\. Open it in Word and save it again\."):
        read('<w:altChunk r:id="x"/>')


@pytest.mark.slow
@pytest.mark.parametrize(
    "blocks",
    [
        ["<w:p>" * 300],
        ["<w:sdt><w:sdtContent>" * 120 + paragraph("x") + "</w:sdtContent></w:sdt>" * 120],
        [paragraph(*[run("x ", '<w:rStyle w:val="Cut"/>'), run("y ")] * 20_000)],
        ["<w:p/>" * 150_000],
        [paragraph("a") * 60_000],
        [f"<w:tbl>{'<w:tr><w:tc><w:p/></w:tc></w:tr>' * 20_000}</w:tbl>"],
        ["<w:tbl><w:tr><w:tc>" * 60 + paragraph("x") + "</w:tc></w:tr></w:tbl>" * 60],
        [paragraph(FIELD("begin") * 50_000)],
        [paragraph(f"<w:r><w:pict>{BOX(paragraph('b'))}</w:pict></w:r>" * 5000)],
        ["<mc:AlternateContent><mc:Choice>" * 100 + run("x" * 1_000_000) + "</mc:Choice></mc:AlternateContent>" * 100],
        ["<w:p " + " ".join(f"w:a{number}='1'" for number in range(100_000)) + "/>"],
        [f'<w:p><w:pPr><w:pStyle w:val="{"x" * 7_000_000}"/></w:pPr></w:p>'],
    ],
)
def test_hostile_document_is_read_or_refused_in_time(blocks: list[str]) -> None:
    data, began = document(LEAD, *blocks), time.process_time()
    try:
        with unmeasured():
            read_bytes(data, name="a.docx")
    except SourceError as error:
        assert "page" not in str(error) or "too large" in str(error)  # noqa: PT017
    assert time.process_time() - began < allowed(5)
