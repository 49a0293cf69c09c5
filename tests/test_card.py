"""What a model card says of languages."""

import pytest

from topics.embed.card import languages_of


@pytest.mark.parametrize(
    ("card", "name", "expected"),
    [
        ("---\nlanguage: en\nlicense: mit\n---\n# A model\nlanguage: de\n", "x", ("en",)),
        ("---\nlicense: mit\nlanguage:\n- sv\n- 'da'\n  - no # three\ntags:\n- fr\n---\n", "x", ("da", "no", "sv")),
        ('---\nlanguage: ["en", "pt-br", zh_Hans, nb, eng]\n---\n', "x", ("en", "no", "pt", "zh")),
        ("---\nlanguage:\n- multilingual\n- ar\n- bg\n---\n", "x", ("ar", "bg")),
        ("---\nlanguage: multilingual\n---\n", "x", ("mul",)),
        ("---\ntags:\n- language\n---\n", "potion-multilingual-128M", ("mul",)),
        ("---\nlanguage: en\n---\n", "potion-multilingual-128M", ("en",)),
        ("", "sentence-transformers/LaBSE", ("mul",)),
        ("", "stsb-xlm-r-multilingual", ("mul",)),
        ("", "all-MiniLM-L6-v2", None),
        ("# No head\nlanguage: en\n", "x", None),
        ("---\nlanguage: en\nwithout an end\n", "x", None),
        ("---\nlanguage: [klingon, 7]\n---\n", "x", None),
    ],
)
def test_languages_come_from_the_head_of_the_card_and_else_from_the_name(tmp_path, card, name, expected):
    if card:
        (tmp_path / "README.md").write_text(card, encoding="utf-8")
    assert languages_of(tmp_path, name) == expected


def test_a_card_that_is_no_text_says_nothing(tmp_path):
    (tmp_path / "README.md").write_bytes(b"---\nlanguage: \xff\xfe\n---\n")
    assert languages_of(tmp_path, "x") is None
