# Completion of derivcli for fish.
#
# In this shell:  derivcli completion fish | source
# In every shell: derivcli completion fish > ~/.config/fish/completions/derivcli.fish

# What can follow, asked for once: a line that says what it is, then a candidate a line.
function __derivcli_answer
    set -l typed $PWD (commandline -cp)
    if test "$typed" != "$__derivcli_typed"
        set -l words (commandline -opc)
        set -l program (string replace -r '^~(?=/)' -- $HOME $words[1])
        set -e words[1]
        set -g __derivcli_typed $typed
        set -g __derivcli_answer ($program completion fish -- $words (commandline -ct) 2>/dev/null)
    end
    string join \n -- $__derivcli_answer
end

function __derivcli_files
    string match -q -- files\t\t'*' (__derivcli_answer)[1] # without a head
end

function __derivcli_candidates
    set -l answer (__derivcli_answer)
    set -l first (string split \t -- $answer[1])
    if test "$first[1]" = files -a -n "$first[2]" # as @FILE, with the @ before it
        set -l paths (complete -C "'' "(string escape -n -- $first[3]))
        string join \n -- $first[2]$paths
    else
        string join \n -- $answer[2..]
    end
end

complete --command derivcli --no-files --keep-order --arguments '(__derivcli_candidates)'
complete --command derivcli --force-files --condition __derivcli_files
