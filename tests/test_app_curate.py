"""The Curate page: every edit is looked at, saved as a version, undone and redone; what was typed is never lost."""

import itertools
import json
from dataclasses import replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from tests.app_steps import html_of, open_page, passages_in, started, url
from tests.edit_steps import planted_model
from tests.models import small_model
from topics import edit, store
from topics.errors import ModelError
from topics.proposal import Proposal, preview
from topics.store import fingerprint
from topics.ui import acts, catalog, text
from topics.ui.markup import md
from topics.values import LOOSE

MODEL = "town"


@pytest.fixture
def folder(tmp_path):
    return small_model().save(tmp_path / "models" / MODEL)


@pytest.fixture
def town(folder, tmp_path, monkeypatch):
    """The app on one saved model; its encoder is at hand, as one that is on disk would be."""
    load = store.load
    monkeypatch.setattr(store, "load", lambda path, **given: load(path, **given).with_embedder(small_model().embedder))
    return started(tmp_path, monkeypatch)


def saved(folder):
    return store.load(folder)


def at_work(app, topic, act, level="fine"):
    """Open the page on a topic and an act."""
    return open_page(app, "curate", topic=f"t{topic}", act=act, level=level)


def field(app, kind, name):
    """The widget of a kind whose key begins so."""
    found = [widget for widget in app.get(kind) if (widget.key or "").startswith(f"{name}_")]
    assert len(found) == 1, (name, [widget.key for widget in app.get(kind)])
    return found[0]


def button(app, label):
    found = [one for one in app.button if one.label == label]
    assert len(found) == 1, (label, [one.label for one in app.button])
    return found[0]


def look(app):
    return button(app, text.PREVIEW).click().run()


def apply(app, *, author="", reason=""):
    if author:
        app.text_input(key="author").set_value(author)
    if reason:
        field(app, "text_input", "reason").set_value(reason)
    return button(app, text.APPLY).click().run()


def test_a_topic_is_renamed_with_a_preview_an_author_and_a_reason(town, folder):
    before = fingerprint(saved(folder))
    at_work(town, 0, "rename")
    assert text.APPLY not in [one.label for one in town.button]
    field(town, "text_input", "rename").set_value("Cycling")
    look(town)
    assert "Bike lanes → Cycling" in html_of(town)
    assert fingerprint(saved(folder)) == before
    apply(town, author="Ann", reason="shorter")
    assert fingerprint(saved(folder)) != before
    last = saved(folder).history.edits[-1]
    assert (last.kind, last.author, last.reason, last.level) == ("rename", "Ann", "shorter", "fine")
    assert [one.value for one in town.success] == ["Saved: renamed Bike lanes to Cycling."]
    shown = html_of(town)
    assert ">shorter</td>" in shown
    assert '<h2 class="card-name" dir="auto"><span class="dot"></span> Cycling' in shown
    assert saved(folder).level == "medium"  # as it opened before
    assert "Cycling" in html_of(town.switch_page("views/explore.py").run())


def test_the_author_is_kept_for_the_session_and_the_reason_is_not(town, folder):
    at_work(town, 0, "rename")
    for name in ("Cycling", "Bikes"):
        field(town, "text_input", "rename").set_value(name)
        look(town)
        assert field(town, "text_input", "reason").value == ""
        apply(town, author="Ann" if name == "Cycling" else "", reason="because")
    assert [one.author for one in saved(folder).history.edits] == ["Ann", "Ann"]


def test_topics_are_merged_with_their_sizes_and_keywords_shown_before(town, folder):
    sizes = {topic.id: topic.size for topic in saved(folder).at("fine").topics}
    at_work(town, 1, "merge")
    look(town)
    assert [one.value for one in town.warning] == [md(text.NO_OTHER_CHOSEN)]
    field(town, "multiselect", "merge").set_value([0])
    look(town)
    shown = html_of(town)
    assert f"Parking spaces + Bike lanes → {sizes[0] + sizes[1]} passages" in shown
    assert text.GONE_FROM_HERE in shown
    apply(town)
    now = saved(folder).at("fine")
    assert [topic.id for topic in now.topics if topic.id in (0, 1)] == [0]
    assert url(town)["topic"] == "t0"  # topic 1 is gone, and this is what became of it
    assert not town.warning


