"""To BERTopic and back: a model as a BERTopic object, for its plots and tools; and a BERTopic object as a model."""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from topics import language, layout, spaceless, words
from topics.cluster import Clustering
from topics.cluster.by_bertopic import bertopic_alone
from topics.cluster.choice import judge_of, levels
from topics.cluster.exemplars import SHOWN, as_clustering
from topics.cluster.rule import Rule
from topics.embed import BUNDLED, load_embedder
from topics.embed.centre import no_centring
from topics.embed.reading import Reading
from topics.errors import ReadError
from topics.ids import ids_of, places_of
from topics.model import TopicModel
from topics.nearest import unit
from topics.outline import Material, outline
from topics.passages import Passages
from topics.placement import Placement, card_of
from topics.protocols import Embedder, Floats, Ints
from topics.read import read_source
from topics.read.encoding import normalise
from topics.search import TextIndex
from topics.settings import Settings
from topics.values import LOOSE, Document, Passage, Skipped
from topics.words import Kind
from topics.words.tokenise import is_run, items_of

if TYPE_CHECKING:
    from bertopic import BERTopic

_log = logging.getLogger(__name__)

_REPRESENTATIVES = 3  # passages a topic, as BERTopic keeps them
_LOOSE_NAME = "Loose passages"
_WORDLESS = ("emptydoc", "emptydocs")  # in the place of a text without words; BERTopic needs two terms in all
_NO_KEYWORD = ("", 0.00001)  # and of a keyword that is not there
_PROBES, _SAME_SPACE = 16, 0.9  # texts by which an encoder is recognised; mean cosine from which it is the one


def to_bertopic(model: TopicModel) -> BERTopic:
    """Return a fitted BERTopic object of a model at the level it shows, without fitting anything.

    Topics have the same ids, -1 for loose passages. Where edits left gaps in the ids, or topics without passages, which
    BERTopic cannot have, they are numbered anew in the order of their ids: ``bt.hdbscan_model.ids_[topic]`` is the id
    that one of BERTopic's has in the model. Its documents are ``model.passages.texts()``, its topic embeddings the mean
    vectors of the topics, its custom labels our names, its probabilities our confidence. c-TF-IDF is BERTopic's, over
    words that are content words in this corpus.

    ``transform`` and ``find_topics`` embed by the model's encoder and centring, and ``transform(texts)`` gives the
    topics that ``model.assign(texts)`` gives, -1 for one without passages. What BERTopic has no place for stays behind:
    the confidence of new texts (``transform`` gives None), other levels, named themes, where a passage comes from.
    Saved by BERTopic as safetensors or PyTorch, the rule is lost, and a text goes to the topic with the nearest mean
    instead; embeddings that are handed to ``transform`` have to be in the model's space
    (``bt.embedding_model.embed(texts)``). ``visualize_topics`` needs four topics: with fewer BERTopic's own map fails.

    Parameters
    ----------
    model
        Any model; ``model.at(...)`` chooses the level.
    """
    with bertopic_alone():
        return _converted(model)


def _converted(model: TopicModel) -> BERTopic:
    import pandas as pd
    from bertopic import BERTopic
    from bertopic._bertopic import TopicMapper
    from bertopic.dimensionality import BaseDimensionalityReduction
    from bertopic.vectorizers import ClassTfidfTransformer
    from sklearn.feature_extraction.text import CountVectorizer

    texts, rule = model.passages.texts(), NearestTopic.of(model)
    theirs = BERTopic(
        top_n_words=model.settings.keywords,
        embedding_model=_backend(model),
        umap_model=BaseDimensionalityReduction(),
        hdbscan_model=rule,
        vectorizer_model=CountVectorizer(analyzer=Analyzer.of(model)),
        ctfidf_model=ClassTfidfTransformer(reduce_frequent_words=True),
    )
    documents = pd.DataFrame({"Document": texts, "ID": range(len(texts)), "Topic": rule.labels_, "Image": None})
    theirs._update_topic_size(documents)
    theirs.topic_mapper_ = TopicMapper(theirs.topics_)
    theirs._extract_topics(documents, embeddings=model.vectors, fine_tune_representation=False)
    own = {place: model.topic(topic) for place, topic in enumerate(rule.ids_.tolist())}
    theirs.topic_representations_ |= {
        place: [(keyword.term, keyword.weight) for keyword in topic.keywords] or [_NO_KEYWORD]
        for place, topic in own.items()
    }
    rows = {place: model.typical(topic.id, _REPRESENTATIVES) for place, topic in own.items()}
    if LOOSE in theirs.topic_sizes_:
        rows[LOOSE] = model.rows(LOOSE)[:_REPRESENTATIVES]
    theirs.representative_docs_ = {topic: [texts[row] for row in rows[topic]] for topic in sorted(rows)}
    theirs.probabilities_ = model.confidence.astype(np.float64)
    theirs.set_topic_labels({LOOSE: _LOOSE_NAME, **{place: topic.name for place, topic in own.items()}})
    return theirs


