using Cppo.Model.Engine;
using Cppo.Pipeline.Checkpoints;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Distributed;
using Cppo.Pipeline.Files;
using Cppo.Pipeline.Graph;
using Cppo.Pipeline.Models;
using Cppo.Pipeline.Telemetry;

namespace Cppo.Pipeline.Run;

/// <summary>What a run starts from: the configured model, or its newest checkpoint where it is resumed.</summary>
internal sealed class RunStart : IDisposable
{
    private readonly PipelineConfig config;
    private readonly string configJson;
    private readonly string path;
    private readonly RunRanks ranks;
    private readonly CancellationToken stop;
    private RunDirectory? directory;
    private Checkpoint? used;

    private RunStart(PipelineConfig config, RunRanks ranks, CancellationToken stop)
    {
        (this.config, this.ranks, this.stop) = (config, ranks, stop);

        // What was asked for once is not asked for again by who continues the run with its own configuration.
        configJson = ConfigWriter.WriteForRun(config with { Run = config.Run with { Restart = false, AcceptMissing = false } });
        path = Path.Combine(config.Run.Directory, config.Run.Name);
        Versions = new PolicyVersions(config.Update.MaxStaleness);
    }

    /// <summary>The engines, holding the weights to start from.</summary>
    public RunModels Models { get; private set; } = null!;

    /// <summary>Configuration, engines and versions together.</summary>
    public RunPolicy Policy => new(config, Models, Versions);

    /// <summary>The reference on every update device; none where beta is 0.</summary>
    public IReadOnlyList<IPolicySnapshot> References { get; private set; } = [];

    /// <summary>The versions that the first batch can be generated with.</summary>
    public PolicyVersions Versions { get; }

    /// <summary>Where the flow begins.</summary>
    public FlowStart Flow { get; private set; } = FlowStart.New;

    /// <summary>Time that earlier parts of the run took.</summary>
    public double ElapsedSeconds { get; private set; }

    /// <summary>The run's directory, after <see cref="TakeDirectory"/>.</summary>
    public RunDirectory Directory => directory ?? throw new InvalidOperationException("The run's directory was not taken yet.");

    /// <summary>Where the run's files lie, whichever process writes them.</summary>
    public string DirectoryPath => path;

    private string ConfigHash => ConfigKeys.Hash(configJson);

    private CheckpointStore Checkpoints =>
        new(RunDirectory.CheckpointsOf(path), CheckpointScores.Keeping(path, config.Checkpoint))
        {
            Committing = updates => Directory.RecordSaved(updates),
        };

    /// <summary>
    /// Loads models; a run that is resumed takes its directory first, a new one only with <see cref="TakeDirectory"/>. Of several processes
    /// the first looks at the directory and chooses what all load.
    /// </summary>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> is set; looked at between two weights.</exception>
    public static RunStart Load(PipelineConfig config, RunRanks ranks, Action<string> warn, CancellationToken stop)
    {
        var start = new RunStart(config, ranks, stop);
        try
        {
            string chosen = start.ranks.FromWriter(() => start.Choose(warn), "the choice of what the run starts from");
            if (chosen.Length > 0 && !start.ranks.IsWriter)
            {
                start.LoadChosen(chosen);
            }

            if (start.used is null)
            {
                start.Models = start.LoadModels(config.Model.Path, config.Model.RandomInitialization);
                start.Publish(0, start.Models.PublishAsync(0, CancellationToken.None));
            }

            start.References = start.Models.References(config);
            return start;
        }
        catch
        {
            start.Dispose();
            throw;
        }
    }

    /// <summary>Makes the directory of a new run, or clears that of a resumed one of what is about to be done again.</summary>
    public void TakeDirectory()
    {
        if (directory is null)
        {
            directory = RunDirectory.Create(path, configJson, config.Run.Restart);
            return;
        }

        Checkpoints.Settle(used);
        directory.Continue(used?.State.NextBatch);
        if (Flow.Position.NextBatch < config.Run.Updates)
        {
            directory.RemoveModel();
        }
    }

