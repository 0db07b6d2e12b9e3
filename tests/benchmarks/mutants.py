"""Do the tests see anything? Change the code in small ways, and count who notices.

    pip install -e ".[dev,mutation]"
    python tests/benchmarks/mutants.py [--rooms calculus/kinks ...] [--sample 60] [--work FOLDER] [--again]

Of each room where a wrong answer is born, cosmic-ray draws all mutants: an operator, a comparison, a
number, a branch replaced. A seeded sample is tried, each with that room's tests. Prints a row for
each room, and the differences that no test saw. Annotations are left out: nothing runs them.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import os
import queue
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from cosmic_ray.work_db import WorkDB, use_db
from cosmic_ray.work_item import MutationSpec, WorkerOutcome, WorkResult

ROOT = Path(__file__).parents[2]
CALCULUS = "calculus/test_edges_of_calculus.py calculus/test_study.py calculus/test_quotient.py"
TESTS = {  # the room's own first: pytest ends at the first that fails
    "calculus/kinks": f"calculus/test_kinks.py {CALCULUS}",
    "calculus/estimates": f"{CALCULUS} calculus/test_sweep.py cli/test_command.py",
    "calculus/quotient": f"{CALCULUS} calculus/test_sweep.py graph/test_check.py",
    "calculus/exact": f"calculus/test_exact.py {CALCULUS} calculus/test_kinks.py",
    "calculus/evaluate": f"{CALCULUS} calculus/test_closures.py calculus/test_exact.py test_attack.py",
    "calculus/slopes": f"{CALCULUS} calculus/test_kinks.py calculus/test_exact.py",
    "calculus/sampling": "calculus/test_sampling.py exercises",
    "calculus/landmarks": "calculus/test_landmarks.py calculus/test_sampling.py exercises",
    "exercises/grading": "exercises/test_verdicts.py exercises",
    "exercises/diagnosis": "exercises/test_verdicts.py exercises",
    "graphs/backprop": "graph/test_edges_of_backprop.py graph",
    "networks/equations": "network/test_equations.py network/test_kernels.py network",
    "networks/kernels": "network/test_edges_of_kernels.py network/test_kernels.py network",
    "language/expressions": "language",
    "language/limits": "language",
}
COMMAND = "{python} -m pytest -x -q -p no:cacheprovider {tests}"
CONFIG = """[cosmic-ray]
module-path = "{module}"
timeout = {timeout}
excluded-modules = []
test-command = "{command}"

[cosmic-ray.distributor]
name = "local"
"""


def checkout(folder: Path) -> Path:
    """Return a copy of the working tree, whose bytecode follows each change of the source."""
    names = subprocess.check_output(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, text=True,
    ).split("\0")  # fmt: skip
    for name in names:
        if name and (ROOT / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    mode = ["-q", "--invalidation-mode", "checked-hash", "derivcli"]
    subprocess.run([sys.executable, "-m", "compileall", *mode], cwd=folder, check=True)
    return folder


def annotations(path: Path) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Return where annotations begin and end, as (line, column)."""
    found: list[ast.expr | None] = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef):
            found.append(node.returns)
        elif isinstance(node, ast.arg | ast.AnnAssign):
            found.append(node.annotation)
    return [
        ((node.lineno, node.col_offset), (node.end_lineno or 0, node.end_col_offset or 0))
        for node in found
        if node
    ]


def draw(session: WorkDB, path: Path, sample: int, seed: int) -> None:
    """Mark all but a sample of the session's mutants as skipped."""
    silent = annotations(path)

    def runs(mutation: MutationSpec) -> bool:
        return not any(start <= mutation.start_pos < end for start, end in silent)

    items = sorted(
        (item for item in session.work_items if runs(item.mutations[0])),
        key=lambda item: [
            (each.start_pos, each.operator_name, each.occurrence) for each in item.mutations
        ],
    )
    kept = {item.job_id for item in random.Random(seed).sample(items, min(sample, len(items)))}
    for item in session.work_items:
        if item.job_id not in kept:
            session.set_result(item.job_id, WorkResult(WorkerOutcome.SKIPPED))


