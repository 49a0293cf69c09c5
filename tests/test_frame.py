import topics
from tests.models import FakeEmbedder
from topics.read import Reading
from topics.values import Document


def test_the_frame_groups_by_metadata_and_tells_pages_and_rows() -> None:
    documents = [
        Document("a.pdf", "Bees fly.\n\nBirds sing.", {"author": "Ann"}, pages=(0, 11)),
        Document("t.csv#3", "Ships sail.", {"author": "Bo"}, row=3),
    ]
    frame = topics.fit(Reading(tuple(documents), ()), embedder=FakeEmbedder(), language="en").to_frame()
    assert frame["page"].astype(object).where(frame["page"].notna(), None).tolist() == [1, 2, None]
    assert frame["row"].dropna().tolist() == [3]
    assert frame.groupby("meta_author").size().to_dict() == {"Ann": 2, "Bo": 1}
