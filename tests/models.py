"""A small believable model made by hand, and an encoder that needs no weights, for tests of what is built on a model.

    from tests.models import FakeEmbedder, small_model

    model = small_model()                 # 24 passages of 4 documents in 2 languages; shows the medium level
    model.assign(["More bike lanes"])     # works: its encoder is a FakeEmbedder
    small_model(level="fine", themes=())  # any field of TopicModel can be replaced
    gapped_model()                        # the same with gaps in its ids, as after edits

At level ``fine`` the topics are cycling, parking, buses, school lunches, classrooms and solar roofs (ids 0 to 5);
``medium`` joins cycling with parking and lunches with classrooms; ``coarse`` has traffic and town services.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import replace

import numpy as np

from topics.cluster.rule import Rule
from topics.embed.centre import learn
from topics.hierarchy import Tree
from topics.passages import Passages
from topics.settings import Settings
from topics.values import LOOSE, Document, EncoderCard, Keyword, Level, Pole, Removed, Skipped, Theme, Topic

DIMENSION = 16

PIECES = {
    "council/minutes.txt": (
        ("repeated-title", "Minutes of the town council"),
        (0, "The council voted for a protected bike lane along Harbour Street. Cyclists had asked for it since 2019."),
        (1, "Forty parking spaces will go when the lane is built. Shop owners fear that drivers will stay away."),
        (2, "Bus line 4 is to run every ten minutes in the morning."),
        (3, "School lunches will be cooked in the kitchens of the schools again, and no longer driven in from afar."),
        (4, "No classroom should hold more than 24 pupils from next autumn on."),
        (5, "Solar panels on the roof of the town hall paid for themselves in nine years."),
        (0, "A bicycle count on the bridge gave 3,100 bicycles a day, twice as many as ten years ago."),
        ("share", "Share this page"),
    ),
    "letters/readers.txt": (
        (1, "I drive to work, and parking has become a lottery. Give us the car park by the station back!"),
        (2, "The last bus leaves at nine. Whoever works late needs a taxi, because there is no bus at all."),
        (0, "My daughter cycles to school since the bike path is lit."),
        (3, "Why is the vegetarian lunch always the same soup? Lunch should taste of something."),
        (4, "Our son shares his classroom with thirty pupils; his teacher cannot hear them all."),
        (1, "“Free parking” is never free: everybody pays for the parking of a few — even those without a car."),
        ("comment-form", "Leave a comment. Your e-mail address will not be published."),
    ),
    "report.md": (
        (5, "Roofs of eleven schools could carry solar panels. Together they would yield 900 megawatt hours a year."),
        (2, "Electric buses cost more to buy, but a bus that runs on electricity costs less to keep."),
        (3, "Half of the pupils eat the lunch that is offered; the others bring their own meal."),
        (4, "Two new classrooms are built at the northern school, each for twenty pupils."),
        (2, "The bus depot needs chargers before the first electric bus arrives."),
        ("image-name", "solar_roof_0412.jpg"),
    ),
    "sv/insändare.txt": (
        (0, "Cykelbanan längs ån är smal. Cyklister och gående trängs där varje morgon."),
        (1, "Parkeringen vid torget är full redan klockan åtta. Bilarna kör runt i väntan på en parkering."),
        (3, "Skollunchen är det bästa på dagen, säger barnen. Lunchen lagas på plats."),
        (5, "Solceller på taken ger mer än väntat – solpanelerna betalar sig."),
        (4, "Klassrummen är för trånga. En klass med trettio elever blir ingen bra klass."),
        (0, "Fler cyklar om cykelbanan plogas först, också på vintern."),
        ("share", "Dela sidan"),
    ),
}
"""What each document consists of, in order: passages with their fine topic, and furniture with its reason."""

LEVELS = ("coarse", "medium", "fine")
PARENTS = {"fine": (0, 0, 2, 1, 1, 3), "medium": (0, 1, 0, 1)}
NAMES = {
    "coarse": ("Getting around town", "Schools and roofs"),
    "medium": ("Cars vs. bicycles", "School lunches", "Bus lines", "Solar panels"),
    "fine": ("Bike lanes", "Parking spaces", "Electric buses", "Lunch and meals", "Crowded classrooms", "Solar roofs"),
}
KEYWORDS = {
    "Getting around town": (("parking", "en"), ("bus", "en"), ("bike lane", "en"), ("cykelbanan", "sv")),
    "Schools and roofs": (("school", "en"), ("lunch", "en"), ("pupils", "en"), ("solpanelerna", "sv")),
    "Cars vs. bicycles": (("parking", "en"), ("bike", "en"), ("cykelbanan", "sv"), ("parkering", "sv")),
    "School lunches": (("lunch", "en"), ("pupils", "en"), ("classroom", "en"), ("klass", "sv")),
    "Bus lines": (("bus", "en"), ("electric", "en")),
    "Solar panels": (("solar panels", "en"), ("roof", "en"), ("solceller", "sv")),
    "Bike lanes": (("bike", "en"), ("cyclists", "en"), ("cykelbanan", "sv")),
    "Parking spaces": (("parking", "en"), ("drivers", "en"), ("parkering", "sv")),
    "Electric buses": (("bus", "en"), ("electric bus", "en"), ("depot", "en")),
    "Lunch and meals": (("lunch", "en"), ("meal", "en"), ("skollunchen", "sv")),
    "Crowded classrooms": (("pupils", "en"), ("classroom", "en"), ("klassrummen", "sv")),
    "Solar roofs": (("solar", "en"), ("roofs", "en"), ("taken", "sv")),
}
THEMES = (
    Theme(
        "Cars vs. bicycles",
        "Who gets the room in the street.",
        poles=(
            Pole("cars", ("parking spaces for drivers", "more parking", "room for the car")),
            Pole("bicycles", ("bike lanes for cyclists", "more bicycles", "room for the bike")),
        ),
    ),
    Theme("School lunches", "What the pupils eat.", ("Lunch is cooked at school",)),
    Theme("Space travel", "Rockets, and who pays for them."),
)
"""Two themes that topics match, the first a contrast, and one that nothing matches."""

MERGES = ((0, 1), (3, 4), (2, 6), (5, 7), (8, 9))
"""How the topics of level ``fine`` join: two merges lead to ``medium``, two to ``coarse``, and one to all in one."""

GAPS = {"coarse": (1, 4), "medium": (0, 2, 5, 9), "fine": (0, 3, 4, 7, 11, 12)}
"""Ids with gaps, as edits leave them, for the topics of each level."""

SKIPPED = (Skipped("letters/scan.txt", "it holds bytes that are no text"),)

_STEMS = (
    ("bicycl", "bike", "cycl", "cyk"),
    ("park", "driv", "car", "bil"),
    ("bus",),
    ("lunch", "meal", "soup", "skollunch", "eat"),
    ("class", "pupil", "klass", "elev", "teacher"),
    ("sol", "roof", "tak", "panel"),
)
_NOISE = 0.12  # the weight of a word that belongs to no topic


class FakeEmbedder:
    """A bag of words as a unit vector: a topic's words point one way in both languages, others hash to a little noise.

    The vector of a text depends on that text alone. ``encoded`` counts the texts it was asked for.
    """

    def __init__(self, id: str = "fake", dimension: int = DIMENSION, max_tokens: int = 64) -> None:
        self.id = id
        self.dimension = dimension
        self.max_tokens = max_tokens
        self.fingerprint = hashlib.sha256(f"{id}/{dimension}".encode()).hexdigest()
        self.encoded = 0

    def encode(self, texts, *, progress=None):
        """Return the vectors of ``texts``, shape (n, dimension), unit rows."""
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in enumerate(texts):
            vectors[row] = self._vector(text)
            self.encoded += 1
            if progress is not None:
                progress(row + 1, len(texts))
        return vectors

    def count_tokens(self, texts):
        """Return how many words each text has, plus the two tokens that an encoder adds."""
        return np.array([len(_words(text)) + 2 for text in texts], np.int32).reshape(len(texts))

    def _vector(self, text):
        total = np.zeros(self.dimension)
        for word in _words(text)[: self.max_tokens]:
            total += self._word(word)
        norm = np.sqrt((total * total).sum())
        if norm == 0:
            total[-1] = norm = 1.0
        return total / norm

    def _word(self, word):
        for topic, stems in enumerate(_STEMS):
            if word.startswith(stems) and self.dimension >= 12:
                vector = np.zeros(self.dimension)
                medium = PARENTS["fine"][topic]
                vector[[topic, 6 + medium, 10 + PARENTS["medium"][medium]]] = 1.0, 0.5, 0.4
                return vector
        digest = hashlib.shake_128(word.encode("utf-8", "surrogatepass")).digest(self.dimension)
        return _NOISE * (np.frombuffer(digest, np.uint8) / 127.5 - 1.0)


def small_model(*, level="medium", **changes):
    """Return the model described above, with any fields of TopicModel replaced by ``changes``."""
    from topics.model import TopicModel  # here, so that the encoder can be used without the model's stages

    passages, fine, removed = _corpus()
    embedder = FakeEmbedder()
    raw = embedder.encode(passages.texts())
    centring = learn(raw, passages.language_codes())
    vectors = centring.apply(raw, passages.language_codes())
    medium = np.array(PARENTS["fine"], np.int32)[fine]
    all_labels = np.stack([np.array(PARENTS["medium"], np.int32)[medium], medium, fine])
    topic_of_prototype = np.arange(6, dtype=np.int32)
    medium_of_prototype = np.array(PARENTS["fine"], np.int32)
    rule = Rule(
        _unit(np.stack([vectors[fine == topic].astype(np.float64).sum(axis=0) for topic in topic_of_prototype])),
        np.stack([np.array(PARENTS["medium"], np.int32)[medium_of_prototype], medium_of_prototype, topic_of_prototype]),
    )
    model = TopicModel(
        passages=passages,
        vectors=vectors,
        centring=centring,
        rule=rule,
        levels=tuple(_level(name, labels, passages) for name, labels in zip(LEVELS, all_labels, strict=True)),
        all_labels=all_labels,
        positions=_positions(fine),
        encoder=EncoderCard(embedder.id, embedder.fingerprint, embedder.dimension),
        settings=Settings(),
        level=level,
        themes=THEMES,
        removed=removed,
        skipped=SKIPPED,
        embedder=embedder,
    )
    return replace(model, _memo=None, **changes) if changes else model  # a memo belongs to its passages


def gapped_model(*, level="medium", gaps=GAPS, **changes):
    """Return the small model with other ids, as after edits: ``gaps`` gives the new id of each topic by level."""
    model = small_model(level=level)
    new_ids = [np.array([*gaps[name], LOOSE], np.int32) for name in LEVELS]

    def renumbered(at):
        above = gaps[LEVELS[at - 1]] if at else ()
        topics = [
            replace(topic, id=gaps[LEVELS[at]][topic.id], parent=above[topic.parent] if at else None)
            for topic in model.levels[at].topics
        ]
        return Level(LEVELS[at], tuple(sorted(topics, key=lambda topic: topic.id)))

    own = {
        "levels": tuple(map(renumbered, range(len(LEVELS)))),
        "all_labels": np.stack([ids[labels] for ids, labels in zip(new_ids, model.all_labels, strict=True)]),
        "rule": Rule(
            model.rule.prototypes,
            np.stack([ids[topics] for ids, topics in zip(new_ids, model.rule.topics, strict=True)]),
        ),
    }
    return small_model(level=level, **own | changes)


def small_tree():
    """Return the tree of the small model: ``small_model(tree=small_tree())``."""
    codes = Counter(small_model().passages.language_codes())
    everything = Topic(
        10, "The town", (Keyword("town", 1.0, "en"),), codes.total(), 1.0, float("nan"), "", languages=dict(codes)
    )
    return Tree(np.array(MERGES, np.int32), (everything,))


def _words(text):
    return re.findall(r"\w+", text.lower())


def _unit(rows):
    return (rows / np.sqrt((rows * rows).sum(axis=1, keepdims=True))).astype(np.float32)


def _corpus():
    """Return the passages, the fine topic of each, and what was removed."""
    documents, columns, removed = [], [], []
    for row, (name, pieces) in enumerate(PIECES.items()):
        text = "\n\n".join(piece for _, piece in pieces)
        documents.append(Document(name, text, {"title": name.split("/")[-1], "källa": "påhittad"}))
        for kind, piece in pieces:
            start = text.index(piece)
            end = start + len(piece)
            if isinstance(kind, str):
                removed.append(Removed(name, start, end, kind))
            else:
                columns.append((row, start, end, int(name.startswith("sv/")), kind))
    document, start, end, language, fine = np.array(columns, np.int32).T
    passages = Passages(documents, document, start, end, language, ("en", "sv"))
    return passages, np.ascontiguousarray(fine), tuple(removed)


def _level(name, labels, passages):
    """Return a level with its topics; the stability of the last topic of each level was not measured."""
    codes = passages.language_codes()
    parents = np.array(PARENTS[name]) if name in PARENTS else None
    matched = {theme.name for theme in THEMES}
    topics = []
    for id, title in enumerate(NAMES[name]):
        rows = np.flatnonzero(labels == id)
        topics.append(
            Topic(
                id=id,
                name=title,
                keywords=tuple(
                    Keyword(term, round(1 - 0.2 * rank, 2), language)
                    for rank, (term, language) in enumerate(KEYWORDS[title])
                ),
                size=len(rows),
                share=len(rows) / len(labels),
                stability=float("nan") if id == len(NAMES[name]) - 1 else round(0.95 - 0.1 * id, 2),
                level=name,
                parent=None if parents is None else int(parents[id]),
                theme=title if title in matched else None,
                languages=dict(Counter(codes[row] for row in rows).most_common()),
            )
        )
    return Level(name, tuple(topics))


def _positions(fine):
    """Return a map on which every topic is a small ring of its own, within -1 to 1."""
    angle = 2 * np.pi * fine / 6
    around = 2 * np.pi * np.arange(len(fine)) / len(fine)
    centre = 0.75 * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return (centre + 0.15 * np.stack([np.cos(around), np.sin(around)], axis=1)).astype(np.float32)


def odd_model(text, meta):
    """Return the small model with one more document whose every text and name is odd."""
    model = small_model()
    documents = [*model.passages.documents, Document(f"odd/{text}", text, meta, (0, len(text)), 7)]
    columns = (model.passages.document, model.passages.start, model.passages.end, model.passages.language)
    removed = (*model.removed, Removed(f"odd/{text}", 0, len(text), text, text))
    passages = Passages(documents, *columns, languages=model.passages.languages)
    return small_model(passages=passages, removed=removed, skipped=(Skipped(text, text),))
