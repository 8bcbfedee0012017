using Cppo.Model.Files;
using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.Configuration;

/// <summary>Where a value was stated: in a file, by a command line option, or nowhere (a default).</summary>
/// <param name="File">The file as the user named it; empty outside a file.</param>
/// <param name="Line">From 1; 0 for a fault of the whole file.</param>
/// <param name="Column">From 1, in characters.</param>
/// <param name="Option">The option as typed, e.g. <c>--set prune.keep=2</c>; empty in a file.</param>
/// <param name="Order">Rank of the option among the options, from 0.</param>
internal sealed record ConfigPlace(string File, int Line, int Column, string Option = "", int Order = 0)
{
    /// <summary>The place of values that nobody stated.</summary>
    public static ConfigPlace Default { get; } = new("", 0, 0);

    public bool IsStated => File.Length > 0 || Option.Length > 0;

    /// <summary>As messages name it; values of headers and queries of addresses in an option may be secret.</summary>
    public override string ToString() =>
        Option.Length > 0 ? WithoutSecrets(Option)
        : File.Length == 0 ? ""
        : Line == 0 ? File
        : $"{File}:{Line}:{Column}";

    private static string WithoutSecrets(string option) =>
        option.Contains("headers", StringComparison.Ordinal) && option.IndexOf('=', StringComparison.Ordinal) is var value and > 0
            ? $"{option[..value]}=***"
            : AddressText.WithoutQueries(option);
}

/// <summary>One thing that is wrong with the configuration.</summary>
/// <param name="Path">The key, as <c>--set</c> takes it: <c>reward.parts.0.weight</c>; empty for a fault of the whole file.</param>
/// <param name="Place">Where it was stated.</param>
/// <param name="Message">What is wrong and the remedy, one line.</param>
internal sealed record ConfigFault(string Path, ConfigPlace Place, string Message)
{
    public override string ToString() =>
        Excerpt.OfMessage(string.Join(": ", new[] { Place.ToString(), Excerpt.OfName(Path), Message }.Where(part => part.Length > 0)));
}
