using Cppo.Model.Engine;

namespace Cppo.Pipeline.Configuration;

/// <summary>How configurations, options and tables write number types of weights.</summary>
internal static class PrecisionNames
{
    /// <summary>All of them, the widest first.</summary>
    public static string[] All { get; } = [.. Enum.GetValues<WeightPrecision>().Select(Of)];

    /// <summary>The name of a type.</summary>
    public static string Of(WeightPrecision precision) =>
        precision switch
        {
            WeightPrecision.BFloat16 => "bf16",
            WeightPrecision.Int8 => "int8",
            _ => "fp32",
        };

    /// <summary>The type of a name, one of <see cref="All"/>.</summary>
    public static WeightPrecision Parse(string name) => Enum.GetValues<WeightPrecision>().Single(precision => Of(precision) == name);
}