def _backend(model: TopicModel) -> Any:  # noqa: ANN401 - BERTopic ships no types
    """Return the model's encoder and centring as a backend of BERTopic."""
    from bertopic.backend import BaseEmbedder

    known = TextIndex(model.passages.texts())
    encoder = model.embedder or model.settings.embedder
    placement = Placement(model.passages, known, model.vectors, model.centring, model.encoder, encoder)

    class Backend(BaseEmbedder):  # type: ignore[misc]
        """Texts -> vectors in the space of the model; 0 for a text without a letter or digit, which has no topic."""

        def embed(self, documents: Sequence[str] | str, verbose: bool = False) -> Floats:
            texts = [documents] if isinstance(documents, str) else list(documents)
            placed = placement.placed(texts)
            silent = [row < 0 and not any(map(str.isalnum, text)) for row, text in zip(placed.rows, texts, strict=True)]
            return np.where(np.array(silent, np.bool_)[:, None], np.float32(0), placed.vectors)

    return Backend()


class NearestTopic:
    """The assignment rule of a model in the place of BERTopic's HDBSCAN.

    Parameters
    ----------
    rule, level
        The rule, and the row of its level.
    labels
        The topic of each passage.
    ids
        The ids of the topics that hold passages, ascending. BERTopic knows each by its place here.
    """

    def __init__(self, rule: Rule, level: int, labels: Ints, ids: Ints) -> None:
        self._rule = rule
        self._level = level
        self.ids_ = ids
        self.labels_ = places_of(labels, ids)

    @classmethod
    def of(cls, model: TopicModel) -> NearestTopic:
        """Return the rule of a model at the level it shows."""
        ids = ids_of(topic for topic in model.topics if topic.size)
        return cls(model.rule, model.level_names.index(model.level), model.labels, ids)

    def fit(self, vectors: Floats, y: object = None) -> NearestTopic:
        """Give every vector its topic, as BERTopic asks of what it clusters with."""
        self.labels_ = self.predict(vectors)
        return self

    def predict(self, vectors: Floats) -> Ints:
        """Return the topic of each vector, as BERTopic numbers it, shape (n,); -1 for 0, and where a topic is empty."""
        own = np.asarray(vectors, np.float32)
        found = self._rule.nearest(own, self._level).topic
        known = own.any(axis=1) & np.isin(found, self.ids_)
        return places_of(np.where(known, found, np.int32(LOOSE)), self.ids_)


class Analyzer:
    """Texts -> content words and phrases of a corpus, in the place of the words that a CountVectorizer counts.

    Parameters
    ----------
    keys
        What each word counts as; others are left out.
    runs
        The words of scripts without spaces.
    phrases
        The two-word phrases that count besides their words.
    """

    def __init__(self, keys: Mapping[str, str], runs: frozenset[str], phrases: frozenset[str]) -> None:
        self._keys = dict(keys)
        self._runs = runs
        self._phrases = phrases

    @classmethod
    def of(cls, model: TopicModel) -> Analyzer:
        """Read the words of a model's passages: a word of several languages is what it is most often."""
        corpora = words.read(model.passages.texts(), model.passages.language_codes(), language.stop_words)
        kinds: defaultdict[str, Counter[bool]] = defaultdict(Counter)
        keys: dict[str, str] = {}
        phrases: Counter[str] = Counter()
        for corpus in corpora:
            for row, items in enumerate(corpus.passages):
                phrases.update({term for term in corpus.terms(row) if " " in term})
                for item in items:
                    kinds[item][corpus.kinds[item] is Kind.CONTENT] += 1
                    keys.setdefault(item, corpus.keys[item])
        content = {item: keys[item] for item, counts in kinds.items() if counts[True] > counts[False]}
        runs = frozenset(item for item in content if is_run(item))
        return cls(content, runs, frozenset(phrase for phrase, count in phrases.items() if count > 1))

    def __call__(self, text: str) -> list[str]:
        """Return the words and phrases of a text, each as often as it occurs."""
        keys = [self._keys.get(item, "") for item in self._items(text)]
        pairs = (f"{one} {other}" for one, other in pairwise(keys) if one and other)
        found = [*filter(None, keys), *(pair for pair in pairs if pair in self._phrases)]
        return found if found and len(self._keys) > 1 else [*found, *_WORDLESS]

    def _items(self, text: str) -> Iterable[str]:
        for item in items_of(text, language.UNKNOWN):
            if is_run(item):
                yield from spaceless.find(item, self._runs)
            else:
                yield item


