using System.Globalization;
using System.Text;

namespace Cppo.Pipeline.Configuration;

/// <summary>Writes <c>docs/configuration.md</c>: a table of keys for each section.</summary>
internal static class ConfigDocs
{
    private const string Introduction = """
        # Configuration

        A pipeline file is JSON with comments and trailing commas. Every key has a default, so a file states only what differs.
        Paths are relative to the current directory, not to the file: run from the directory that the paths are meant for.
        `"$schema": "./pipeline.schema.json"` gives editors completion.

        `--set KEY=VALUE` overrides a key on the command line, as often as needed; the last one wins:
        `--set update.learningRate=1e-5`, `--set update.devices=cuda:0,cuda:1`, `--set 'update.devices=["cpu","cpu"]'`,
        `--set reward.parts.0.weight=2` (an item of a list by its index from 0), `--set 'prune={"rule":"none"}'` (merged into the section).

        An unknown key, a wrong type, a value out of range or an impossible combination stops the program before anything is loaded,
        with all faults, each with file, line and column (or the option) and the remedy; a key of TRL or verl is answered with the one here
        ([Coming from TRL or verl](coming-from-trl.md)). A run writes all keys, resolved, to its
        `config.json`,
        which is a pipeline file itself.

        This page is made from the program by `config --docs`.
        """;

    /// <summary>The page, ending with a newline.</summary>
    public static string Write()
    {
        var page = new StringBuilder(Introduction.ReplaceLineEndings("\n")).Append('\n');
        var defaults = new PipelineConfig();
        foreach (var key in ConfigSection.Root.Keys)
        {
            WriteSection(page, key.Name, key.About.Doc, key.Section!, key.Property.GetValue(defaults)!);
        }

        return page.ToString();
    }

    private static void WriteSection(StringBuilder page, string path, string doc, ConfigSection section, object defaults)
    {
        page.Append(CultureInfo.InvariantCulture, $"\n## {path}\n\n{doc}\n");
        var plain = section.Keys.Where(key => key.Section is null).ToArray();
        if (plain.Length > 0)
        {
            page.Append("\n| key | default | values | meaning |\n|---|---|---|---|\n");
        }

        foreach (var key in plain)
        {
            page.Append(
                CultureInfo.InvariantCulture,
                $"| `{path}.{key.Name}` | {Default(key, defaults)} | {Cell(Values(key))} | {Cell(Meaning(key))} |\n"
            );
        }

        foreach (var key in section.Keys)
        {
            if (key.Section is { } inner)
            {
                WriteSection(page, $"{path}.{key.Name}", key.About.Doc, inner, key.Property.GetValue(defaults)!);
            }
            else if (key.Element?.Section is { } item)
            {
                WriteSection(page, $"{path}.{key.Name}.N", $"Item N, from 0, of `{path}.{key.Name}`.", item, item.CreateDefault());
            }
        }
    }

    private static string Default(ConfigKey key, object section)
    {
        if (key.IsRequired(section))
        {
            return "must be stated";
        }

        string value = ConfigWriter.ValueText(key, key.Property.GetValue(section));
        return $"`{Cell(string.Join(" ", value.Split('\n', StringSplitOptions.TrimEntries)))}`";
    }

    private static string Meaning(ConfigKey key) =>
        string.Join("<br>", key.About.Described.Select(choice => $"`{choice.Name}`: {choice.Doc}").Prepend(key.About.Doc));

    private static string Values(ConfigKey key) =>
        key.Kind switch
        {
            KeyKind.Text when key.About.Choices.Length > 0 => string.Join(", ", key.About.Choices.Select(choice => $"`{choice}`"))
                + (key.About.AlsoPattern ? $", or {key.About.PatternHint}" : ""),
            KeyKind.Text => key.About.PatternHint.Length > 0 ? key.About.PatternHint : "text",
            KeyKind.Flag => "`true`, `false`",
            KeyKind.Map => "`{ \"name\": \"text\", ... }`",
            KeyKind.List => key.Element!.Section is null ? $"list of {Values(key.Element)}" : "list of sections",
            _ => KeyRange.Of(key) + (key.IsNullable ? ", or `null`" : ""),
        };

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