def test_a_topic_is_split_into_parts_each_with_a_passage(town, folder):
    at_work(town, 3, "split")
    look(town)
    shown = html_of(town)
    assert "→ 2 topics" in shown
    assert len(passages_in(town)) == 2
    apply(town)
    assert len(saved(folder).at("fine").topics) == 7


def test_a_topic_is_split_by_phrases(town, folder):
    at_work(town, 3, "split")
    field(town, "button_group", "split_ways").set_value("phrases").run()
    field(town, "text_area", "split_phrases").set_value("soup")
    look(town)
    assert [one.value for one in town.warning] == [md(text.TOO_FEW_PHRASES)]
    field(town, "text_area", "split_phrases").set_value("soup\nkitchens of schools")
    look(town)
    apply(town)
    names = {topic.name for topic in saved(folder).at("fine").topics}
    assert {"soup", "kitchens of schools"} <= names


def test_keywords_are_given(town, folder):
    at_work(town, 0, "keywords")
    field(town, "text_area", "keywords").set_value("bike\nlane\n\n")
    look(town)
    apply(town)
    assert [word.term for word in saved(folder).at("fine").topic(0).keywords] == ["bike", "lane"]


def ticked(app, *places):
    boxes = [box for box in app.checkbox if box.key.startswith("tick_")]
    for place in places:
        boxes[place].check().run()
    return app


def test_ticked_passages_are_moved(town, folder):
    before = saved(folder).at("fine")
    at_work(town, 0, "move")
    look(town)
    assert [one.value for one in town.warning] == [md(text.NO_PASSAGE_TICKED)]
    ticked(town, 0)
    field(town, "selectbox", "move").set_value(2)
    look(town)
    assert "1 passage → Electric buses" in html_of(town)
    apply(town)
    after = saved(folder).at("fine")
    assert after.labels[int(before.rows(0)[0])] == 2


def test_a_passage_that_a_link_from_read_brings_is_ticked(town, folder):
    model = saved(folder).at("fine")
    passage = model.passages[int(model.rows(0)[-1])]
    open_page(town, "curate", topic="t0", act="pin", level="fine", doc=passage.document_id, p=str(passage.start))
    boxes = [box for box in town.checkbox if box.key.startswith("tick_")]
    assert [box.value for box in boxes] == [True] + [False] * (len(boxes) - 1)
    look(town)
    apply(town)
    assert list(saved(folder).history.edits[-1].asked["passages"]) == [passage.id]


def test_passages_are_found_by_their_words(town):
    at_work(town, 0, "pin")
    field(town, "text_input", "find").set_value("HARBOUR street").run()
    assert len([box for box in town.checkbox if box.key.startswith("tick_")]) == 1
    field(town, "text_input", "find").set_value("zeppelin").run()
    assert text.NO_PASSAGE_FOUND in html_of(town)


def test_a_junk_topic_is_marked_listed_last_and_restored(town, folder):
    at_work(town, 0, "junk")
    look(town)
    apply(town)
    assert saved(folder).at("fine").topic(0).junk
    shown = html_of(town.switch_page("views/explore.py").run())
    rows = shown.split('<div class="row ')[1:]
    assert "Bike lanes" in rows[-1]
    assert f'<span class="tag">{text.JUNK_TAG}</span>' in rows[-1]
    at_work(town, 0, "restore")
    look(town)
    apply(town)
    assert not saved(folder).at("fine").topic(0).junk


def test_junk_passages_leave_all_topics(town, folder):
    row = int(saved(folder).at("fine").rows(0)[0])
    at_work(town, 0, "junk")
    field(town, "button_group", "junk_whats").set_value("passages").run()
    ticked(town, 0)
    look(town)
    apply(town)
    assert saved(folder).at("fine").labels[row] == -1