    /// <summary>What saves checkpoints and the model of this run.</summary>
    public RunSaver Saver(RunRecorder recorder) => new(Policy, directory, Checkpoints, ConfigHash, recorder, used?.State.NextBatch);

    public void Dispose()
    {
        foreach (var reference in References)
        {
            reference.Dispose();
        }

        Versions.Dispose();
        Models?.Dispose();
        directory?.Dispose();
    }

    // Nothing of the run goes on yet that could need the thread that waits here.
    private void Publish(int version, Task<IPolicySnapshot[]> snapshots) => Versions.Publish(version, snapshots.GetAwaiter().GetResult());

    /// <summary>Looks at the directory, and loads the newest checkpoint of a run that is resumed.</summary>
    /// <returns>The checkpoint's directory; empty: none is there, and the run starts from its model.</returns>
    private string Choose(Action<string> warn)
    {
        if (config.Run.Resume)
        {
            MetricsWriter.RequireReadable(path);
            directory = RunDirectory.Resume(path, configJson);
            LoadNewest(warn);
        }
        else if (config.Run.Restart)
        {
            RunFiles.RequireRestartable(path, Inputs());
        }
        else
        {
            RunFiles.RefuseOccupied(path);
        }

        return used?.Directory ?? "";
    }

    /// <summary>Loads the checkpoint that the first process has chosen, and has checked.</summary>
    private void LoadChosen(string checkpoint)
    {
        if (!System.IO.Directory.Exists(checkpoint))
        {
            throw new UsageException(
                $"{checkpoint}, the checkpoint that the first process goes on from, is not on this machine; choose a place that all "
                    + $"machines share with {SetOption.Of("run.directory=PLACE")}."
            );
        }

        used = new Checkpoint(checkpoint, StateFile.Read(checkpoint));
        LoadCheckpoint(used);
    }

    private void LoadNewest(Action<string> warn)
    {
        var history = RunHistory.Read(path);
        var owner = new CheckpointOwner(ConfigHash, config.Run.Seed, config.Update.MaxStaleness)
        {
            QuestionsBefore = history.QuestionsBefore,
        };
        var choice = Checkpoints.LoadNewest(
            owner,
            updates => config.Run.AcceptMissing || updates <= history.Complete,
            LoadCheckpoint,
            warn
        );
        used = choice.Used;
        if (ResumeCheck.Notice(Directory, history, choice) is { } notice)
        {
            warn(notice);
        }
    }

    private RunModels LoadModels(string weights, bool random)
    {
        var models = RunModels.Load(ranks.Own(config), weights, random, stop);
        if (config.Update.ShardOptimizer && !ranks.IsAlone)
        {
            models.Replicas[0].Divide(ranks.Updates);
        }

        return models;
    }

    private void LoadCheckpoint(Checkpoint checkpoint)
    {
        var models = LoadModels(checkpoint.WeightsDirectory, random: false);
        try
        {
            foreach (var replica in models.Replicas)
            {
                replica.LoadOptimizer(checkpoint.OptimizerPath);
            }

            foreach (int version in checkpoint.EarlierVersions)
            {
                Publish(version, models.LoadAsync(checkpoint.VersionDirectory(version), version, CancellationToken.None));
            }

            Publish(checkpoint.State.NextBatch, models.PublishAsync(checkpoint.State.NextBatch, CancellationToken.None));
        }
        catch
        {
            Versions.Dispose();
            models.Dispose();
            throw;
        }

        (Models, Flow, ElapsedSeconds) = (models, checkpoint.State.ToStart(), checkpoint.State.ElapsedSeconds);
    }

    private (string Key, string Path)[] Inputs() =>
        [
            ("model.path", config.Model.Path),
            ("model.tokenizerPath", config.Model.TokenizerPath),
            ("model.reference.path", config.Model.Reference.Path),
            ("data.train.path", config.Data.Train.Path),
            ("data.test.path", config.Data.Test.Path),
        ];
}
