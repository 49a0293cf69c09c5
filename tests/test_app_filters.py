"""The explorer filters and colours by metadata, and keeps both in its URL."""

import pytest

from tests.app_steps import html_of, passages_in, started, url
from tests.models import small_model
from topics.passages import Passages
from topics.ui import chart, text
from topics.ui.chart import Scene
from topics.ui.filters import coloured
from topics.ui.state import ViewState
from topics.values import Document

HOSTILE = "<img src=x onerror=alert(1)> ![i](https://evil.example/p.png)"


def model_with(*values, name="office"):
    """The small model, whose four documents have these values in a column."""
    old = small_model().passages
    metas = [{} if value is None else {name: value} for value in values]
    documents = [Document(d.id, d.text, meta) for d, meta in zip(old.documents, metas, strict=True)]
    passages = Passages(documents, old.document, old.start, old.end, old.language, old.languages)
    return small_model(passages=passages)


@pytest.fixture
def town(tmp_path, monkeypatch):
    model_with("North", "South", "North", None).save(tmp_path / "models" / "town")
    return started(tmp_path, monkeypatch)


def test_a_value_leaves_its_passages_and_is_in_the_url(town):
    town.run()
    town.multiselect(key="where_0").set_value(["South"]).run()
    assert url(town)["where"] == "office=South"
    assert "6 passages under these filters" in html_of(town)
    assert all(passage in small_model().passages.documents[1].text for passage in passages_in(town))
    town.button(key="chip_where_0").click().run()
    assert "where" not in url(town)


def test_several_columns_narrow_down_together_with_a_topic(town):
    town.query_params["where"] = "office=North&language=en"
    town.query_params["topic"] = "t2"
    town.run()
    assert not town.warning
    assert len(passages_in(town)) == 3
    assert [town.multiselect(key=f"where_{place}").value for place in range(2)] == [["North"], ["en"]]


def test_a_search_stays_within_the_filter(town):
    town.query_params["where"] = "office=South"
    town.query_params["q"] = "bus"
    town.query_params["by"] = "words"
    town.run()
    assert passages_in(town) == [
        "The last bus leaves at nine. Whoever works late needs a taxi, because there is no bus at all."
    ]


def test_the_map_is_coloured_by_a_column(town):
    town.run()
    town.selectbox(key="colour").set_value("office").run()
    assert url(town)["colour"] == "office"
    shown = html_of(town)
    assert '<span class="tc-0"><span class="dot"></span>North 12</span>' in shown
    assert '<span class="tc-1"><span class="dot"></span>South 6</span>' in shown
    assert f"{text.OTHERS} 6" in shown


@pytest.mark.parametrize(
    ("name", "written", "sentence"),
    [
        ("where", "office=West", "No passage here has “West” for “office”"),
        ("where", "nonsense", "says nothing here"),
        ("colour", "nothing", "says nothing here"),
    ],
)
def test_a_link_to_what_is_not_there_is_told(town, name, written, sentence):
    town.query_params[name] = written
    town.run()
    assert any(sentence in warning.value for warning in town.warning)
    assert len(passages_in(town)) == 4


def test_without_columns_there_is_no_filter_but_by_language(tmp_path, monkeypatch):
    small_model().save(tmp_path / "models" / "town")
    app = started(tmp_path, monkeypatch).run()
    assert [widget.key for widget in app.multiselect] == ["where_0"]
    assert app.multiselect(key="where_0").options == ["English (18)", "Swedish (6)"]


def test_hostile_names_and_values_stay_text(tmp_path, monkeypatch):
    model_with(HOSTILE, "b", "b", "b", name=HOSTILE).save(tmp_path / "models" / "town")
    app = started(tmp_path, monkeypatch)
    app.query_params["colour"] = HOSTILE
    app.run()
    app.multiselect(key="where_0").set_value([HOSTILE]).run()
    assert "<img" not in html_of(app)
    assert all("![i](" not in element.label for element in (*app.button, *app.multiselect))


def test_every_passage_is_a_dot_of_its_value_and_what_is_filtered_out_is_faint():
    model = model_with("North", "South", "North", None)
    facet = coloured(model, ViewState(colour="office"))
    everything = chart.groups(model, Scene(facet=facet))
    assert [len(everything[name]) for name in ("rest", "v0", "v1", "v8")] == [0, 12, 6, 6]
    some = chart.groups(model, Scene(topic=2, facet=facet))
    inside = sorted(row for name, rows in some.items() if name != "rest" for row in rows.tolist())
    assert inside == sorted(model.rows(2).tolist())
    option = chart.option(model, Scene(topic=2, facet=facet))
    opacity = {series["id"]: series["itemStyle"]["opacity"] for series in option["series"]}
    assert opacity["v0"] > 0.9 > 0.3 > opacity["rest"]
    picked = chart.clicked(model, Scene(facet=facet), [{"series_id": "v1", "data_indices": [0]}])
    assert picked == model.labels[everything["v1"][0]]