def said(folder):
    """The hash of all that the model on disk says."""
    return fingerprint(saved(folder))


def stepped(app, folder, label):
    """What the model says after each of five steps back or on."""
    return [said(folder) for _ in range(5) if button(app, label).click().run()]


def test_five_edits_undone_and_done_again_are_what_they_were_on_disk_as_well(town, folder):
    steps = [said(folder)]
    at_work(town, 0, "rename")
    field(town, "text_input", "rename").set_value("Cycling")
    apply(look(town))
    steps.append(said(folder))
    at_work(town, 1, "merge")
    field(town, "multiselect", "merge").set_value([2])
    apply(look(town))
    steps.append(said(folder))
    at_work(town, 3, "split")
    apply(look(town))
    steps.append(said(folder))
    at_work(town, 0, "move")
    ticked(town, 0)
    apply(look(town))
    steps.append(said(folder))
    at_work(town, 5, "junk")
    apply(look(town))
    steps.append(said(folder))
    assert all(one != other for one, other in itertools.pairwise(steps))
    assert stepped(town, folder, text.UNDO) == steps[4::-1]
    assert button(town, text.UNDO).disabled
    assert [one.kind for one in saved(folder).history.edits[5:]] == ["undo"] * 5
    assert stepped(town, folder, text.REDO) == steps[1:]
    assert button(town, text.REDO).disabled
    again = saved(folder)
    assert fingerprint(store.load(again.save(folder.parent / "copy"))) == fingerprint(again)
    assert html_of(town).count("<tr class=") == 15


def test_one_goes_back_to_any_step(town, folder):
    model = saved(folder)
    for number in range(4):
        model = edit.rename(model, 0, f"Name {number}")
    store.save(model, folder)
    open_page(town, "curate")
    field(town, "selectbox", "revert_to").set_value(2).run()
    assert "This undoes 2 steps" in town.caption[-1].value
    button(town, text.REVERT).click().run()
    assert saved(folder).topic(0).name == "Name 1"
    assert html_of(town).count("<s>") == 2
    assert html_of(town).count(f">{text.UNDONE}</span>") == 2
    button(town, text.REDO).click().run()
    assert saved(folder).topic(0).name == "Name 2"


def test_what_another_person_saved_meanwhile_is_told_and_nothing_typed_is_lost(town, folder):
    at_work(town, 0, "rename")
    field(town, "text_input", "rename").set_value("Cycling")
    look(town)
    theirs = edit.rename(saved(folder).at("fine"), 1, "Car parks", author="Bo")
    store.save(theirs, folder)
    apply(town, author="Ann", reason="shorter")
    assert [one.value for one in town.error] == [md(text.CONFLICT)]
    assert [one.author for one in saved(folder).history.edits] == ["Bo"]
    assert "Car parks" in html_of(town)  # in the history: this is their version
    assert field(town, "text_input", "rename").value == "Cycling"
    assert field(town, "text_input", "reason").value == "shorter"
    assert "Bike lanes → Cycling" in html_of(town)
    apply(town)
    assert [(one.author, one.reason) for one in saved(folder).history.edits] == [("Bo", ""), ("Ann", "shorter")]
    names = {topic.name for topic in saved(folder).at("fine").topics}
    assert {"Car parks", "Cycling"} <= names


def test_topics_that_were_picked_are_kept_through_a_conflict_that_changes_their_labels(town, folder):
    at_work(town, 0, "merge")
    field(town, "multiselect", "merge").set_value([1, 2])
    look(town)
    theirs = edit.rename(saved(folder).at("fine"), 1, "Car parks")
    store.save(edit.split(theirs, 3, k=2), folder)
    apply(town)
    assert len(town.error) == 1
    assert field(town, "multiselect", "merge").value == [1, 2]
    assert "Bike lanes + Car parks + Electric buses →" in html_of(town)
    apply(town)
    assert {topic.id for topic in saved(folder).at("fine").topics} == {0, 3, 4, 5, 6}


