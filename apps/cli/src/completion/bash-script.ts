/**
 * What bash loads. It is our own because the library's needs the bash-completion package, evaluates the words as they were
 * typed, and cannot be loaded twice. Words are split at blanks: no name that is offered has one. Works from bash 3.2 on.
 */
export const bashScript = `# bash completion for umbra
__umbra_complete() {
    local line=\${COMP_LINE:0:COMP_POINT} replaced=$2 words word option='' value
    read -ra words <<< "$line"
    [[ $line == *[[:space:]] ]] && words+=('')
    word=\${words[\${#words[@]}-1]}
    [[ $word == --*=* ]] && option=\${word%%=*}=
    # Bash breaks words at = : and @ as well, and replaces only the last part: after =, but from @ on.
    COMPREPLY=()
    while IFS=$'\\t' read -r value _; do
        [[ -z $value || $value == :* ]] && continue
        value=$option$value
        [[ $value == "$word"* ]] && COMPREPLY+=("\${value#"\${word%"$replaced"}"}")
    done < <(umbra complete -- "\${words[@]:1}" 2>/dev/null)
}
# Names of files where there is nothing better to offer.
complete -o bashdefault -o default -F __umbra_complete umbra
`;
