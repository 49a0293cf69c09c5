"""Several people, several processes: what one does to a model is that model's, and is there when it is opened anew."""

import pytest

from tests.browser.conftest import serving, settle, visit
from tests.browser.test_curate import rename
from tests.browser.test_explorer import drawn, passages_on, place_on_map
from tests.models import small_model
from topics import store
from topics.ui import text

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def edited(page, url, model, name, author):
    """Open a model under Curate, and ask for another name of a topic; it is not saved yet."""
    visit(page, f"{url}/curate?model={model}&topic=t1&act=rename")
    settle(page)
    rename(page, name)
    page.get_by_label(text.AUTHOR).fill(author)


def explored(page, url, model):
    """What Explore shows of a model: names, passages of a topic, results of a search, and where dots are."""
    visit(page, f"{url}/?model={model}&topic=t1")
    drawn(page)
    names = page.locator("[class*=st-key-topic_] .row-name").all_inner_texts()
    card, passages = page.locator("h2.card-name").inner_text(), passages_on(page)
    dots = [place_on_map(page, x, y) for x, y in ((0, 0), (0.5, -0.5))]
    on_map = sorted(page.locator(".map-name").all_inner_texts())
    visit(page, f"{url}/?model={model}&q=bus&by=words")
    settle(page)
    return names, card, passages, dots, on_map, passages_on(page), page.locator(".passage-text mark").all_inner_texts()


def test_two_people_edit_two_models_which_a_new_process_shows_as_they_left_them(open_page, tmp_path):
    for name in ("north", "south"):
        small_model().save(tmp_path / "models" / name)
    with serving(tmp_path, tmp_path / "models") as server:
        ann, bo = open_page(), open_page()
        edited(ann, server.url, "north", "What Ann calls it", "Ann")
        edited(bo, server.url, "south", "What Bo calls it", "Bo")
        assert ann.get_by_label(text.AUTHOR).input_value() == "Ann"
        for page in (ann, bo):
            page.get_by_role("button", name=text.APPLY).click()
            page.wait_for_selector(".ledger tr.is-in-force")
            settle(page)
        for page, own, other in ((ann, "Ann", "Bo"), (bo, "Bo", "Ann")):
            assert f"What {own} calls it" in page.locator(".st-key-curate").inner_text()
            assert other not in page.locator(".st-key-curate").inner_text()
        before = {model: explored(page, server.url, model) for model, page in (("north", ann), ("south", bo))}
        for page in (ann, bo):
            page.context.close()  # they would miss the server
    for model, name in (("north", "What Ann calls it"), ("south", "What Bo calls it")):
        assert store.load(tmp_path / "models" / model).topic(1).name == name
        assert before[model][1] == name
        assert before[model][5]
    with serving(tmp_path, tmp_path / "models") as server:
        page = open_page()
        assert {model: explored(page, server.url, model) for model in before} == before
