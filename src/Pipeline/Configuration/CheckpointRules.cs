namespace Cppo.Pipeline.Configuration;

/// <summary>The combinations of keys about checkpoints, and about a directory that holds a run already, that no run can satisfy.</summary>
internal static class CheckpointRules
{
    /// <summary>Checked with the others of <see cref="ConfigValidation"/>.</summary>
    public static IReadOnlyList<ConfigRule> All { get; } =
    [
        new(
            ["run.restart", "run.resume"],
            c =>
                c.Run.Restart && c.Run.Resume
                    ? "is true, and so is run.resume; set one of them to false: run.restart removes the run that run.resume continues"
                    : null
        ),
        new(
            ["checkpoint.keepEvery", "checkpoint.every"],
            c =>
                c.Checkpoint.KeepEvery > 0 && !IsMultiple(c.Checkpoint.KeepEvery, c.Checkpoint.Every)
                    ? $"is {c.Checkpoint.KeepEvery}, but {Saved(c)}; "
                        + (c.Checkpoint.Every == 0 ? "set checkpoint.every" : "give a multiple of that")
                    : null
        ),
        new(
            ["checkpoint.keepBest", "checkpoint.every"],
            c =>
                c.Checkpoint.KeepBest > 0 && c.Checkpoint.Every == 0
                    ? $"is {c.Checkpoint.KeepBest}, but {Saved(c)}; set checkpoint.every"
                    : null
        ),
        new(
            ["checkpoint.keepBest", "checkpoint.best", "checkpoint.every", "evaluation.every"],
            c =>
                c.Checkpoint is { KeepBest: > 0, Best: CheckpointConfig.ByAccuracy, Every: > 0 }
                && !IsMultiple(c.Checkpoint.Every, c.Evaluation.Every)
                    ? $"is {c.Checkpoint.KeepBest} by accuracy, but {Saved(c)} and evaluated {Evaluated(c)}; set evaluation.every to "
                        + $"{c.Checkpoint.Every} or a part of it, so that every checkpoint is evaluated, or checkpoint.best to reward"
                    : null
        ),
    ];

    private static bool IsMultiple(int number, int of) => of > 0 && number % of == 0;

    private static string Saved(PipelineConfig config) =>
        config.Checkpoint.Every == 0
            ? "no checkpoint is saved before the end"
            : $"a checkpoint is saved every {config.Checkpoint.Every} updates";

    private static string Evaluated(PipelineConfig config) =>
        config.Evaluation.Every == 0 ? "not at all in between" : $"every {config.Evaluation.Every}";
}