def forget_survivors(session: WorkDB) -> None:
    """Leave the survivors of an earlier run to be tried again: there are new tests."""
    items, results = list(session.work_items), list(session.results)
    session.clear()
    session.add_work_items(items)
    for job, result in results:
        if result.is_killed:
            session.set_result(job, result)


def tried(room: str, folder: Path, work: Path, options: argparse.Namespace) -> None:
    """Try the sample of one room; what an earlier run has tried is not tried again."""
    stem = work / room.replace("/", "-")
    config, session = stem.with_suffix(".toml"), stem.with_suffix(".sqlite")
    module = f"derivcli/{room}.py"
    tests = " ".join(f"tests/{name}" for name in TESTS[room].split())
    command = COMMAND.format(python=sys.executable, tests=tests)
    config.write_text(CONFIG.format(module=module, timeout=options.timeout, command=command))
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    tool = Path(sys.executable).with_name("cosmic-ray")
    new = not session.exists()
    if new:
        subprocess.run([tool, "init", config, session], cwd=folder, check=True)
        with use_db(session) as opened:
            draw(opened, folder / module, options.sample, options.seed)
    elif options.again:
        with use_db(session, WorkDB.Mode.open) as opened:
            forget_survivors(opened)
    if new or options.again:
        # Tests that fail anyway would notice everything.
        subprocess.run([tool, "baseline", config], cwd=folder, env=environment, check=True)
    subprocess.run([tool, "exec", config, session], cwd=folder, env=environment, check=True)


def outcomes(room: str, work: Path) -> tuple[Counter[str], list[str]]:
    """Return how many mutants were killed, timed out or survived, and the survivors."""
    counts: Counter[str] = Counter()
    survivors = []
    with use_db(work / f"{room.replace('/', '-')}.sqlite", WorkDB.Mode.open) as session:
        for _, result in session.results:
            if result.worker_outcome == WorkerOutcome.SKIPPED:
                continue
            alive = not result.is_killed
            late = result.output is not None and "timeout" in result.output[:20]
            counts["survived" if alive else "late" if late else "killed"] += 1
            if alive:
                survivors.append(result.diff or "")
    return counts, survivors


def main() -> None:
    """Try the mutants of each room, and print the table and the survivors."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rooms", nargs="+", default=list(TESTS), choices=list(TESTS))
    parser.add_argument("--sample", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--timeout", type=float, default=120)
    parser.add_argument("--copies", type=int, default=2, help="how many are tried at a time")
    parser.add_argument("--work", type=Path, help="keep the sessions here, and go on with them")
    parser.add_argument("--again", action="store_true", help="try their survivors once more")
    options = parser.parse_args()
    with contextlib.ExitStack() as stack:
        work = options.work or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        work.mkdir(parents=True, exist_ok=True)
        copies: queue.SimpleQueue[Path] = queue.SimpleQueue()
        for _ in range(options.copies):
            copies.put(checkout(Path(stack.enter_context(tempfile.TemporaryDirectory()))))

        def one(room: str) -> None:
            folder = copies.get()
            try:
                tried(room, folder, work.resolve(), options)
            finally:
                copies.put(folder)

        with ThreadPoolExecutor(options.copies) as pool:
            list(pool.map(one, options.rooms))
        print("| room | mutants | killed | by the clock | survived | killed, % |")
        print("|---|---|---|---|---|---|")
        unseen = []
        for room in options.rooms:
            counts, survivors = outcomes(room, work)
            total, alive = sum(counts.values()), counts["survived"]
            share = 100 * (total - alive) / total
            print(
                f"| `{room}` | {total} | {counts['killed']} | {counts['late']} | {alive} | {share:.0f} |"
            )
            unseen += survivors
        print("", *unseen, sep="\n")


if __name__ == "__main__":
    main()
