namespace Cppo.Pipeline.Cli;

/// <summary>
/// Scripts that make a shell complete command lines of the program, under its own name and as <c>cppo</c>, which they define where it is
/// no command. They ask the program with the words typed so far; where that knows none, the shell completes the names of files.
/// </summary>
internal static class CompletionScripts
{
    private const string Program = "{program}";

    private const string Bash = """
        # Cppo.Pipeline for bash; in ~/.bashrc: eval "$({program} completion bash)"
        command -v cppo >/dev/null || cppo() { {program} "$@"; }
        _cppo_complete() {
            local IFS=$'\n' word="${COMP_WORDS[COMP_CWORD]}"
            COMPREPLY=($({program} completion words -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
            if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]]; then compopt -o nospace; fi
        }
        complete -o default -F _cppo_complete cppo Cppo.Pipeline
        """;

    private const string Zsh = """
        # Cppo.Pipeline for zsh; in ~/.zshrc, after compinit: eval "$({program} completion zsh)"
        (( $+commands[cppo] )) || cppo() { {program} "$@"; }
        _cppo_complete() {
            local -a found plain open
            found=("${(@f)$({program} completion words -- "${(@)words[2,CURRENT]}" 2>/dev/null)}")
            plain=("${(@)found:#*=}")
            open=("${(@M)found:#*=}")
            if [[ -z "${found[*]}" ]]; then _files; return; fi
            [[ -n "${plain[*]}" ]] && compadd -- "${(@)plain}"
            [[ -n "${open[*]}" ]] && compadd -S '' -- "${(@)open}"
            return 0
        }
        compdef _cppo_complete cppo Cppo.Pipeline
        """;

    private const string Pwsh = """
        # Cppo.Pipeline for PowerShell; in $PROFILE: {program} completion pwsh | Out-String | Invoke-Expression
        if (-not (Get-Command cppo -ErrorAction SilentlyContinue)) { function global:cppo { {program} @args } }
        Register-ArgumentCompleter -Native -CommandName cppo, Cppo.Pipeline -ScriptBlock {
            param($wordToComplete, $commandAst, $cursorPosition)
            $words = @($commandAst.CommandElements | Select-Object -Skip 1 |
                Where-Object { $_.Extent.EndOffset -le $cursorPosition } | ForEach-Object { $_.ToString() })
            if ($wordToComplete -eq '') { $words += '""' }
            $words = @($words | ForEach-Object { if ($_ -eq '""') { '' } else { $_ } })
            {program} completion words '--' @words 2>$null |
                ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
        }
        """;

    /// <summary>The shells' names.</summary>
    public static IReadOnlyList<string> Shells { get; } = ["bash", "zsh", "pwsh"];

    /// <summary>The script for a shell.</summary>
    /// <param name="shell">One of <see cref="Shells"/>.</param>
    /// <param name="program">How the shell calls the program.</param>
    public static string Of(string shell, string program) =>
        (
            shell switch
            {
                "bash" => Bash,
                "zsh" => Zsh,
                _ => Pwsh,
            }
        )
            .ReplaceLineEndings("\n")
            .Replace(Program, program, StringComparison.Ordinal) + "\n";

    /// <summary>How a shell calls the program that runs: the executable, or <c>dotnet</c> with the assembly; each quoted.</summary>
    /// <param name="shell">One of <see cref="Shells"/>.</param>
    /// <param name="process">The path of the process; <c>dotnet</c>'s where the runtime is a shared one.</param>
    /// <param name="assembly">The path of the program's assembly.</param>
    public static string ProgramOf(string shell, string process, string assembly)
    {
        bool isShared = Path.GetFileNameWithoutExtension(process) == "dotnet";
        string[] parts = isShared ? [process, assembly] : [process];
        string quoted = string.Join(
            ' ',
            parts.Select(part =>
                shell == "pwsh"
                    ? $"'{part.Replace("'", "''", StringComparison.Ordinal)}'"
                    : $"'{part.Replace("'", "'\\''", StringComparison.Ordinal)}'"
            )
        );
        return shell == "pwsh" ? $"& {quoted}" : quoted;
    }
}
