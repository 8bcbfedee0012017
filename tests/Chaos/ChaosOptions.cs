using System.Globalization;

namespace Cppo.Chaos;

/// <summary>What was asked for on the command line.</summary>
internal sealed record ChaosOptions
{
    public const string Usage = """
        chaos [--seed N] [--only ID]... [--list] [--every] [--jobs N] [--work DIR] [--in-process]
          --seed N      of random moments and places of damage (1)
          --only ID     this injection alone, or all whose IDs begin so; may be given again
          --list        print the IDs and end
          --every       kills before every change of every run, not of one run alone: over a thousand
          --jobs N      injections at a time (the machine's cores)
          --work DIR    where the runs lie; those that went wrong stay (artifacts/chaos)
          --in-process  runs go on in this process after an injection: faster, and not what a user does
        """;

    public int Seed { get; init; } = 1;

    public IReadOnlyList<string> Only { get; init; } = [];

    public bool IsList { get; init; }

    public bool IsEvery { get; init; }

    public int Jobs { get; init; } = Environment.ProcessorCount;

    public string WorkDirectory { get; init; } = Path.Combine("artifacts", "chaos");

    public bool RecoversInProcess { get; init; }

    /// <summary>Reads arguments; null where they are none of these.</summary>
    public static ChaosOptions? Parse(string[] args)
    {
        var options = new ChaosOptions();
        for (int i = 0; i < args.Length; i++)
        {
            string? value = i + 1 < args.Length ? args[i + 1] : null;
            switch (args[i])
            {
                case "--list":
                    options = options with { IsList = true };
                    break;
                case "--every":
                    options = options with { IsEvery = true };
                    break;
                case "--in-process":
                    options = options with { RecoversInProcess = true };
                    break;
                case "--seed" when Number(value) is { } seed:
                    options = options with { Seed = seed };
                    i++;
                    break;
                case "--jobs" when Number(value) is > 0 and { } jobs:
                    options = options with { Jobs = jobs };
                    i++;
                    break;
                case "--only" when value is not null:
                    options = options with { Only = [.. options.Only, value] };
                    i++;
                    break;
                case "--work" when value is not null:
                    options = options with { WorkDirectory = value };
                    i++;
                    break;
                default:
                    return null;
            }
        }

        return options;
    }

    private static int? Number(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
}
