"""Mail, pages of a print, code and markup: what is around the text goes, what was written stays."""

import pytest

from tests.test_clean import MORE, PROSE, kept, page, removed
from topics.clean import clean, find_repeated
from topics.values import Document

NOTICE = {
    "en": "This e-mail is confidential and intended only for the recipient named above. If you are not that person, "
    "please delete it and tell the sender; any use of it is prohibited.",
    "sv": "Detta meddelande är konfidentiellt och avsett för mottagaren ovan. Om du inte är rätt person ber vi dig "
    "radera det och meddela avsändaren; all annan användning är förbjuden.",
    "de": "Diese Nachricht ist vertraulich und nur für den Empfänger bestimmt. Wenn Sie das nicht sind, löschen Sie "
    "sie bitte und sagen Sie es dem Absender; die Weitergabe ist untersagt.",
    "fr": "Ce message est confidentiel et réservé à son destinataire. Si vous l'avez reçu par erreur, merci de le "
    "supprimer et de prévenir l'expéditeur ; toute autre utilisation est interdite.",
    "es": "Este mensaje es confidencial y va dirigido a su destinatario. Si lo ha recibido por error, bórrelo y avise "
    "a quien lo envió; queda prohibido cualquier otro uso de su contenido.",
}


@pytest.mark.parametrize("language", NOTICE)
def test_a_legal_notice_under_a_mail_is_removed(language):
    assert removed(f"{PROSE}\n\n{MORE}\n\n{NOTICE[language]}") == [(NOTICE[language], "mail-disclaimer")]


def test_a_text_about_such_notices_stays():
    text = "The court held that a notice under a message which calls it confidential binds no recipient in such a case."
    assert removed(f"{PROSE}\n\n{text}\n\n{MORE}") == []


@pytest.mark.parametrize(
    "line",
    [
        "On Tue, 4 May 2021 at 10:15, Karin Holm <karin@example.com> wrote:",
        "Den 4 maj 2021 kl. 10:15 skrev Karin Holm:",
        "Am 04.05.2021 um 10:15 schrieb Karin Holm:",
        "Le mar. 4 mai 2021 à 10:15, Karin Holm <karin@example.com> a écrit :",
        "El 4 may 2021, a las 10:15, Karin Holm <karin@example.com> escribió:",
        "-----Original Message-----",
        "---------- Forwarded message ---------",
        "-----Ursprungligt meddelande-----",
        "-------- Weitergeleitete Nachricht --------",
    ],
)
def test_the_line_above_quoted_mail_is_removed_and_the_quoted_text_stays(line):
    text = f"{PROSE}\n\n{line}\n\n> {MORE}"
    assert removed(text) == [(line, "mail-header")]
    assert kept(text)[-1] == f"> {MORE}"


def test_the_header_of_a_forwarded_mail_is_removed():
    header = "From: Karin Holm <karin@example.com>\nSent: Tuesday, May 4, 2021 10:15\nTo: Per Ask\nSubject: The ferry"
    found = removed(f"{PROSE}\n\n{header}\n\n{MORE}")
    assert [reason for _, reason in found] == ["mail-header"] * 4
    assert "\n".join(line for line, _ in found) == header


@pytest.mark.parametrize(
    "text",
    [
        "In 2021 she wrote in the paper of the islands about what she had seen on the pier, and this is what it said:",
        "Anna: I came on Monday\nBen: I came on Tuesday\nAnna: and the ferry?\nBen: it was late",
        "From: the pier. To: the mainland.",
    ],
)
def test_what_only_looks_like_a_header_stays(text):
    assert removed(f"{PROSE}\n\n{text}\n\n{MORE}") == []


def test_a_signature_is_removed():
    signature = ["--", "Karin Holm", "Harbour office, pier 4", "+46 8 123 45 67"]
    found = removed("\n".join([PROSE, "", MORE, "", *signature]))
    assert "\n".join(text for text, _ in found) == "\n".join(signature)
    assert {reason for _, reason in found} == {"mail-signature"}


@pytest.mark.parametrize(
    "line",
    [
        "Sent from my iPhone",
        "Skickat från min iPhone",
        "Von meinem iPhone gesendet",
        "Envoyé de mon iPhone",
        "No virus found in this outgoing message. Checked by the virus scanner.",
    ],
)
def test_what_a_telephone_or_a_scanner_adds_is_removed(line):
    assert removed(f"{PROSE}\n\n{MORE}\n\n{line}") == [(line, "mail-signature")]


def test_two_dashes_before_a_long_text_are_no_signature():
    assert removed(f"{PROSE}\n\n--\n\n{MORE}\n\n{PROSE}") == [("--", "separator")]


