using System.CommandLine;
using Cppo.Pipeline.Configuration;

namespace Cppo.Pipeline.Cli;

/// <summary>The pipeline file and the <c>--set</c> options, as every command takes them that needs a configuration.</summary>
internal sealed class PipelineFileOptions(string about = PipelineFileOptions.About)
{
    private const string About = "The pipeline file (docs/configuration.md has all keys).";

    private readonly Argument<string?> file = CreateFile(ArgumentArity.ExactlyOne, about);
    private readonly Option<string[]> set = CreateSet();

    /// <summary>The argument that names the pipeline file; a mistyped option is not taken for one.</summary>
    public static Argument<string?> CreateFile(ArgumentArity arity, string about = About)
    {
        var file = new Argument<string?>("pipeline-file") { Description = about, Arity = arity };
        file.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => token.Value.StartsWith('-')))
            {
                result.AddError($"{token.Value} is no option of this command.");
            }
        });
        return file;
    }

    /// <summary>The <c>--set</c> option.</summary>
    public static Option<string[]> CreateSet() =>
        new("--set")
        {
            Description = "Overrides a key of the pipeline file, e.g. update.learningRate=1e-5; may be given often, the last one wins.",
            HelpName = "KEY=VALUE",
            Arity = ArgumentArity.OneOrMore,
            AllowMultipleArgumentsPerToken = false,
            DefaultValueFactory = _ => [],
        };

    /// <summary>Adds argument and option to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(file);
        command.Add(set);
    }

    /// <summary>Loads what the command line names; <paramref name="last"/> are overrides that come from other options.</summary>
    /// <exception cref="ConfigException">The configuration has faults.</exception>
    public PipelineConfig Load(ParseResult line, params IReadOnlyList<string> last) => Load(line, [], last);

    /// <summary>
    /// Loads what the command line names; <c>--set</c> wins over <paramref name="first"/>, and <paramref name="last"/> over both.
    /// </summary>
    /// <exception cref="ConfigException">The configuration has faults.</exception>
    public PipelineConfig Load(ParseResult line, IReadOnlyList<string> first, IReadOnlyList<string> last) =>
        ConfigLoader.Load(Path(line), Overrides(line, first, last));

    /// <summary>The argument.</summary>
    public string Path(ParseResult line) => line.GetRequiredValue(file)!;

    /// <summary>All overrides, in their order.</summary>
    public IReadOnlyList<string> Overrides(ParseResult line, IReadOnlyList<string> first, IReadOnlyList<string> last) =>
        [.. first, .. line.GetValue(set) ?? [], .. last];
}
