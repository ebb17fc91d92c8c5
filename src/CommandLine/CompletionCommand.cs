using System.CommandLine;

namespace MLSeqGraph.CommandLine;

/// <summary><c>mlsg completion</c>: a script by which a shell completes command lines of <c>mlsg</c>.</summary>
internal static class CompletionCommand
{
    // Each hands the line so far to the tool's directive [suggest:POSITION], which answers with a candidate a line.
    private static readonly Dictionary<string, string> Scripts = new()
    {
        ["bash"] = """
            # source <(mlsg completion bash)
            _mlsg() {
                local IFS=$'\n'
                COMPREPLY=($(compgen -W "$(mlsg "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
            }
            complete -o default -F _mlsg mlsg
            """,
        ["zsh"] = """
            # source <(mlsg completion zsh)
            _mlsg() {
                local -a found
                found=("${(@f)$(mlsg "[suggest:$CURSOR]" "$BUFFER" 2>/dev/null)}")
                compadd -a found
                _files
            }
            compdef _mlsg mlsg
            """,
        ["fish"] = """
            # mlsg completion fish | source
            complete -c mlsg -a '(mlsg "[suggest:"(string length -- (commandline -cp))"]" (commandline -cp) 2>/dev/null)'
            """,
        ["pwsh"] = """
            # mlsg completion pwsh | Out-String | Invoke-Expression
            Register-ArgumentCompleter -Native -CommandName mlsg -ScriptBlock {
                param($word, $line, $position)
                mlsg "[suggest:$position]" "$line" 2>$null | Where-Object { $_ -like "$word*" } | ForEach-Object {
                    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
                }
            }
            """,
    };

    internal static Command Of(Tool tool)
    {
        var shell = new Argument<string>("SHELL") { Description = string.Join(", ", Scripts.Keys) };
        shell.CompletionSources.Add([.. Scripts.Keys]);
        var command = new Command("completion", "Writes a script by which a shell completes command lines of mlsg.") { shell };
        command.SetAction(given =>
        {
            var name = given.GetRequiredValue(shell);
            var script = Scripts.GetValueOrDefault(name) ?? throw new UsageException($"There is no completion for '{name}'."
                + $"{Examples.Suggestion.For(name, Scripts.Keys)} There is {string.Join(", ", Scripts.Keys)}.");
            tool.Say(script);
            tool.Fact("script", script);
        });
        return command;
    }
}
