"""Every benchmark in turn, at its default size: `./run bench`."""

import subprocess
import sys
from pathlib import Path

BENCHMARKS = ("storage", "runs", "approvals", "budgets", "takeover")


def main() -> int:
    """Run them all; 1 where one of them failed."""
    failed = []
    for name in BENCHMARKS:
        print(f"\n== {name}\n", flush=True)
        done = subprocess.run(
            [sys.executable, "-m", f"benchmarks.{name}"],
            cwd=Path(__file__).parents[1],
            check=False,
        )
        if done.returncode != 0:
            failed.append(name)
    if failed:
        print(f"\nFailed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
