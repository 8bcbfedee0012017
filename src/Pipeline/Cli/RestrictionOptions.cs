using System.CommandLine;
using Cppo.Model.Engine;

namespace Cppo.Pipeline.Cli;

/// <summary>The options that leave a part of the distribution to draw from.</summary>
/// <param name="without">Ends a description: what counts where the option is not stated.</param>
internal sealed class RestrictionOptions(string without)
{
    /// <summary>--top-p.</summary>
    public Option<double?> TopP { get; } =
        new Option<double?>("--top-p")
        {
            Description = $"Draw from the fewest likeliest tokens that have this share of the probability; 1: all. {without}",
        }.Within(SamplingRestriction.SmallestTopP, 1);

    /// <summary>--top-k.</summary>
    public Option<int?> TopK { get; } =
        new Option<int?>("--top-k") { Description = $"Draw from so many likeliest tokens; 0: all. {without}" }.AtLeast(0);

    /// <summary>--min-p.</summary>
    public Option<double?> MinP { get; } =
        new Option<double?>("--min-p")
        {
            Description = $"Draw from tokens at least so many times as likely as the likeliest; 0: all. {without}",
        }.Within(0, 1);

    /// <summary>Adds all to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(TopP);
        command.Add(TopK);
        command.Add(MinP);
    }

    /// <summary>What a command line says, and for what it does not say <paramref name="otherwise"/>.</summary>
    public SamplingRestriction Restriction(ParseResult line, SamplingRestriction otherwise) =>
        new()
        {
            TopP = line.GetValue(TopP) ?? otherwise.TopP,
            TopK = line.GetValue(TopK) ?? otherwise.TopK,
            MinP = line.GetValue(MinP) ?? otherwise.MinP,
        };
}
