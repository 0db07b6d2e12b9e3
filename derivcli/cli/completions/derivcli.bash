# Completion of derivcli for bash.
#
# In this shell:  eval "$(derivcli completion bash)"
# In every shell: derivcli completion bash > ~/.local/share/bash-completion/completions/derivcli
# (which needs the package bash-completion; without it the first line can stand in ~/.bashrc)

_derivcli() {
    local candidate
    COMPREPLY=()
    if [[ $3 == *[\<\>]* ]]; then
        compopt -o default 2>/dev/null
        return
    fi
    while IFS= read -r candidate; do
        COMPREPLY+=("$candidate")
    done < <("${1/#\~/$HOME}" completion bash -- "${COMP_LINE:0:COMP_POINT}" "$2" 2>/dev/null)
    if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == */ ]]; then
        compopt -o nospace 2>/dev/null # a folder is not all of a path
    fi
}

complete -F _derivcli derivcli