def test_a_topic_that_is_gone_meanwhile_is_told_and_all_are_offered(town, folder):
    at_work(town, 1, "rename")
    field(town, "text_input", "rename").set_value("Cycling")
    look(town)
    store.save(edit.merge(saved(folder).at("fine"), [0, 1]), folder)
    apply(town)
    assert len(town.error) == 1
    assert any("t1" in one.value and "gone" in one.value for one in town.warning)
    assert text.CURATE_CHOOSE in html_of(town)


def test_an_undo_does_not_take_back_what_another_person_did_unseen(town, folder):
    store.save(edit.rename(saved(folder), 0, "Mine"), folder)
    open_page(town, "curate")
    store.save(edit.rename(saved(folder), 1, "Theirs"), folder)
    button(town, text.UNDO).click().run()
    assert len(town.error) == 1
    assert {topic.name for topic in saved(folder).topics} >= {"Mine", "Theirs"}


def test_a_disk_that_cannot_be_written_is_told_in_a_sentence(town, folder, monkeypatch):
    at_work(town, 0, "rename")
    field(town, "text_input", "rename").set_value("Cycling")
    look(town)

    def refuse(*_, **__):
        raise ModelError("cannot save a model to /ro/town: /ro/town may not be written; choose another folder")

    monkeypatch.setattr(store, "save", refuse)
    apply(town, reason="shorter")
    assert "may not be written" in town.error[0].value
    assert field(town, "text_input", "rename").value == "Cycling"
    assert field(town, "text_input", "reason").value == "shorter"
    assert not saved(folder).history.edits


def test_what_cannot_be_done_is_told_and_nothing_is_saved(town, folder):
    at_work(town, 0, "rename")
    field(town, "text_input", "rename").set_value("Parking spaces")
    look(town)
    assert "is called" in town.error[0].value
    assert text.APPLY not in [one.label for one in town.button]
    assert not saved(folder).history.edits


def test_no_session_sees_what_another_has_not_saved(town, folder, tmp_path, monkeypatch):
    at_work(town, 0, "rename")
    field(town, "text_input", "rename").set_value("Cycling")
    look(town)
    other = at_work(AppTest.from_file(town._script_path, default_timeout=30), 0, "rename")
    assert "Cycling" not in html_of(other)
    assert field(other, "text_input", "rename").value == "Bike lanes"
    apply(town)
    assert "Cycling" in html_of(other.run())  # now that it is saved


def test_a_saved_edit_is_not_loaded_again(town, folder, monkeypatch):
    at_work(town, 0, "rename")
    field(town, "text_input", "rename").set_value("Cycling")
    look(town)
    monkeypatch.setattr(store, "load", lambda *_, **__: pytest.fail("loaded again"))
    apply(town)
    assert "Cycling" in html_of(town)


def test_suggestions_fill_the_form_in_and_are_dismissed(town, folder, monkeypatch):
    from topics.suggest import Suggestion
    from topics.ui import desk

    told = (
        Suggestion("alike", (0, 1), 0.8, 0.5, (5, 4)),
        Suggestion("mixed", (3,), 0.1, 0.4, (3, 2), (3, 10)),
        Suggestion("tiny", (5, 4), 0.2, 9.0, (3,)),
    )
    monkeypatch.setattr(desk, "suggestions", lambda model: told)
    open_page(town, "curate", level="fine")
    shown = html_of(town)
    assert "Bike lanes and Parking spaces are nearly one topic" in shown
    assert "Their likeness is 0.80." in shown
    assert "Lunch and meals may be two topics" in shown
    assert "Solar roofs is tiny" in shown
    town.button(key="take_merge_alike_0_1").click().run()
    assert field(town, "multiselect", "merge").value == [1]
    assert "Bike lanes + Parking spaces →" in html_of(town)
    assert url(town)["act"] == "merge"
    town.button(key="take_split_mixed_3").click().run()
    assert "→ 2 topics" in html_of(town)
    town.button(key="take_junk_tiny_5_4").click().run()
    assert "Solar roofs is marked as junk." in html_of(town)
    town.button(key="dismiss_alike_0_1").click().run()
    assert "are nearly one topic" not in html_of(town)
    apply(town)
    assert "are nearly one topic" not in html_of(town)  # dismissed for the session


