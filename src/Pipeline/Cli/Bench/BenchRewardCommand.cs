using System.CommandLine;
using Cppo.Pipeline.Bench;

namespace Cppo.Pipeline.Cli.Bench;

/// <summary><c>bench reward</c>: completions per second of the rewards, on one thread.</summary>
internal sealed class BenchRewardCommand : CliCommand
{
    private readonly Option<string?> cases = new("--cases")
    {
        Description =
            "Measure the MATH rewards on this JSON Lines file with gold (or answer) and completion (or pred), instead of the GSM8K rewards "
            + "on generated completions.",
        HelpName = "FILE",
    };

    private readonly Option<double> seconds = new("--seconds")
    {
        Description = "Time of each measurement, after a warm-up of the same time.",
        HelpName = "S",
        DefaultValueFactory = _ => 2,
    };

    public BenchRewardCommand(CliContext context)
        : base("reward", "Measure rewards in completions per second on one thread; the last line is a JSON object.")
    {
        Add(cases);
        Add(seconds);
        seconds.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && double.TryParse(result.Tokens[0].Value, out double given) && !(given > 0))
            {
                result.AddError("--seconds must be above 0.");
            }
        });
        SetAction(line =>
            context.Output.WriteLine(
                RewardBench.Execute(line.GetValue(cases), line.GetValue(seconds), context.Error.WriteLine, context.Stop.Graceful)
            )
        );
    }

    public override IReadOnlyList<(string Line, string Does)> Examples =>
        [
            ("bench reward", "measures the GSM8K rewards on generated completions"),
            ("bench reward --cases graded.jsonl", "measures the MATH rewards on a file"),
        ];
}
