"""The words on Streamlit's own widgets: each is exchanged where it stands, in another language than English alone."""

from topics.ui import borrowed
from topics.ui.text import catalog


def test_nothing_is_exchanged_in_the_language_that_streamlit_speaks(speak):
    speak("en")
    assert borrowed.exchanges() == []


def test_every_word_has_its_place(speak):
    speak("sv")
    placed = [key for _, _, keys in borrowed.PLACES for key in keys]
    assert sorted(placed) == sorted(catalog.read("en")["streamlit"])
    assert len(borrowed.exchanges()) == len(borrowed.PLACES)


def test_a_text_is_told_as_what_is_before_its_gap_and_behind_it(speak):
    speak("sv")
    told = {place["where"]: place["texts"] for place in borrowed.exchanges()}
    assert told["[data-testid=InputInstructions]"][0] == [["Press ", " to apply"], ["Tryck ", " för att använda"]]
    assert told["[data-testid=stSkipToContent]"] == [[["Skip to main content"], ["Hoppa till innehållet"]]]


def test_a_text_has_one_gap_at_most():
    for code in catalog.languages():
        assert all(len(borrowed._parts(said)) < 3 for said in catalog.read(code)["streamlit"].values())
