using Cppo.Model.Training;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Graph;
using Cppo.Pipeline.Sinks;
using Cppo.Stages;

namespace Cppo.Pipeline.Run;

/// <summary>
/// The end of the graph: trains on a batch, writes every completion, publishes the next policy version, reports, and evaluates and saves
/// where it is time.
/// </summary>
internal sealed class UpdateStage(
    PipelineConfig config,
    RunModels models,
    PolicyVersions versions,
    PolicyTrainer trainer,
    IRolloutSink sink,
    RunRecorder recorder,
    TestEvaluation? evaluation,
    RunSaver saver)
{
    /// <summary>One update. Nothing of it is visible to generation before the rows are written.</summary>
    public async Task UpdateAsync(TrainingBatch batch, CancellationToken cancel)
    {
        var report = trainer.Train(batch, cancel);
        await sink.WriteAsync(batch, cancel);
        versions.Publish(batch.Index + 1, models.Publish(batch.Index + 1));
        recorder.Updated(batch, report);

        int done = batch.Index + 1;
        if (evaluation is not null && IsDue(config.Evaluation.Every, done) && done < config.Run.Updates)
        {
            evaluation.Run(done, cancel);
        }

        if (IsDue(config.Checkpoint.Every, done))
        {
            saver.SaveCheckpoint(FlowPosition.After(batch));
        }
    }

    private static bool IsDue(int every, int done) => every > 0 && done % every == 0;
}