def test_explore_and_read_lead_here(town, folder):
    open_page(town, "explore", topic="t0", level="fine")
    links = [link.proto for link in town.get("page_link")]
    assert any(link.label == text.CURATE_LINK and "topic=t0" in link.query_string for link in links)
    passage = saved(folder).passages[0]
    open_page(town, "read", doc=passage.document_id, p=str(passage.start), level="fine")
    links = [link.proto for link in town.get("page_link")]
    mine = f"topic=t{saved(folder).at('fine').labels[0]}"
    assert any(link.label == text.CURATE_PASSAGE and mine in link.query_string for link in links)


def test_hostile_names_stay_text(town, folder):
    hostile = "<img src=x onerror=alert(1)> $x$ :red[a] **b**"
    at_work(town, 0, "rename")
    field(town, "text_input", "rename").set_value(hostile)
    look(town)
    apply(town, author="<b>Ann</b>", reason="<i>why</i>")
    shown = html_of(town)
    assert "<img" not in shown
    assert "<i>why" not in shown
    assert "&lt;i&gt;why" in shown
    assert "\\*\\*b\\*\\*" in town.success[0].value


def test_loose_passages_can_only_be_moved(tmp_path, monkeypatch):
    from topics import edit as edits

    model = small_model(level="fine")
    edits.junk(model, passages=[model.passages[0]]).save(tmp_path / "models" / MODEL)
    app = open_page(started(tmp_path, monkeypatch), "curate", topic="loose", level="fine")
    assert text.UNASSIGNED in html_of(app)
    assert len([box for box in app.checkbox if box.key.startswith("tick_")]) >= 1


def test_without_a_topic_the_page_says_what_to_do(town):
    shown = html_of(open_page(town, "curate"))
    assert text.CURATE_CHOOSE in shown
    assert text.HISTORY_EMPTY in shown
    assert button(town, text.UNDO).disabled


def test_a_level_that_is_a_number_is_not_edited(tmp_path, monkeypatch):
    planted_model().at(5).save(tmp_path / "models" / MODEL)
    app = open_page(started(tmp_path, monkeypatch), "curate")
    assert [one.value for one in app.info] == [md(text.CURATE_BY_COUNT)]
    app.get("button_group")[0].set_value("fine").run()
    assert text.CURATE_CHOOSE in html_of(app)


def test_topics_that_are_empty_are_no_trouble(tmp_path, monkeypatch):
    model = small_model(level="fine")
    edit.junk(model, passages=list(model.passages)).save(tmp_path / "models" / MODEL)
    app = open_page(started(tmp_path, monkeypatch), "curate", topic="loose", level="fine")
    assert text.SUGGESTIONS_NONE in html_of(app)
    at_work(app, 0, "pin")
    assert text.NO_PASSAGE_FOUND in html_of(app)
    at_work(app, 0, "split")
    look(app)
    assert "cannot be split" in app.error[0].value
    at_work(app, 0, "rename")
    field(app, "text_input", "rename").set_value("Cycling")
    apply(look(app))
    assert len(app.success) == 1


def test_without_any_topic_there_is_nothing_to_do():
    model = small_model()
    none = replace(
        model,
        levels=tuple(replace(level, topics=()) for level in model.levels),
        all_labels=np.full_like(model.all_labels, LOOSE),
    )
    assert acts.offered(none, LOOSE) == ()
    assert acts.offered(model, LOOSE) == ("move",)


def test_a_topic_alone_is_neither_merged_nor_moved_from(tmp_path, monkeypatch):
    model = small_model(level="coarse")
    edit.merge(model, [topic.id for topic in model.topics]).save(tmp_path / "models" / MODEL)
    app = open_page(started(tmp_path, monkeypatch), "curate", topic="t0", level="coarse")
    options = [one.options for one in app.get("button_group") if one.key == "act"]
    assert options == [["Rename", "Keywords", "Split", "Pin", "Mark as junk"]]


