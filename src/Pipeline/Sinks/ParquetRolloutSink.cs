using Cppo.Model.Files;
using Cppo.Stages;

namespace Cppo.Pipeline.Sinks;

/// <summary>What a <see cref="ParquetRolloutSink"/> needs to know of its run.</summary>
public sealed record RolloutSinkSettings
{
    /// <summary>The directory that gets <c>step-NNNNNN.parquet</c>; made where it is absent.</summary>
    public required string Directory { get; init; }

    /// <summary>The text of column <c>run_id</c>.</summary>
    public required string RunId { get; init; }

    /// <summary>Names of the update devices, by <see cref="MicroBatch.Device"/>.</summary>
    public required IReadOnlyList<string> UpdateDevices { get; init; }

    /// <summary>The rewards in the order of the configuration; each becomes a column <c>reward_name</c>.</summary>
    public required IReadOnlyList<string> RewardNames { get; init; }

    /// <summary>Whether questions may have turns before them, which the column <c>earlier_turns</c> then holds.</summary>
    public bool HasEarlierTurns { get; init; }

    /// <summary>The text of prompt ids [P], special tokens included, for the column <c>prompt</c>.</summary>
    public required Func<int[], string> PromptText { get; init; }
}

/// <summary>
/// One Parquet file a batch, whole or not at all. A write that fails is tried three times.
/// </summary>
public sealed class ParquetRolloutSink : IRolloutSink
{
    private static readonly TimeSpan[] Pauses = [TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(1)];
    private readonly RolloutSinkSettings settings;
    private readonly RolloutTable table;
    private readonly Func<TimeSpan, CancellationToken, Task> pause;

    /// <summary>Creates the sink; nothing is written yet.</summary>
    public ParquetRolloutSink(RolloutSinkSettings settings)
        : this(settings, Task.Delay) { }

    internal ParquetRolloutSink(RolloutSinkSettings settings, Func<TimeSpan, CancellationToken, Task> pause)
    {
        ArgumentNullException.ThrowIfNull(settings);
        (this.settings, this.pause) = (settings, pause);
        table = new RolloutTable(settings);
    }

    /// <inheritdoc/>
    public async Task WriteAsync(TrainingBatch batch, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(batch);
        string path = RolloutFiles.PathOf(settings.Directory, batch.Index);
        RolloutRow[] rows = [.. RolloutRow.From(batch, settings.UpdateDevices)];
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                await WriteFileAsync(path, rows, cancel);
                return;
            }
            catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
            {
                if (attempt == Pauses.Length)
                {
                    throw new IOException(
                        $"The completions of step {batch.Index} could not be written to {path} in {attempt + 1} tries "
                            + $"({FileFault.Reason(cause)}); make room or set its permissions.",
                        cause
                    );
                }

                await pause(Pauses[attempt], cancel);
            }
        }
    }

    /// <summary>Nothing is held between batches.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task WriteFileAsync(string path, RolloutRow[] rows, CancellationToken cancel)
    {
        DurableFiles.CreateDirectory(Path.GetDirectoryName(path)!);
        await AtomicFile.WriteAsync(path, output => table.WriteAsync(output, rows, cancel));
    }
}
