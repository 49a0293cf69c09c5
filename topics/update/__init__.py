"""A model that keeps up with its corpus: new documents are added to its topics, or all is fitted again.

:func:`add` leaves the topics as they are, and says how many of the new passages fit none of them; :func:`refit` finds
the topics anew, and carries ids and edits over.
"""

from __future__ import annotations

from topics.update.adding import Added, add
from topics.update.drift import Drift, TopicDrift
from topics.update.refitting import Dropped, Refit, Replayed, refit

__all__ = ["Added", "Drift", "Dropped", "Refit", "Replayed", "TopicDrift", "add", "refit"]
