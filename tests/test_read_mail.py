"""Mail: one message or many, with what was not read named."""

import pytest

from tests.office import MAIL
from topics.errors import ReadError
from topics.read.mail import read_eml, read_mbox
from topics.read.parsed import Columns

HEAD = b"From: a@example.org\nSubject: S\n"


def read(data):
    parsed = read_eml(data, "a.eml", Columns())
    (document,) = parsed.documents
    return document, parsed.problem


def body_of(rest):
    return read(HEAD + rest)[0].text.removeprefix("S\n\n")


def test_subject_text_and_metadata_and_attachments_named():
    document, problem = read(MAIL)
    assert document.text == (
        "Färjan från Åland\n\nThe ferry leaves at noon, and we äta lunch on board.\n\n> Will you come?\n-- \nKarin"
    )
    assert problem == "1 attachment was not read: tickets.pdf"
    assert dict(document.meta) == {
        "title": "Färjan från Åland", "author": "Karin Ås", "date": "2025-03-04T10:15:00+01:00",
        "source": "example.org", "from": "Karin Ås <karin@example.org>", "to": "Per <per@example.org>",
        "message-id": "<1@example.org>",
    }  # fmt: skip


def test_the_plain_part_is_preferred_and_else_html_is_read():
    html = b'Content-Type: text/html\n\n<p>From <b>HTML</b></p><blockquote class="gmail_quote">old</blockquote>\n'
    both = b"Content-Type: multipart/alternative; boundary=x\n\n--x\n%b--x\n%b--x--\n"
    plain = b"Content-Type: text/plain\n\nFrom plain\n"
    assert body_of(both % (html, plain)) == "From plain"
    assert body_of(both % (html, b"Content-Type: text/plain\n\n \n")) == "From HTML\n\n> old"
    assert body_of(html) == "From HTML\n\n> old"


@pytest.mark.parametrize(
    ("rest", "text"),
    [
        (b"Content-Type: text/plain; charset=iso-8859-1\n\n\xe5\xe4\xf6", "åäö"),
        (
            b"Content-Type: text/plain; charset=no-such\n\nR\xc3\xa4ksm\xc3\xb6rg\xc3\xa5s p\xc3\xa5 f\xc3\xa4rjan",
            "Räksmörgås på färjan",
        ),
        (
            b"Content-Type: text/plain; charset=us-ascii\n\nR\xe4ksm\xf6rg\xe5s p\xe5 f\xe4rjan.",
            "Räksmörgås på färjan.",
        ),
        (
            b"Content-Type: text/plain; format=flowed\n\nOne \ntwo\n> three \n> four\nfive",
            "One two\n> three four\nfive",
        ),
        (b"Content-Type: text/plain; format=flowed; delsp=yes\n\nson \nja\n", "sonja"),
        (b"Content-Transfer-Encoding: base64\n\n!!!VGV4dA==", "Text"),
        (b"\na\n\n\n\n\nb  \n", "a\n\nb"),
        (b"Content-Type: multipart/mixed; boundary=x\n\nno part at all", "no part at all"),
        (b"Content-Type: text/markdown\n\n# Title", "# Title"),
    ],
)
def test_texts_in_every_encoding(rest, text):
    assert body_of(rest) == text


def test_damage_is_named():
    document, problem = read(HEAD + b"Content-Type: text/plain; charset=utf-8\n\n\xc3\xa5 ab \xff\xfe\x00\x81\x9d\x8f")
    assert problem == "holds 5 damaged characters, which were replaced by U+FFFD" and "\ufffd" in document.text
    assert (
        read(HEAD + b"Content-Type: multipart/mixed; boundary=x\n\nlost")[1]
        == "is damaged: its parts cannot be told apart"
    )
    assert read(b"Subject: =?utf-8?b?w6?=\n\ntext")[0].text.endswith("text")
    assert read(b"From: " + b"(" * 9000 + b"\nSubject: S\n\ntext")[0].text == "S\n\ntext"


def test_pictures_inside_of_the_text_are_no_attachments_and_others_are_listed():
    part = b"--x\nContent-Type: image/png\nContent-ID: <1>\nContent-Disposition: inline; filename=logo.png\n\nx\n"
    forward = b"--x\nContent-Type: message/rfc822\n\nSubject: Old\n\nolder text\n"
    nameless = b"--x\nContent-Type: application/zip\nContent-Disposition: attachment\n\nx\n"
    mixed = b"Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/plain\n\nText\n"
    document, problem = read(HEAD + mixed + part + forward + nameless + b"--x--\n")
    assert problem == "2 attachments were not read: a message, a file without a name"
    assert document.text == "S\n\nText"


def test_a_message_saved_in_utf_16_is_read():
    text = "From: a@example.org\r\nSubject: Färjan\r\n\r\nText å.\r\n"
    assert read(text.encode("utf-16"))[0].text == "Färjan\n\nText å."


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "^is no mail message: it has no header$"),
        (b"just text", "^is no mail message: it has no header$"),
        (HEAD + b"\n \n", "^holds no text$"),
        (
            HEAD + b"Content-Type: application/pkcs7-mime; smime-type=enveloped-data\n\nx",
            "^is encrypted; save it decrypted$",
        ),
        (
            HEAD + b"Content-Type: multipart/encrypted; boundary=x\n\n--x\n\nx\n--x--",
            "^is encrypted; save it decrypted$",
        ),
    ],
)
def test_what_cannot_be_read_is_refused(data, sentence):
    with pytest.raises(ReadError, match=sentence):
        read_eml(data, "a.eml", Columns())


def test_a_mailbox_gives_a_document_for_each_message():
    mark = b"From karin@example.org Tue Mar  4 10:15:00 2025\n"
    box = (
        mark
        + MAIL
        + b"\n"
        + mark
        + HEAD
        + b"\n \n\n"
        + mark.replace(b"\n", b"\r\n")
        + HEAD
        + b"\n>From the sea,\nFrom me.\n"
    )
    parsed = read_mbox(box, "a.mbox", Columns())
    assert [document.id for document in parsed.documents] == ["a.mbox#1", "a.mbox#3"]
    assert parsed.documents[1].text == "S\n\nFrom the sea,\nFrom me."
    assert parsed.problem == "message 1 of 3 has attachments that were not read. message 2 of 3 holds no text"
    with pytest.raises(ReadError, match=r"^is no mailbox \(mbox\)"):
        read_mbox(b"no message", "a.mbox", Columns())
    with pytest.raises(ReadError, match=r"^messages 1-2 of 2 hold no text$"):
        read_mbox((mark + HEAD + b"\n\n") * 2, "a.mbox", Columns())
