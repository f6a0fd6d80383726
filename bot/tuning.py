"""How the interpreter shares its time between what is done at once, set for the whole process.

Measured by `python -m benchmarks.runs`: together they make late acknowledgements several times sooner.
"""

import gc
import sys

# The thread that writes gives up the interpreter at every statement, and by default waits up to
# 5 ms each time until the event loop lets it go on: a batch of a hundred then takes a second.
SWITCH = 0.0005  # seconds
# Thousands of runs are objects that live: to look at all of them for every 700 new ones stops
# everything for tens of milliseconds. What is dropped here is freed by its count.
YOUNG, MIDDLE, OLD = 50_000, 20, 20


def tune_interpreter() -> None:
    """Set both. What was loaded so far is never looked at again: it stays until the end."""
    sys.setswitchinterval(SWITCH)
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)
