"""The table of benchmarks.runs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from benchmarks.load import Acks

HEAD = (
    f"{'':8}{'ack p50':>9}{'p99':>8}{'max ms':>8}{'>3 s':>6}{'answered':>10}{'after s':>9}"
    f"{'peak MB':>9}{'CPU s':>7}{'idle MB':>9}{'start s':>9}{'late':>7}{'p99':>7}{'polls':>7}"
)


@dataclass(frozen=True, slots=True)
class Figures:
    """One measurement of one program. Seconds and megabytes; `answered_after` the first event."""

    program: str
    acks: Acks
    answered: int
    answered_after: float
    idle_rss: float
    start_cpu: float
    peak_rss: float
    cpu: float
    report: Mapping[str, Any]


def draw(figures: Figures) -> str:
    """One line of the table, and what was counted at the other side."""
    acks, report = figures.acks, figures.report
    calls = " ".join(f"{name} {count}" for name, count in sorted(report["calls"].items()))
    others = {**acks.others, **report["refused"]}
    return (
        f"{figures.program:8}{acks.share(0.5) * 1000:>9.0f}{acks.share(0.99) * 1000:>8.0f}"
        f"{acks.share(1.0) * 1000:>8.0f}{acks.late:>6}{figures.answered:>10}"
        f"{figures.answered_after:>9.1f}{figures.peak_rss:>9.1f}{figures.cpu:>7.1f}"
        f"{figures.idle_rss:>9.1f}{figures.start_cpu:>9.2f}{report['late_median']:>7.2f}"
        f"{report['late_p99']:>7.2f}{report['polls'] / max(report['invocations'], 1):>7.1f}\n"
        f"{'':8}invokeAsync {report['invocations']} status {report['polls']} {calls}"
        + (f" NOT OK {others}" if others else "")
    )


def draw_ratios(all_figures: Sequence[Figures]) -> str:
    """The bot's medians over the floor's."""

    def ratio(figure: Callable[[Figures], float]) -> float:
        bot, floor = (
            median(figure(each) for each in all_figures if each.program == program)
            for program in ("bot", "floor")
        )
        return bot / floor if floor else float("inf")

    return (
        f"bot / floor: peak RSS {ratio(lambda each: each.peak_rss):.2f},"
        f" CPU {ratio(lambda each: each.cpu):.2f},"
        f" ack p99 {ratio(lambda each: each.acks.share(0.99)):.2f},"
        f" ack p50 {ratio(lambda each: each.acks.share(0.5)):.2f}"
        f" (goals: below 1.5, below 1.5, at most 2)"
    )
