#compdef derivcli
# Completion of derivcli for zsh.
#
# In this shell:  source <(derivcli completion zsh)
# In every shell: derivcli completion zsh > ~/.zfunc/_derivcli
# (both after compinit: `fpath+=~/.zfunc; autoload -Uz compinit; compinit` in ~/.zshrc)

_derivcli() {
    local -a answer names
    local line name help
    answer=("${(@f)$(${~words[1]} completion zsh -- "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)}")
    compset -p ${#answer[1]#*$'\t'}
    if [[ $answer[1] == files* ]]; then
        _files
        return
    fi
    for line in "${(@)answer[2,-1]}"; do
        name=${${line%%$'\t'*}//\\/\\\\} help=${line#*$'\t'}
        names+=("${name//:/\\:}${help:+:$help}")
    done
    _describe -V derivcli names
}

if [[ $funcstack[1] == _derivcli ]]; then
    _derivcli "$@"
else
    compdef _derivcli derivcli
fi
