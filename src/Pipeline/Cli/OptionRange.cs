using System.CommandLine;
using System.Globalization;
using Cppo.Model.Engine;

namespace Cppo.Pipeline.Cli;

/// <summary>Bounds of options, checked when the command line is read.</summary>
internal static class OptionRange
{
    /// <summary>Refuses a value below <paramref name="least"/>.</summary>
    public static Option<int> AtLeast(this Option<int> option, int least) => Check(option, value => value >= least, $"at least {least}");

    /// <summary>Refuses a value outside of <paramref name="least"/> .. <paramref name="most"/>.</summary>
    public static Option<int> Within(this Option<int> option, int least, int most) =>
        Check(option, value => value >= least && value <= most, string.Create(CultureInfo.InvariantCulture, $"{least} to {most}"));

    /// <summary>Refuses more threads than any machine gives; 0 means all cores where <paramref name="least"/> is 0.</summary>
    public static Option<int> IsThreads(this Option<int> option, int least) => option.Within(least, EngineSettings.MaxThreads);

    /// <summary>Refuses a value below <paramref name="least"/>; no value is fine.</summary>
    public static Option<int?> AtLeast(this Option<int?> option, int least) =>
        Check(option, value => value is null || value >= least, $"at least {least}");

    /// <summary>Refuses a value outside of <paramref name="least"/> .. <paramref name="most"/>; no value is fine.</summary>
    public static Option<int?> Within(this Option<int?> option, int least, int most) =>
        Check(
            option,
            value => value is null || (value >= least && value <= most),
            string.Create(CultureInfo.InvariantCulture, $"{least} to {most}")
        );

    /// <summary>Refuses a value outside of <paramref name="least"/> .. <paramref name="most"/>; no value is fine.</summary>
    public static Option<double?> Within(this Option<double?> option, double least, double most) =>
        Check(
            option,
            value => value is null || (value >= least && value <= most),
            string.Create(CultureInfo.InvariantCulture, $"{least} to {most}")
        );

    /// <summary>Refuses what is no temperature to generate with; no value is fine.</summary>
    public static Option<double?> IsTemperature(this Option<double?> option) =>
        Check(
            option,
            value => value is null or 0 or (>= SamplingSettings.SmallestTemperature and <= 10),
            string.Create(CultureInfo.InvariantCulture, $"0 or {SamplingSettings.SmallestTemperature} to 10")
        );

    private static Option<T> Check<T>(Option<T> option, Func<T?, bool> isRight, string range)
    {
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 0 || result.Errors.Any())
            {
                return;
            }

            try
            {
                if (!isRight(result.GetValueOrDefault<T>()))
                {
                    result.AddError($"{option.Name} is {result.Tokens[^1].Value}; it must be {range}.");
                }
            }
            catch (InvalidOperationException)
            {
                // The text is no number of the option's type; the parser says so itself.
            }
        });
        return option;
    }
}
