using System.CommandLine;
using Cppo.Pipeline.Configuration;

namespace Cppo.Pipeline.Cli;

/// <summary><c>--precision</c> of commands that generate.</summary>
internal static class PrecisionOption
{
    public static Option<string> Create() =>
        new Option<string>("--precision")
        {
            Description = "Number type in which the engine managed holds the weights: bf16 takes half the memory of fp32, int8 a quarter.",
            HelpName = "TYPE",
            DefaultValueFactory = _ => "fp32",
        }.AcceptOnlyFromAmong(PrecisionNames.All);
}
