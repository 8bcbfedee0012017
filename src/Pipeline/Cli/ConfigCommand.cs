using System.CommandLine;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Distributed;
using Cppo.Pipeline.Files;
using Cppo.Pipeline.Memory;
using Cppo.Pipeline.Run;
using Cppo.Pipeline.Settings;

namespace Cppo.Pipeline.Cli;

/// <summary><c>config</c>: checks a pipeline file and prints it resolved, or prints schema, docs or defaults.</summary>
internal sealed class ConfigCommand : CliCommand
{
    private readonly Argument<string?> file = PipelineFileOptions.CreateFile(ArgumentArity.ZeroOrOne);
    private readonly Option<string[]> set = PipelineFileOptions.CreateSet();
    private readonly Option<bool> explain = new("--explain")
    {
        Description = "Print the arithmetic of batches and the plan of memory instead of the keys.",
    };
    private readonly Option<bool> json = new("--json") { Description = "With --explain: the same as JSON." };
    private readonly Option<int?> promptTokens = new("--prompt-tokens")
    {
        Description = "With --explain: plan for prompts of so many tokens. [default: the longest of the questions]",
        HelpName = "N",
    };
    private readonly Option<string?> document = new("--document")
    {
        Description =
            "With --explain: a Markdown file with a place named as the run (<!-- results NAME -->, <!-- end NAME -->), where the plan of "
            + "memory is put, too; with --foreign one with the places TRL and verl.",
        HelpName = "FILE",
    };
    private readonly Option<bool> schema = new("--schema")
    {
        Description = "Print the JSON schema of pipeline files (pipeline.schema.json).",
    };
    private readonly Option<bool> docs = new("--docs") { Description = "Print the table of all keys (docs/configuration.md)." };
    private readonly Option<bool> foreign = new("--foreign")
    {
        Description = "Print what the keys of TRL's and verl's configurations are here (docs/coming-from-trl.md).",
    };

    // What packing asks; nothing for people.
    private readonly Option<string?> comments = new("--comments") { Hidden = true };
    private readonly Option<bool> defaults = new("--defaults") { Description = "Print every key with its default." };

    public ConfigCommand(CliContext context)
        : base("config", "Check a pipeline file and print all its keys, resolved.")
    {
        Add(file);
        Add(set);
        Option<bool>[] printed = [explain, schema, docs, foreign, defaults];
        foreach (var option in printed)
        {
            Add(option);
        }

        Add(json);
        Add(promptTokens.AtLeast(1));
        Add(document);
        Add(comments);

        AddRule(line =>
        {
            string[] chosen = printed.Where(line.GetValue).Select(option => option.Name).ToArray();
            if (chosen.Length > 1)
            {
                line.AddError($"{string.Join(" and ", chosen)} exclude each other; give one.");
            }

            string? alone =
                line.GetValue(explain) ? null
                : line.GetValue(json) ? json.Name
                : line.GetValue(promptTokens) is not null ? promptTokens.Name
                : line.GetValue(document) is null || line.GetValue(foreign) ? null
                : document.Name;
            if (alone is not null)
            {
                line.AddError($"{alone} belongs to --explain; add that.");
            }

            bool needsFile = (chosen.Length == 0 && line.GetValue(comments) is null) || line.GetValue(explain);
            if (needsFile && line.GetResult(file) is not { Tokens.Count: > 0 })
            {
                line.AddError("Name a pipeline file, e.g. pipeline.json.");
            }
        });
        SetAction((line, _) => RankedCommand.RunAsync(context, line, ranks => PrintAsync(context, line, ranks)));
    }

    public override bool TakesRanks => true;

    public override IReadOnlyList<(string Line, string Does)> Examples =>
        [
            ("config pipeline.json --set prune.keep=4", "checks the file and prints every key"),
            ("config pipeline.json --explain", "says what an update takes: questions, completions and memory"),
            ("config --schema > pipeline.schema.json", "writes the schema that editors use"),
        ];

    private async Task<int> PrintAsync(CliContext context, ParseResult line, RunRanks ranks)
    {
        string text = Print(line, ranks);
        if (ranks.IsWriter)
        {
            await context.Output.WriteAsync(text);
        }

        return ExitCodes.Done;
    }

    private string Print(ParseResult line, RunRanks ranks) =>
        line.GetValue(comments) is { } documentation ? ConfigComments.Write(File.ReadAllText(documentation))
        : line.GetValue(schema) ? ConfigSchema.Write()
        : line.GetValue(docs) ? ConfigDocs.Write()
        : line.GetValue(foreign) ? PrintForeign(line.GetValue(document))
        : line.GetValue(defaults) ? ConfigWriter.Write(new PipelineConfig())
        : Print(ranks.Spread(ConfigLoader.Load(line.GetValue(file)!, line.GetValue(set) ?? [])), line, ranks);

    private static string PrintForeign(string? document)
    {
        string[] programs = [.. ForeignKeys.All.Select(row => row.Owner).Distinct()];
        if (document is not null)
        {
            var page = DocumentFile.Open(document, programs);
            foreach (string program in programs)
            {
                page.Write(program, ForeignKeys.Table(program));
            }
        }

        var tables = programs.SelectMany(program => ForeignKeys.Table(program).Prepend("").Prepend($"## {program}"));
        return string.Concat(tables.Select(text => text + "\n"));
    }

    private string Print(PipelineConfig config, ParseResult line, RunRanks ranks)
    {
        if (!line.GetValue(explain))
        {
            return ConfigWriter.Write(config);
        }

        var page = ranks.IsWriter && line.GetValue(document) is { } path ? DocumentFile.Open(path, config.Run.Name) : null;
        var plan = MemoryCheck.ModelOf(config) is { } model
            ? MemoryPlan.Of(
                ranks.Own(config),
                model,
                line.GetValue(promptTokens) is { } tokens
                    ? new LongestPrompt(tokens, promptTokens.Name)
                    : LongestPrompt.Find(config, model.VocabSize),
                ProcessCores.Own.Count,
                new PlannedRank(ranks.Size, ranks.IsWriter)
            )
            : null;
        string missing =
            $"memory: {config.Model.Path} has no config.json that can be read, which the plan needs{Downloads.OfModel(config.Model.Path)}";
        string[] memory = plan is null ? [missing] : [.. MemoryTable.Lines(plan)];
        if (plan is not null)
        {
            page?.Write(config.Run.Name, memory);
        }

        return line.GetValue(json)
            ? MemoryTable.Json(config, plan)
            : string.Concat(BatchArithmetic.Explain(config).Append("").Concat(memory).Select(text => text + "\n"));
    }
}
