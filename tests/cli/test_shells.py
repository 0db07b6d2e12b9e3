"""The scripts of `completion` in real shells: somebody types, and presses Tab.

Ctrl-X and d print the line that comes of it.
"""

import re
import shutil
from pathlib import Path

import pytest
from console import needs_fork, run
from terminal import Terminal

BASH_COMPLETION = "/usr/share/bash-completion/bash_completion"
WORDS = {
    "bash": ["bash", "--norc", "--noprofile", "-i"],
    "zsh": ["zsh", "-f", "-i"],
    "fish": ["fish", "-i"],
}
ONCE = {  # as the scripts say: in this shell
    "bash": 'eval "$(derivcli completion bash)"',
    "zsh": "autoload -Uz compinit; compinit -u -D; source <(derivcli completion zsh)",
    "fish": "derivcli completion fish | source",
}
FOR_GOOD = {  # in every shell
    "bash": "mkdir -p ~/.local/share/bash-completion/completions;"
    " derivcli completion bash > ~/.local/share/bash-completion/completions/derivcli;"
    f" source {BASH_COMPLETION}",
    "zsh": "mkdir ~/.zfunc; derivcli completion zsh > ~/.zfunc/_derivcli;"
    " fpath+=~/.zfunc; autoload -Uz compinit; compinit -u -D",
    "fish": "mkdir -p ~/.config/fish/completions;"
    " derivcli completion fish > ~/.config/fish/completions/derivcli.fish",
}
TELL = {
    "bash": r"""tell() { printf '<<%s>>\n' "$READLINE_LINE"; READLINE_LINE=; }; bind -x '"\C-xd": tell'""",
    "zsh": "tell() { print -r -- \"<<$BUFFER>>\"; BUFFER=; }; zle -N tell; bindkey '^Xd' tell",
    "fish": "function tell; echo '<<'(commandline)'>>'; commandline ''; end; bind \\cxd tell",
}


def present(*shells):
    """Return these shells as parameters, skipped where they are not installed."""
    return [
        pytest.param(
            shell,
            marks=[
                needs_fork,
                pytest.mark.skipif(not shutil.which(shell), reason=f"there is no {shell}"),
            ],
        )
        for shell in shells
    ]


@pytest.fixture
def start(tmp_path):
    """Return what starts a shell in a folder with some files, and teaches it."""
    (tmp_path / "data").mkdir()
    for name in ("data/values.csv", "my file.toml", "program.txt"):
        (tmp_path / name).touch()
    begun = []

    def started(shell, lesson):
        home = {"HOME": str(tmp_path), "XDG_CONFIG_HOME": "", "XDG_DATA_HOME": ""}
        begun.append(
            Terminal(WORDS[shell], 100, **home, INPUTRC="/dev/null", TERM="xterm", PS1="$ ")
        )
        for line in (lesson[shell], TELL[shell], "echo rea''dy"):
            begun[0].type(f"{line}\n")
        begun[0].wait_for("ready\r")
        return begun[0]

    yield started
    for terminal in begun:
        terminal.close()


TYPED = {
    "derivcli des": "derivcli descend ",
    "derivcli help che": "derivcli help check ",
    "derivcli diff 'w + 1' --meth": "derivcli diff 'w + 1' --method ",
    "derivcli diff w --method fo": "derivcli diff w --method forward ",
    "derivcli diff w --method forward ce": "derivcli diff w --method forward central ",
    "derivcli diff w --method forward --eps 0.1 --ex": "derivcli diff w --method forward --eps 0.1 --explain ",
    "derivcli diff w --method forward --ex": "derivcli diff w --method forward --explain ",
    "derivcli diff w --method=ce": "derivcli diff w --method=central ",
    "derivcli network --activation tanh softp": "derivcli network --activation tanh softplus ",
    "derivcli examples li": r"derivcli examples linear\ unit ",
    'derivcli examples "li': 'derivcli examples "linear unit" ',
    "derivcli examples 'li": "derivcli examples 'linear unit' ",
    r"derivcli graph --example linear\ u": r"derivcli graph --example linear\ unit ",
    r"derivcli table --only cube\ at\ 2 ide": r"derivcli table --only cube\ at\ 2 identity\ at\ 2 ",
    "derivcli table --file my": r"derivcli table --file my\ file.toml ",
    "derivcli network 3-4-1 --data da": "derivcli network 3-4-1 --data data/",
    "derivcli network 3-4-1 --data data/": "derivcli network 3-4-1 --data data/values.csv ",
    "derivcli diff w --output ~/pro": "derivcli diff w --output ~/program.txt ",
    "derivcli diff @pr": "derivcli diff @program.txt ",
    'derivcli diff "@pr': 'derivcli diff "@program.txt" ',
    "derivcli graph 'J = w' --at w=@pr": "derivcli graph 'J = w' --at w=@program.txt ",
    "derivcli diff w > pr": "derivcli diff w > program.txt ",
    "true && derivcli exam": "true && derivcli examples ",
    "derivcli diff ": "derivcli diff ",
    "derivcli nonsense ": "derivcli nonsense ",
}


def line_after(terminal, keys):
    terminal.type(f"{keys}\x18d")
    return terminal.wait_for("<<([^\x1b]*?)>>")[1]


@pytest.mark.parametrize("shell", present("bash", "zsh", "fish"))
def test_somebody_types(shell, start):
    terminal = start(shell, ONCE)
    for begun, expected in TYPED.items():
        assert line_after(terminal, f"{begun}\t") == expected


@pytest.mark.parametrize("shell", present("bash", "zsh", "fish"))
def test_it_is_there_in_every_shell(shell, start):
    if shell == "bash" and not Path(BASH_COMPLETION).exists():
        pytest.skip("there is no bash-completion")
    terminal = start(shell, FOR_GOOD)
    for _ in range(2):  # the first time it is loaded
        assert line_after(terminal, "derivcli examples li\t") == r"derivcli examples linear\ unit "


@pytest.mark.parametrize("shell", present("zsh", "fish"))
def test_a_word_about_each_choice_is_shown(shell, start):
    terminal = start(shell, ONCE)
    terminal.type("derivcli network 3-4-1 --check --inject m\t")
    terminal.wait_for("the 1/m is forgotten")


def test_the_script_for_powershell_is_in_order():
    """There is no PowerShell to run it: its brackets fit, and it asks as it is answered."""
    script = run("completion", "powershell").stdout
    assert script.isascii()
    code = re.sub(r"""\"[^"]*"|'[^']*'|#.*""", "", script)
    for opening, closing in ("()", "{}", "[]"):
        assert code.count(opening) == code.count(closing) > 0
    assert "Register-ArgumentCompleter -Native -CommandName derivcli -ScriptBlock {" in script
    assert "completion powershell '--' @words $last" in script
    assert "$last = '=' + $wordToComplete" in script


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_a_script_says_where_it_belongs(shell):
    result = run("completion", shell)
    assert (result.status, result.stderr) == (0, "")
    comment = [line for line in result.stdout.splitlines() if line.startswith("#")]
    assert any(
        "# In this shell: " in line and f"derivcli completion {shell}" in line for line in comment
    )
    assert any("# In every shell: " in line for line in comment)


@pytest.mark.parametrize("arguments", [("tcsh",), (), ("Bash",)])
def test_an_unknown_shell_is_told_the_four_in_one_line(arguments):
    result = run("completion", *arguments)
    assert (result.status, result.stdout) == (2, "")
    first = result.stderr.splitlines()[0]
    assert first.startswith("error: ")
    assert all(shell in first for shell in [*WORDS, "powershell"])
