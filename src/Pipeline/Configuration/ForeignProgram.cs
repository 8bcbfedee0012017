namespace Cppo.Pipeline.Configuration;

/// <summary>Whose configuration a file is, from the keys in it that are others'.</summary>
internal static class ForeignProgram
{
    private const int FewestKeys = 3;

    /// <summary>The program that most of the keys are of; null where they are too few to tell.</summary>
    /// <param name="programs">Of each such key.</param>
    public static string? Of(IReadOnlyCollection<string> programs) =>
        programs.Count < FewestKeys ? null : programs.CountBy(program => program).MaxBy(program => program.Value).Key;

    /// <summary>What is to be told of a pipeline file; null where it states more keys of its own than of theirs.</summary>
    /// <param name="programs">Of each key that is another's.</param>
    /// <param name="numOurs">Keys and sections that it states beside them.</param>
    /// <param name="place">Where the file begins.</param>
    public static ConfigFault? FaultOf(IReadOnlyCollection<string> programs, int numOurs, ConfigPlace place) =>
        programs.Count > numOurs && Of(programs) is { } program
            ? new("", place, $"is a configuration of {program}, whose keys have other names here: {ForeignKeys.Page} has all of them")
            : null;
}
