"""Heads, feet and numbers of printed pages are removed, each with the reason."""

from topics.clean import clean
from topics.values import Document

PROSE = "The harbour lies on the northern side of the island, where the water is deep enough for ships of every kind."


def paged(*pages):
    texts = ["\n\n".join(page) for page in pages]
    starts = [sum(len(text) + 2 for text in texts[:row]) for row in range(len(texts))]
    return Document("a.pdf", "\n\n".join(texts), pages=tuple(starts))


def removed(document):
    return [(document.text[r.start : r.end], r.reason) for r in clean(document).removed]


def test_heads_and_numbers_go_and_the_first_head_stays():
    pages = [("The Old Harbour", f"{PROSE} It is page {n}.", f"- {n} -") for n in range(1, 5)]
    document = paged(("A report on boats, ice and mail", *pages[0]), *pages[1:])
    assert removed(document) == [
        ("- 1 -", "page-number"),
        ("The Old Harbour", "running-head"),
        ("- 2 -", "page-number"),
        ("The Old Harbour", "running-head"),
        ("- 3 -", "page-number"),
        ("The Old Harbour", "running-head"),
        ("- 4 -", "page-number"),
    ]
    assert clean(document, keep=["running-head", "page-number"]).removed == ()


def test_left_and_right_pages_may_have_heads_of_their_own():
    heads = ("Karin Ås", "Boats of the north")
    document = paged(*((heads[n % 2], f"{PROSE} Number {n} of them.") for n in range(8)))
    assert [text for text, _ in removed(document)] == [heads[n % 2] for n in range(2, 8)]


def test_what_comes_again_elsewhere_or_seldom_stays():
    far = paged(*(("The Old Harbour" if n % 3 == 0 else "Another", f"{PROSE} {n * 'x'}") for n in range(3)))
    assert removed(far) == []
    unpaged = Document("a.txt", "\n\n".join(["The Old Harbour", PROSE] * 4))
    assert all(reason != "running-head" for _, reason in removed(unpaged))
    apart = paged(*((f"Head {'abcdefgh'[n]}", "The Old Harbour" if n in (0, 4) else PROSE) for n in range(8)))
    assert all(text != "The Old Harbour" for text, _ in removed(apart))


def test_two_pages_have_heads_and_numbers_too():
    document = paged(*(("The Old Harbour", f"{PROSE} It is page {n}.", str(n)) for n in (1, 2)))
    assert removed(document) == [("1", "page-number"), ("The Old Harbour", "running-head"), ("2", "page-number")]


def test_of_two_pages_nothing_goes_that_only_looks_alike():
    tables = paged(*((f"Head {n}", f"{PROSE} It is page {n}.", f"Table {n}") for n in (1, 2)))
    assert removed(tables) == []
    years = paged(("2024", f"{PROSE} One."), (f"{PROSE} Two.", "2030"))
    assert removed(years) == []
    assert removed(paged(("The Old Harbour", PROSE, "1"))) == []
