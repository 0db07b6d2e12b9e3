"""100 lines in a session beside 100 commands, and how long the second answer takes.

python tests/benchmarks/session.py
"""

import shutil
import statistics
import subprocess
import sys
import time

LINES = [
    f"{n}*w**{n % 7 + 2} + {form}"
    for n in range(1, 21)
    for form in ("sin(w)", "1/w", "exp(w)", "w*log(w)", "sqrt(w)")
]
SHOWN = 10  # commands that are timed alone
PEERS = {"qalc": ("-t", "diff({}, w)"), "maxima": ("--very-quiet", "diff({}, w);")}


def seconds(command, text=""):
    start = time.perf_counter()
    subprocess.run(command, input=text, text=True, capture_output=True, check=True)
    return time.perf_counter() - start


def main():
    program = [sys.executable, "-m", "derivcli"]
    lines = [f"{each} --at 2" for each in LINES]
    alone = [
        seconds([*program, "diff", each, "--at", "2"]) for each in LINES[:: len(LINES) // SHOWN]
    ]
    single = statistics.median(alone)
    together = statistics.median(seconds([*program, "session"], "\n".join(lines)) for _ in range(3))
    one = statistics.median(seconds([*program, "session"], lines[0]) for _ in range(5))
    print(f"100 commands, from {len(alone)} of them: {100 * single:.2f} s")
    print(f"100 lines of a session: {together:.2f} s, ratio {together / (100 * single):.3f}")
    print(f"an answer after the first: {1000 * (together - one) / 99:.1f} ms")
    many = seconds([*program, "session"], "\n".join(10 * lines))
    print(f"an answer after the hundredth, of 1,000: {1000 * (many - together) / 900:.1f} ms")
    for peer, (flag, form) in PEERS.items():
        if shutil.which(peer) is None:
            print(f"{peer} is not installed")
            continue
        text = "\n".join(form.format(each) for each in LINES)
        print(f"{peer}, the same derivatives: {seconds([peer, flag], text):.2f} s")


if __name__ == "__main__":
    main()
