"""What a run measured, kept as JSON beside the page: the peers need not run again where only our method has changed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.agreement import Figures, Row
from benchmarks.experiments import Spread

_OURS_ALONE = ("command", "topics")  # facts that may differ between the two runs


@dataclass(frozen=True, slots=True)
class Record:
    """Rows and small draws of a run, and the facts that it was run with."""

    rows: Sequence[Row]
    spreads: Sequence[Spread]
    facts: Mapping[str, str]

    def of_peers(self, ours: str, facts: Mapping[str, str]) -> Record:
        """Return what was measured of the others, for a run with these facts.

        Raises
        ------
        ValueError
            They were measured with something else: other versions, samples, seeds or settings.
        """
        for name in sorted({*facts, *self.facts} - set(_OURS_ALONE)):
            if facts.get(name) != self.facts.get(name):
                raise ValueError(
                    f"the peers were measured with {name} {self.facts.get(name)}, and here it is {facts.get(name)}; "
                    "run all methods again, without --ours"
                )
        return replace(
            self,
            rows=[row for row in self.rows if row.method != ours],
            spreads=[spread for spread in self.spreads if not spread.title.startswith(ours)],
        )


def write(path: Path, record: Record) -> None:
    """Write a record, NaN as null."""
    told = {
        "facts": dict(record.facts),
        "rows": [_plain(asdict(row)) for row in record.rows],
        "spreads": [_plain(asdict(spread)) for spread in record.spreads],
    }
    path.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8", newline="\n")


def read(path: Path) -> Record:
    """Read a record.

    Raises
    ------
    ValueError
        There is none.
    """
    if not path.is_file():
        raise ValueError(f"there is no record {path.name} of a run; run all methods once, without --ours")
    told = json.loads(path.read_text(encoding="utf-8"))
    rows = [
        Row(
            **{
                **_numbers(row, "seconds"),
                "figures": row["figures"] and Figures(**_numbers(row["figures"], "language")),
            }
        )
        for row in told["rows"]
    ]
    return Record(rows, [Spread(**spread) for spread in told["spreads"]], told["facts"])


def _row(told: dict[str, Any]) -> Row:
    figures = told["figures"] and Figures(**_numbers(told["figures"], "language"))
    return Row(**{**_numbers(told, "seconds"), "figures": figures})


def _plain(value: Any) -> Any:  # noqa: ANN401 - plain JSON
    if isinstance(value, dict):
        return {name: _plain(own) for name, own in value.items()}
    if isinstance(value, float):
        return None if value != value else round(value, 6)
    return value


def _numbers(told: dict[str, Any], name: str) -> dict[str, Any]:
    return {**told, name: float("nan") if told[name] is None else told[name]}
