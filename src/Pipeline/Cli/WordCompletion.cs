using System.CommandLine;
using Cppo.Pipeline.Configuration;

namespace Cppo.Pipeline.Cli;

/// <summary>
/// What may stand where a command line breaks off: commands, options, the values of an option, the keys of <c>--set</c>. Nothing where a
/// path is wanted, which shells complete themselves.
/// </summary>
internal static class WordCompletion
{
    private const string SetOption = "--set";

    /// <summary>The words that fit, in the order of their names.</summary>
    /// <param name="root">All commands.</param>
    /// <param name="words">The words before the cursor without the program's name; the last one, perhaps empty, is begun.</param>
    /// <param name="byDefault">The command that runs where none is named.</param>
    public static IReadOnlyList<string> Of(RootCommand root, IReadOnlyList<string> words, string byDefault)
    {
        string begun = words.Count == 0 ? "" : words[^1];
        Command command = root;
        Option? open = null;
        foreach (string word in words.SkipLast(1))
        {
            if (open is not null)
            {
                open = null;
            }
            else if (word.StartsWith('-'))
            {
                open = OptionsOf(command).FirstOrDefault(option => option.Name == word && option.ValueType != typeof(bool));
            }
            else if (command.Subcommands.FirstOrDefault(sub => sub.Name == word) is { } sub)
            {
                command = sub;
            }
            else if (command == root)
            {
                command = root.Subcommands.First(sub => sub.Name == byDefault);
            }
        }

        var all =
            open is not null ? ValuesOf(open)
            : begun.StartsWith('-') ? OptionsOf(command).Select(option => option.Name)
            : command.Subcommands.Where(sub => !sub.Hidden).Select(sub => sub.Name).Concat(ValuesOf(command));
        return [.. all.Where(word => word.StartsWith(begun, StringComparison.Ordinal)).Distinct().Order(StringComparer.Ordinal)];
    }

    private static IEnumerable<Option> OptionsOf(Command command) =>
        command
            .Options.Concat(command.Parents.OfType<Command>().SelectMany(parent => parent.Options).Where(option => option.Recursive))
            .Where(option => !option.Hidden);

    private static IEnumerable<string> ValuesOf(Option option) =>
        option.Name == SetOption
            ? ConfigSection.Root.AllPaths().Where(key => key.Key.Kind != KeyKind.Section).Select(key => $"{key.Path}=")
            : option.GetCompletions(System.CommandLine.Completions.CompletionContext.Empty).Select(item => item.Label);

    private static IEnumerable<string> ValuesOf(Command command) =>
        command.Arguments.SelectMany(argument =>
            argument.GetCompletions(System.CommandLine.Completions.CompletionContext.Empty).Select(item => item.Label)
        );
}
