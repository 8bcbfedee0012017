using System.Globalization;

namespace Cppo.Pipeline.Bench;

/// <summary>How long the prompts and completions of a workload are.</summary>
/// <param name="Name">The name that <c>--lengths</c> takes.</param>
/// <param name="Prompt">Prompt lengths in tokens at equally spaced quantiles, from the shortest to the longest; one number where all are
/// alike.</param>
/// <param name="Completion">The same of completions.</param>
internal sealed record BenchLengths(string Name, IReadOnlyList<int> Prompt, IReadOnlyList<int> Completion)
{
    /// <summary>All prompts alike and all completions alike.</summary>
    public const string FixedName = "fixed";

    /// <summary>As GSM8K has them.</summary>
    public const string Gsm8kName = "gsm8k";

    /// <summary>
    /// GSM8K's training questions and their worked solutions in Qwen2.5's tokens, at the quantiles 0, 5, ... 100 %. The solutions of
    /// trained models are as long: their median is 119 tokens against 111.
    /// </summary>
    public static BenchLengths Gsm8k { get; } =
        new(
            Gsm8kName,
            [12, 33, 36, 39, 42, 44, 46, 49, 51, 53, 56, 58, 61, 64, 67, 70, 75, 81, 89, 101, 212],
            [29, 56, 63, 70, 77, 83, 87, 93, 98, 104, 111, 118, 125, 132, 141, 150, 161, 174, 195, 229, 453]
        );

    /// <summary>The longest prompt and the longest completion.</summary>
    public int Longest => Prompt[^1] + Completion[^1];

    /// <summary>Every prompt and every completion of the same length.</summary>
    public static BenchLengths Fixed(int prompt, int completion) => new(FixedName, [prompt], [completion]);

    /// <summary>The same prompts with completions that are twice as long.</summary>
    public BenchLengths WithTwiceTheCompletion() => this with { Completion = [.. Completion.Select(length => 2 * length)] };

    /// <summary>The length at a place 0 .. 1 of the distribution, linear between the quantiles.</summary>
    public static int At(IReadOnlyList<int> quantiles, double place)
    {
        double position = place * (quantiles.Count - 1);
        int below = Math.Min((int)position, Math.Max(0, quantiles.Count - 2));
        int above = Math.Min(below + 1, quantiles.Count - 1);
        return (int)Math.Round(quantiles[below] + ((position - below) * (quantiles[above] - quantiles[below])));
    }

    /// <inheritdoc/>
    public override string ToString() =>
        Name == FixedName
            ? string.Create(CultureInfo.InvariantCulture, $"prompts of {Prompt[0]}, completions of {Completion[0]} tokens")
            : $"lengths of {Name}";
}