def test_running_heads_and_page_numbers_are_removed():
    pages = [
        f"The Islands in Figures {n}\n\n{PROSE} It was day {n}.\n\n{MORE} So said {n}.\n\n{n + 6}\n"
        for n in range(1, 6)
    ]
    starts = tuple(sum(map(len, pages[:n])) for n in range(5))
    document = Document("d.pdf", "".join(pages), pages=starts)
    found = [(document.text[span.start : span.end], span.reason) for span in clean(document).removed]
    assert (
        found
        == [
            row
            for n in range(1, 6)
            for row in [(f"The Islands in Figures {n}", "running-head"), (str(n + 6), "page-number")]
        ][1:]
    )  # the first head may be the title
    assert clean(Document("d.txt", document.text)).removed == ()
    assert {span.reason for span in clean(document, keep=("running-head",)).removed} == {"page-number"}


def test_numbers_that_do_not_count_pages_stay():
    years = (1999, 1402, 1750, 2020)
    pages = [f"{PROSE} Day {n}.\n\n{year}\n" for n, year in enumerate(years)]
    starts = tuple(sum(map(len, pages[:n])) for n in range(4))
    assert clean(Document("d.pdf", "".join(pages), pages=starts)).removed == ()


def test_a_running_head_inside_a_paragraph_is_cut_out():
    head = "Island News yearbook"
    days = ("Monday", "Tuesday", "Friday", "Sunday")
    pages = [f"{head}\n{PROSE[:90]} until {day}\n\n{MORE} {day}\n\n{PROSE} {day}\n\n" for day in days]
    starts = tuple(sum(map(len, pages[:n])) for n in range(4))
    cleaned = clean(Document("d.pdf", "".join(pages), pages=starts))
    assert [span.reason for span in cleaned.removed] == ["running-head"] * 3


def test_fenced_code_is_removed_and_a_fenced_quotation_stays():
    code = "```python\nfor boat in boats:\n    boat.go()\n```"
    assert removed(page(code)) == [(code, "code")]
    assert removed(page(code), keep=("code",)) == []
    assert removed(page(f"```\n{PROSE}\n```")) == []
    assert kept(code) == [code]


def test_tags_around_a_paragraph_go_and_those_inside_stay():
    text = f"<td class='a'>{PROSE} See <b>here</b> for more.</td>"
    assert removed(page(text)) == [("<td class='a'>", "markup"), ("</td>", "markup")]
    assert removed(page("Two is <3 and that is fine, said she.")) == []


def test_a_command_over_several_lines_is_removed():
    command = '{% include "figure.html",\n     image: "/pier.png",\n     alt: "The pier in the evening"\n%}'
    assert "".join(text for text, _ in removed(page(command))).split() == command.split()


@pytest.mark.parametrize(
    "line",
    ["Monday, May 3, 2021", "3 maj 2021", "3. Mai 2021", "le 3 mai 2021", "2021-05-03", "03/05/2021", "2021年5月3日"],
)
def test_a_dateline_under_the_title_is_removed(line):
    assert removed(f"The ferry will run\n\n{line}\n\n{PROSE}\n\n{MORE}") == [(line, "dateline")]
    assert removed(f"{PROSE}\n\n{line}\n\n{MORE}") == []


def test_a_caption_with_its_credit_is_removed():
    caption = "The pier in the evening. Photo: Karin Holm."
    assert removed(page(caption)) == [(caption, "caption")]


@pytest.mark.parametrize("rows", [["Pier | Boats", "North | 12"], ["Home | News | Sport", "One | Two | Three"]])
def test_a_table_is_no_menu(rows):
    assert removed(f"{PROSE}\n\n{MORE}\n\n" + "\n".join(rows)) == []


def test_a_link_within_a_sentence_stays():
    text = "We asked the office that keeps\n[the plan of the pier](https://example.com/plan)\nand got no answer."
    assert removed(page(text)) == []


def test_a_cookie_notice_is_told_in_a_language_without_phrases():
    notice = "Tento web používá cookies. Více o tom, jak cookies používáme, najdete zde."
    filler = [f"{PROSE} Day {n}." for n in range(9)]
    assert removed("\n\n".join([*filler, notice])) == [(notice, "cookie-notice")]
    about = [f"{PROSE} Day {n}, with cookies." for n in range(9)]
    assert removed("\n\n".join([*about, notice])) == []


def test_the_subject_of_a_thread_stays_in_each_mail():
    subject = "Re: Plans for the new school roof"
    texts = [f"{subject}\n\n{PROSE} It was day {n}.\n\n{MORE} So said {n}." for n in range(5)]
    plain = [Document(str(n), text) for n, text in enumerate(texts)]
    repeated = find_repeated(plain)
    assert all(clean(page, repeated=repeated).removed for page in plain)
    mails = [Document(page.id, page.text, {"title": subject, "message-id": f"<{page.id}@x>"}) for page in plain]
    assert not any(clean(mail, repeated=repeated).removed for mail in mails)