def from_bertopic(
    bt: BERTopic,
    docs: Sequence[str | Document],
    embeddings: NDArray[np.floating] | None = None,
    *,
    embedder: Embedder | str = BUNDLED,
) -> TopicModel:
    """Return a model of the topics that a BERTopic object found, to be saved, shown, searched and assigned with.

    Each document is one passage. Topics keep their passages, keywords and custom or zero-shot labels; those without
    get a name as after a fit. Ids are by size, so that they are BERTopic's unless topics are of one size. Outliers are
    loose passages. A new text gets the topic of the nearest document. BERTopic's topics are level ``"medium"``; where
    they join there is a coarser one, and the tree above. Stability is not known.

    Parameters
    ----------
    bt
        A BERTopic object that is fitted.
    docs
        What it was fitted on, in that order.
    embeddings
        The vectors that it was given, shape (n, d); by default the documents are encoded here.
    embedder
        The encoder that made them, or the folder or hub name of one: new texts are encoded by it.

    Raises
    ------
    ValueError
        ``bt`` is not fitted, or on other documents; or it found no topic at all; or ``embeddings`` do not fit.
    ReadError
        The documents hold no text, or two share an id.
    EncoderError
        The encoder is not to be had.
    """
    if getattr(bt, "topics_", None) is None:
        raise ValueError("bt is not fitted; call its fit first, or let topics.fit(docs, engine='bertopic') do both")
    given = np.asarray(bt.topics_, np.int64)
    if isinstance(docs, str) or len(docs) != len(given):
        raise ValueError(f"bt was fitted on {len(given)} documents, but docs holds {len(docs)}; give the same ones")
    if not (given >= 0).any():
        raise ValueError(f"bt found no topic: all {len(given)} documents are outliers; fit with topics.fit(docs)")
    taken = _passages(docs)
    name = embedder if isinstance(embedder, str) else BUNDLED
    encoder = load_embedder(embedder) if isinstance(embedder, str) else embedder
    vectors = _vectors(taken.passages.texts(), None if embeddings is None else (embeddings, taken.kept), encoder)
    own = Settings(engine="bertopic", embedder=name, centre="none", outliers="keep", clean=False)
    return _adopted(bt, given[taken.kept], taken, vectors, own, encoder, None if encoder is not embedder else encoder)


@dataclass(frozen=True, eq=False, slots=True)
class _Taken:
    """Documents as passages; ``kept`` are the rows of those that hold text."""

    passages: Passages
    kept: NDArray[np.int64]
    skipped: tuple[Skipped, ...]


def _passages(docs: Sequence[str | Document]) -> _Taken:
    """Make each document one passage."""
    documents = [
        document if isinstance(document, Document) else Document(str(row), normalise(document))
        for row, document in enumerate(docs)
    ]
    kept = [row for row, document in enumerate(documents) if document.text.strip()]
    skipped = [Skipped(document.id, "holds no text") for document in documents if not document.text.strip()]
    if not kept:
        raise ReadError(f"all {len(documents)} documents are empty; give those that bt was fitted on")
    held = read_source([documents[row] for row in kept]).documents
    texts = [document.text.strip() for document in held]
    codes = language.detect(texts, among=language.languages_of(texts))
    cut = []
    for document, text, code in zip(held, texts, codes, strict=True):
        start = document.text.index(text)
        end = start + len(text)
        cut.append(Passage(f"{document.id}:{start}-{end}", document.id, start, end, text, code))
    return _Taken(Passages.of(held, cut), np.array(kept), tuple(skipped))


