"""What was measured, as values: a spread of rounds, a row of a table, the result of a scenario."""

import dataclasses
import statistics


@dataclasses.dataclass(frozen=True)
class Spread:
    """The median of the rounds, the lowest and the highest, and each round in the order it was measured."""

    median: float
    low: float
    high: float
    rounds: tuple[float, ...]

    @staticmethod
    def of(values: list[float]) -> "Spread":
        return Spread(statistics.median(values), min(values), max(values), tuple(values))


@dataclasses.dataclass(frozen=True)
class Row:
    """One figure. Cells by column ("nginx", "weir", "ratio", …); `unit` holds for all but the ratio."""

    key: str
    label: str
    unit: str
    cells: dict[str, Spread]

    @staticmethod
    def of(key: str, label: str, unit: str, rounds: dict[str, list[float]]) -> "Row":
        cells = {column: Spread.of(values) for column, values in rounds.items() if values}
        return Row(key, label, unit, cells)


@dataclasses.dataclass
class Result:
    """A scenario's rows, how they came about, and what limits them."""

    name: str
    title: str
    how: str
    rows: list[Row]
    notes: list[str] = dataclasses.field(default_factory=list)
    verdicts: list[str] = dataclasses.field(default_factory=list)  # each promise: met, or missed by how much

    def row(self, key: str) -> Row:
        return next(row for row in self.rows if row.key == key)


def ratios(over: list[float], under: list[float]) -> list[float]:
    """Round by round, so that what disturbed a round disturbed both."""
    return [a / b for a, b in zip(over, under, strict=True)]


def differences(of: list[float], minus: list[float]) -> list[float]:
    return [a - b for a, b in zip(of, minus, strict=True)]


class Failure(Exception):
    """The measurement can't be trusted or made: one sentence that says why and what to do."""
