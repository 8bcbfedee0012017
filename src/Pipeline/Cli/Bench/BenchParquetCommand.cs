using System.CommandLine;
using Cppo.Pipeline.Bench;
using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.Cli.Bench;

/// <summary><c>bench parquet</c>: completions written per second.</summary>
internal sealed class BenchParquetCommand : CliCommand
{
    private readonly Option<string> directory = new("--directory")
    {
        Description = "Where to write; what is written is removed.",
        HelpName = "PATH",
        DefaultValueFactory = _ => Path.GetTempPath(),
    };
    private readonly Option<int> files = Count("--files", "Files, one an update, of 256 completions each.", 20);
    private readonly Option<int> completion = Count("--completion", "Tokens of a completion.", 64);
    private readonly Option<int> repeat = Count("--repeat", "Timed runs after a warm-up; the median counts.", 3);

    public BenchParquetCommand(CliContext context)
        : base("parquet", "Measure how fast completions are written to Parquet files.")
    {
        Option[] options = [directory, files, completion, repeat];
        foreach (var option in options)
        {
            Add(option);
        }

        SetAction(line =>
        {
            string place = line.GetValue(directory)!;
            if (!Directory.Exists(place))
            {
                throw new UsageException($"{place} is no directory; name one that is there.");
            }

            LineFile.RequireDirectory(directory.Name, place);
            var result = ParquetBench.Run(
                place,
                line.GetValue(files),
                line.GetValue(completion),
                line.GetValue(repeat),
                context.Stop.Graceful
            );
            context.Print([result.Describe()], result.ToJson());
        });
    }

    public override IReadOnlyList<(string Line, string Does)> Examples =>
        [("bench parquet --completion 300", "writes 5,120 completions of 300 tokens")];

    private static Option<int> Count(string name, string description, int value) =>
        new Option<int>(name)
        {
            Description = description,
            HelpName = "N",
            DefaultValueFactory = _ => value,
        }.AtLeast(1);
}
