"""What a reply quotes counts where it was first said, whichever of the mails is read first."""

import pytest

from tests.models import FakeEmbedder
from tests.test_copies import OTHER, STORY, article
from topics.intake import take_in
from topics.settings import Settings
from topics.values import Document

HEAD = "On Tue, 4 Mar 2025 at 10:15, Karin Holm <karin@example.org> wrote:"
QUOTED = "\n".join(f"> {line}" for line in article(*STORY).split("\n"))


def copies_of(*documents):
    taken = take_in(documents, Settings(language="en"), FakeEmbedder())
    return {(span.document_id, span.of.partition(":")[0]) for span in taken.removed if span.of}


@pytest.mark.parametrize("quote", [QUOTED, f"{HEAD}\n\n{QUOTED}", f"{HEAD}\n\n{article(*STORY)}"])
def test_the_first_mail_is_the_original_of_its_quotation(quote):
    reply = Document("Re.eml", article("I have read it, and will call the county.", *OTHER, quote))
    mail = Document("ferry.eml", article(*STORY))
    assert copies_of(reply, mail) == copies_of(mail, reply) == {("Re.eml", "ferry.eml")}


def test_a_quotation_without_its_mail_is_kept_once():
    replies = [Document(f"{n}.eml", article(f"Reply {n}, and all agree.", HEAD, QUOTED)) for n in range(3)]
    assert copies_of(*replies) == {("1.eml", "0.eml"), ("2.eml", "0.eml")}


def test_a_mail_that_begins_with_its_own_head_quotes_nothing():
    own = "From: Karin Holm <karin@example.org>\nTo: Per <per@example.org>\nDate: Tue, 4 Mar 2025\nSubject: The ferry"
    mail = Document("z.txt", article(own, *STORY))
    reply = Document("a.txt", article("I have read it.", *OTHER, HEAD, QUOTED))
    assert copies_of(reply, mail) == {("a.txt", "z.txt")}
