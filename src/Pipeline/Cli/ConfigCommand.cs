using System.CommandLine;
using Cppo.Pipeline.Configuration;

namespace Cppo.Pipeline.Cli;

/// <summary><c>config</c>: checks a pipeline file and prints it resolved, or prints schema, docs or defaults.</summary>
internal sealed class ConfigCommand : CliCommand
{
    private readonly Argument<string?> file = PipelineFileOptions.CreateFile(ArgumentArity.ZeroOrOne);
    private readonly Option<string[]> set = PipelineFileOptions.CreateSet();
    private readonly Option<bool> explain = new("--explain") { Description = "Print the arithmetic of batches instead of the keys." };
    private readonly Option<bool> schema = new("--schema")
    {
        Description = "Print the JSON schema of pipeline files (pipeline.schema.json).",
    };
    private readonly Option<bool> docs = new("--docs") { Description = "Print the table of all keys (docs/configuration.md)." };
    private readonly Option<bool> defaults = new("--defaults") { Description = "Print every key with its default." };

    public ConfigCommand(CliContext context)
        : base("config", "Check a pipeline file and print all its keys, resolved.")
    {
        Add(file);
        Add(set);
        Option<bool>[] printed = [explain, schema, docs, defaults];
        foreach (var option in printed)
        {
            Add(option);
        }

        Validators.Add(line =>
        {
            string[] chosen = printed.Where(line.GetValue).Select(option => option.Name).ToArray();
            if (chosen.Length > 1)
            {
                line.AddError($"{string.Join(" and ", chosen)} exclude each other; give one.");
            }

            bool needsFile = chosen.Length == 0 || line.GetValue(explain);
            if (needsFile && line.GetResult(file) is not { Tokens.Count: > 0 })
            {
                line.AddError("Name a pipeline file, e.g. pipeline.json.");
            }
        });
        SetAction(line => context.Output.Write(Print(line)));
    }

    public override IReadOnlyList<(string Line, string Does)> Examples =>
        [
            ("config pipeline.json --set prune.keep=4", "checks the file and prints every key"),
            ("config pipeline.json --explain", "says how many questions and completions an update takes"),
            ("config --schema > pipeline.schema.json", "writes the schema that editors use"),
        ];

    private string Print(ParseResult line) =>
        line.GetValue(schema) ? ConfigSchema.Write()
        : line.GetValue(docs) ? ConfigDocs.Write()
        : line.GetValue(defaults) ? ConfigWriter.Write(new PipelineConfig())
        : Print(ConfigLoader.Load(line.GetValue(file)!, line.GetValue(set) ?? []), line.GetValue(explain));

    private static string Print(PipelineConfig config, bool explain) =>
        explain ? string.Concat(BatchArithmetic.Explain(config).Select(text => text + "\n")) : ConfigWriter.Write(config);
}
