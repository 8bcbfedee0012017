using System.Globalization;
using Cppo.Pipeline.Checkpoints;
using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.Run;

/// <summary>
/// What is said of a run that is resumed where something of it is missing. What can be made again from the checkpoint in use, is; what
/// cannot is never removed without having been asked to.
/// </summary>
internal static class ResumeCheck
{
    private const string Restart = "run.restart=true --set run.resume=false";

    /// <summary>A line about what is missing and is made again; null where nothing is.</summary>
    /// <param name="directory">The run's.</param>
    /// <param name="history">Its records.</param>
    /// <param name="choice">The checkpoint that it goes on from.</param>
    /// <exception cref="RunDirectoryException">Something is missing that cannot be made again.</exception>
    public static string? Notice(RunDirectory directory, RunHistory history, CheckpointChoice choice) =>
        choice.Used is { } used ? OfUsed(directory, history, choice, used.State.NextBatch) : OfNone(directory, history, choice);

    private static string? OfUsed(RunDirectory directory, RunHistory history, CheckpointChoice choice, int done)
    {
        string from = $"the run goes on from the checkpoint after {Updates(done)}";
        if (history.Complete < done)
        {
            return $"warning: {history.MissingBefore(done)}; {from} without them";
        }

        if (choice.PassedOver is { } later)
        {
            return $"warning: {history.MissingBefore(later.State.NextBatch)}; {from} and makes them again";
        }

        return directory.SavedUpdates is { } saved && saved > choice.Newest
            ? $"warning: the checkpoint after {Updates(saved)}, the last that was saved, is not in {directory.CheckpointsDirectory}; {from}"
            : null;
    }

    private static string? OfNone(RunDirectory directory, RunHistory history, CheckpointChoice choice)
    {
        if (choice.PassedOver is { } later)
        {
            throw new RunDirectoryException(
                $"{history.MissingBefore(later.State.NextBatch)}, and no checkpoint is left from before; put back what is missing, "
                    + $"continue without it by {SetOption.Of("run.acceptMissing=true")}, or begin anew by {SetOption.Of(Restart)}."
            );
        }

        string recorded = $"the metrics of {Updates(history.NumUpdates)}";
        if (choice.Newest < 0 && directory.HadCheckpoint(history.NumUpdates))
        {
            throw new RunDirectoryException(
                $"{directory.DirectoryPath} has {recorded}, but the checkpoints that were saved are not in "
                    + $"{directory.CheckpointsDirectory}; put them back, or begin anew by {SetOption.Of(Restart)}, which removes what "
                    + "is there."
            );
        }

        return choice.Newest >= 0
                ? $"warning: no checkpoint in {directory.CheckpointsDirectory} is whole; the run begins again from its start model"
            : history.NumUpdates > 0
                ? $"{directory.DirectoryPath} has {recorded} and no checkpoint was saved yet; the run begins again from its start model"
            : null;
    }

    private static string Updates(int count) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? "update" : "updates")}");
}
