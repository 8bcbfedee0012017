using System.CommandLine;
using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.Cli;

/// <summary><c>completion</c>: a script that makes a shell complete command lines of the program.</summary>
internal sealed class CompletionCommand : CliCommand
{
    public CompletionCommand(CliContext context, Func<IReadOnlyList<string>, IReadOnlyList<string>> complete)
        : base("completion", "Print a script that completes commands, options and keys in a shell.")
    {
        var shell = new Argument<string>("shell") { Description = $"{string.Join(", ", CompletionScripts.Shells)}." };
        shell.AcceptOnlyFromAmong([.. CompletionScripts.Shells]);
        Add(shell);
        SetAction(line => context.Output.Write(Script(line.GetRequiredValue(shell))));

        // What the scripts ask; nothing for people.
        var words = new Argument<string[]>("words") { Arity = ArgumentArity.ZeroOrMore };
        var ask = new Command("words", "Print the words that may stand where a command line breaks off.") { Hidden = true };
        ask.Add(words);
        ask.SetAction(line =>
        {
            foreach (string word in complete(line.GetValue(words) ?? []))
            {
                context.Output.WriteLine(word);
            }
        });
        Add(ask);
    }

    public override IReadOnlyList<(string Line, string Does)> Examples =>
        [
            ("completion bash > ~/.cppo-completion", "writes the script; source it in ~/.bashrc, then cppo ch<Tab> completes"),
            ("completion zsh > ~/.cppo-completion", "the same for zsh; source it in ~/.zshrc, after compinit"),
            ("completion pwsh >> $PROFILE", "the same for PowerShell"),
        ];

    private static string Script(string shell) =>
        CompletionScripts.Of(
            shell,
            CompletionScripts.ProgramOf(
                shell,
                Environment.ProcessPath ?? ProgramCall.Entry,
                Path.Combine(AppContext.BaseDirectory, $"{ProgramCall.Entry}.dll")
            )
        );
}