def test_without_the_encoder_an_edit_that_needs_it_says_so(folder, tmp_path, monkeypatch):
    town = at_work(started(tmp_path, monkeypatch), 0, "merge")
    field(town, "multiselect", "merge").set_value([1])
    look(town)
    assert "encoder" in town.error[0].value
    assert text.APPLY not in [one.label for one in town.button]


def told_to_the_map(app):
    """What the browser is told to name the map's topics from: another word for other names."""
    parts = {part.proto.component_name: part.proto for part in app.get("bidi_component")}
    return json.loads(parts["topics.map"].json)["topics"]


def test_the_map_is_drawn_anew_after_an_edit(town):
    before = told_to_the_map(town.run())
    at_work(town, 0, "rename")
    field(town, "text_input", "rename").set_value("Cycling")
    apply(look(town))
    town.switch_page("views/explore.py").run()
    assert not town.exception
    assert told_to_the_map(town) != before


def test_two_quick_clicks_are_two_steps_and_never_two_edits(folder, tmp_path, monkeypatch):
    from topics.ui import desk, session
    from topics.ui.state import ViewState

    state = {}
    monkeypatch.setattr(desk.st, "session_state", state)
    monkeypatch.setattr(session, "view", lambda: ViewState(model=MODEL))
    monkeypatch.setattr(session, "shelf", lambda: {MODEL: folder})
    monkeypatch.setattr(session, "go", lambda view: None)
    model = edit.rename(edit.rename(saved(folder), 0, "One"), 0, "Two")
    store.save(model, folder)
    desk.step(model, "undo")
    desk.step(model, "undo")
    assert desk.of_session().notice[0]
    assert [one.kind for one in saved(folder).history.edits[2:]] == ["undo", "undo"]
    asked = Proposal("rename", "medium", (0,), name="Three")
    now = store.load(folder)
    desk.of_session().asked = asked
    found = preview(now, asked)
    desk.apply(now, asked, found)
    desk.apply(now, asked, found)
    assert desk.of_session().notice[0]
    assert [one.kind for one in saved(folder).history.edits[4:]] == ["rename"]


def test_what_became_of_a_step_stays_on_the_page(town, folder):
    at_work(town, 0, "rename")
    for name in ("Cycling", "Bikes"):
        field(town, "text_input", "rename").set_value(name)
        look(town)
        apply(town)
    for _ in range(2):
        button(town, text.UNDO).click().run()
        assert town.success[0].value.startswith("Saved")
        asked = [part.proto.component_name for part in town.get("bidi_component")]
        assert "topics.again" not in asked  # the URL is the same: nothing is to be asked, and no run follows


def test_the_demo_is_edited_as_a_copy_of_ones_own(tmp_path, monkeypatch):
    kept = fingerprint(saved(catalog.demo()))
    ann, bo = (at_work(started(tmp_path, monkeypatch), 1, "rename") for _ in range(2))
    own = tmp_path / "models" / catalog.DEMO
    assert str(own) in html_of(ann)
    for app, name in ((ann, "What Ann calls it"), (bo, "What Bo calls it")):
        field(app, "text_input", "rename").set_value(name)
        look(app)
    apply(ann)
    apply(bo)
    assert [one.value for one in bo.error] == [md(text.CONFLICT)]
    assert str(own) not in html_of(ann)
    assert saved(own).at("fine").topic(1).name == "What Ann calls it"
    apply(bo)  # on Ann's version, which Bo sees by now
    assert saved(own).at("fine").topic(1).name == "What Bo calls it"
    button(bo, text.UNDO).click().run()
    button(bo, text.UNDO).click().run()
    assert button(bo, text.UNDO).disabled
    assert fingerprint(saved(own)) == fingerprint(saved(catalog.demo())) == kept
