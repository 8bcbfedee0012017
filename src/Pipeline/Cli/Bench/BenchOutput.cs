namespace Cppo.Pipeline.Cli.Bench;

/// <summary>What every benchmark prints: a table for people, then one line of JSON.</summary>
internal static class BenchOutput
{
    public static void Print(this CliContext context, IEnumerable<string> table, string json)
    {
        foreach (string row in table)
        {
            context.Output.WriteLine(row);
        }

        context.Output.WriteLine(json);
    }
}
