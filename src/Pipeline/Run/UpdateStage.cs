using Cppo.Model.Collectives;
using Cppo.Model.Training;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Distributed;
using Cppo.Pipeline.Graph;
using Cppo.Pipeline.Sinks;
using Cppo.Pipeline.Telemetry;
using Cppo.Stages;

namespace Cppo.Pipeline.Run;

/// <summary>
/// The end of the graph: trains on a batch, publishes the next policy version, writes every completion, reports, and evaluates and saves
/// where it is time. Writing waits for the disk, so it runs beside the next batch's generation.
/// </summary>
/// <param name="policy">What is trained.</param>
/// <param name="trainer">Trains it.</param>
/// <param name="sink">Takes every completion.</param>
/// <param name="recorder">Takes the numbers.</param>
/// <param name="evaluation">Null where nothing is evaluated.</param>
/// <param name="saver">Saves, or gives what is saved to the process that does.</param>
/// <param name="ranks">The processes that train together, whose weights must be the same after each update.</param>
internal sealed class UpdateStage(
    RunPolicy policy,
    PolicyTrainer trainer,
    IRolloutSink sink,
    RunRecorder recorder,
    TestEvaluation? evaluation,
    RunSaver saver,
    ICollective ranks
) : IAsyncDisposable
{
    private readonly PipelineConfig config = policy.Config;
    private Task recording = Task.CompletedTask;

    /// <summary>One update. An update that fails leaves no rows, and a checkpoint is not written before the rows of its updates.</summary>
    /// <exception cref="IOException">Its rows, or those of the update before, could not be written.</exception>
    public async Task UpdateAsync(TrainingBatch batch, CancellationToken cancel)
    {
        policy.Versions.UpdateBegins(batch.Index);
        var report = trainer.Train(batch, cancel);
        await recording;
        int done = batch.Index + 1;
        policy.Versions.Publish(done, await policy.Models.PublishAsync(done, cancel));
        string hash = policy.Models.Replicas[0].HashWeights();
        RankAgreement.OnWeights(ranks, done, hash);
        var metrics = recorder.MetricsOf(batch, report, hash);
        if (report.StepsSkipped > 0)
        {
            recorder.Line(SpikeNotice.Of(batch, report, config.Update.Passes, trainer.Guard!));
        }

        recording = Task.Run(() => RecordAsync(batch, metrics, cancel), CancellationToken.None);
        bool evaluates = evaluation is not null && TestEvaluation.IsDue(config, done);
        bool saves = config.Checkpoint.Every > 0 && done % config.Checkpoint.Every == 0;
        if (evaluates || saves)
        {
            await recording;
        }

        if (evaluates)
        {
            await evaluation!.RunAsync(done, cancel, isTraining: true);
        }

        if (saves)
        {
            saver.SaveCheckpoint(FlowPosition.After(batch));
        }

        SpikeNotice.StopWhereAllAreSkipped(trainer.Guard, config.Flow.MaxConsecutiveEmptyUpdates);
    }

    /// <summary>Ends when every update's rows and metrics are written.</summary>
    /// <exception cref="IOException">They could not be.</exception>
    public Task RecordedAsync() => recording;

    /// <summary>
    /// Waits until nothing is being written. A run that came to its end has asked <see cref="RecordedAsync"/>; one that failed has its own
    /// fault to tell.
    /// </summary>
    public async ValueTask DisposeAsync() => await recording.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private async Task RecordAsync(TrainingBatch batch, UpdateMetrics metrics, CancellationToken cancel)
    {
        await sink.WriteAsync(batch, cancel);
        recorder.Updated(metrics);
    }
}