def _vectors(
    texts: Sequence[str], given: tuple[NDArray[np.floating], NDArray[np.int64]] | None, encoder: Embedder
) -> Floats:
    """Return the unit vectors of texts, those that were given if the encoder makes such; same text, same vector."""
    if given is None:
        return encoder.encode(texts)
    table, kept = np.asarray(given[0]), given[1]
    if table.ndim != 2 or len(table) <= kept.max() or table.shape[1] != encoder.dimension:
        raise ValueError(
            f"embeddings have shape {table.shape}, but must be one row a document, {encoder.dimension} wide as "
            f"those of {encoder.id}: name the encoder that made them (embedder=), or leave them out"
        )
    lengths = np.linalg.norm(table[kept].astype(np.float64), axis=1)
    if not (np.isfinite(lengths) & (lengths > 0)).all():
        row = int(kept[np.argmin(np.isfinite(lengths) & (lengths > 0))])
        raise ValueError(f"embeddings[{row}] is 0 or not finite; leave embeddings out, or make that row again")
    first = TextIndex(texts).rows(texts)
    vectors: Floats = unit(table[kept])[first].astype(np.float32)
    probes = np.unique(np.linspace(0, len(texts) - 1, _PROBES).astype(int)).tolist()
    alike = float((encoder.encode([texts[row] for row in probes]) * vectors[probes]).sum(axis=1).mean())
    if alike < _SAME_SPACE:
        raise ValueError(
            f"embeddings are not those of the encoder {encoder.id} (mean cosine {alike:.2f} over {len(probes)} texts): "
            "name the one that made them (embedder=), or leave them out"
        )
    return vectors


def _adopted(
    bt: BERTopic,
    given: NDArray[np.int64],
    taken: _Taken,
    vectors: Floats,
    settings: Settings,
    encoder: Embedder,
    at_hand: Embedder | None,
) -> TopicModel:
    """Make the model of topics that are given."""
    passages = taken.passages
    texts, codes = passages.texts(), passages.language_codes()
    found, ids = _clustering(vectors, given)
    keywords = [[(term, float(weight)) for term, weight in bt.get_topic(topic) if term] for topic in ids]
    found = replace(found, keywords={SHOWN: keywords})
    labels = found.rule.labels(vectors)
    moved = int((np.append(ids, LOOSE)[labels[found.levels.index(SHOWN)]] != given).sum())
    if moved:
        _log.info("%d documents went to the topic that most documents of the same text have", moved)
    corpora = words.read(texts, codes, language.stop_words)
    material = Material(corpora, passages, vectors, lambda terms, _: encoder.encode(terms), settings)
    described, tree = outline(found, labels, material, {SHOWN: _names(bt, ids)})
    return TopicModel(
        passages=passages,
        vectors=vectors,
        centring=no_centring(encoder.dimension),
        rule=found.rule,
        levels=described,
        all_labels=labels,
        positions=layout.layout(vectors, seed=settings.seed, labels=labels[found.levels.index(SHOWN)]),
        encoder=card_of(encoder, Reading(encoder, texts, codes).poor()),
        settings=settings,
        level=SHOWN,
        skipped=taken.skipped,
        embedder=at_hand,
        tree=tree,
    )


def _clustering(vectors: Floats, given: NDArray[np.int64]) -> tuple[Clustering, list[int]]:
    """Return topics that are given as a clustering, and the id that each of its topics had."""
    space, which = np.unique(vectors, axis=0, return_inverse=True)
    votes: list[Counter[int]] = [Counter() for _ in space]
    for row, topic in zip(which.reshape(-1).tolist(), given.tolist(), strict=True):
        votes[row][topic] += 1
    chosen = np.array([min(own, key=lambda topic: (-own[topic], topic < 0, topic)) for own in votes])
    ids, topics = np.unique(chosen[chosen >= 0], return_inverse=True)
    groups = np.full(len(space), LOOSE, np.int32)
    groups[chosen >= 0] = topics
    found = as_clustering(vectors, space, levels(space, groups, (), judge_of(space), keep=True), ())
    own = found.rule.labels(space)[found.levels.index(SHOWN)]
    mostly = [np.bincount(groups[(own == topic) & (groups >= 0)]).argmax() for topic in range(int(own.max()) + 1)]
    return found, ids[mostly].tolist()


def _names(bt: BERTopic, ids: Sequence[int]) -> dict[int, str]:
    """Return the names that a person gave to topics, each once: custom labels, else those of zero-shot topics."""
    made = {topic: label for topic, label in bt.topic_labels_.items() if label not in (bt.zeroshot_topic_list or ())}
    known = {topic: label for topic, label in bt.topic_labels_.items() if topic not in made}
    if bt.custom_labels_ is not None:
        known |= {topic: str(bt.custom_labels_[topic + bt._outliers]) for topic in ids}
    known = {topic: label for topic, label in known.items() if label != made.get(topic)}
    names: dict[int, str] = {}
    taken: set[str] = set()
    for place, topic in enumerate(ids):
        name = plain = " ".join(known.get(topic, "").split())
        again = 2
        while name and name.casefold() in taken:
            name, again = f"{plain} ({again})", again + 1
        if name:
            names[place] = name
            taken.add(name.casefold())
    return names
