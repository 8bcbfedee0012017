using System.Diagnostics;
using System.Globalization;
using Cppo.Model.Engine;
using Cppo.Model.Training;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.CustomRewards;
using Cppo.Pipeline.Data;
using Cppo.Pipeline.Files;
using Cppo.Pipeline.Graph;
using Cppo.Pipeline.Models;
using Cppo.Pipeline.Run;
using Cppo.Pipeline.Settings;
using Cppo.Stages;

namespace Cppo.Pipeline.Analysis;

/// <summary>
/// Measures what each completion contributes to the gradient (section 3.2 of the paper) along a short training of a pipeline file: groups
/// are generated, rewarded and pruned as in a run, every completion's gradient is measured before each pass of the update, and the update
/// itself is taken, so that the policy is then ahead of the one that generated. Nothing of a run is read or written.
/// </summary>
/// <param name="config">Validated. Its first rollout device does everything.</param>
/// <param name="updates">Batches to measure, at least 1.</param>
/// <param name="questions">Questions of each.</param>
/// <param name="notice">Takes a line about each batch.</param>
internal sealed class ContributionRun(PipelineConfig config, int updates, int questions, Action<string> notice)
{
    // From the whole distribution, so that the ratios begin at 1 with the recorded logprobs.
    private readonly PipelineConfig config = config with
    {
        Rollout = config.Rollout with { Devices = config.Rollout.Devices[..1], TopP = 1, TopK = 0, MinP = 0 },
        Update = config.Update with { Devices = config.Rollout.Devices[..1] },
    };

    /// <summary>Refuses more updates than there are learning rates.</summary>
    /// <exception cref="UsageException">The schedule ends before the updates do.</exception>
    public void RequireSchedule()
    {
        if (updates > config.Run.Updates)
        {
            throw new UsageException(
                $"--updates {updates}: the learning rate's schedule ends after run.updates {config.Run.Updates}; give at most as many, or "
                    + $"--set run.updates={updates}."
            );
        }
    }

    /// <summary>All completions before each pass of each update.</summary>
    public async Task<Contribution[]> MeasureAsync(CancellationToken stop)
    {
        var rewardSettings = SettingsMap.Reward(config);
        var screen = QuestionScreen.Of(await QuestionReader.ReadAsync(config.Data.Train, stop), rewardSettings);
        screen.RequireReadable(config.Data.Train.Path);
        using var rewards = RewardScorer.Open(config.Reward, rewardSettings, notice);
        using var loaded = await LoadedModel.LoadAsync(config, stop);
        var prompts = new PromptRenderer(loaded.Tokenizer, config.Prompt);
        await PromptCheck.RunAsync(config, loaded.Models, prompts, screen.Readable, [], stop);
        var references = loaded.Models.References(config);
        using var versions = new PolicyVersions(maxStaleness: 0);
        try
        {
            var policy = new RunPolicy(config, loaded.Models, versions);
            var stream = new QuestionStream(screen.Readable, config.Run.Seed, config.Data.Shuffle);
            var all = new List<Contribution>();
            for (int update = 0; update < updates; update++)
            {
                long start = Stopwatch.GetTimestamp();
                versions.Publish(update, await loaded.Models.PublishAsync(update, stop));
                var groups = await GroupsAsync(update, policy, prompts, stream, rewards, stop);
                versions.UpdateBegins(update);
                var batch = Pack.toBatch(SettingsMap.Pack(config), update, groups);
                var measured = Measure(batch, loaded.Trainable, references, stop);
                all.AddRange(measured);
                double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
                notice(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"update {update + 1} of {updates}: {groups.Length} questions, {measured.Count} gradients in {seconds:0.0} s"
                    )
                );
            }

            return [.. all];
        }
        finally
        {
            references.ForEach(reference => reference.Dispose());
        }
    }

    private async Task<PrunedGroup[]> GroupsAsync(
        int update,
        RunPolicy policy,
        PromptRenderer prompts,
        QuestionStream stream,
        RewardScorer rewards,
        CancellationToken stop
    )
    {
        var (rollout, advantage, prune) = (
            new RolloutStage(policy, prompts, TimeProvider.System),
            SettingsMap.Advantage(config),
            SettingsMap.Prune(config)
        );
        var asked = Enumerable.Range(0, questions).Select(at => stream.At(((long)update * questions) + at));
        var groups = new List<PrunedGroup>();
        foreach (var (call, part) in asked.Chunk(config.Rollout.QuestionsPerCall).Index())
        {
            foreach (var group in await rollout.GenerateAsync(new GenerationCall(update, Round: 0, call, update, part), stop))
            {
                groups.Add(Prune.ofGroup(prune, Advantage.compute(advantage, await rewards.ScoreAsync(group, stop))));
            }
        }

        return Prune.ofBatch(prune, [.. groups]);
    }

    /// <summary>Measures all completions, takes a pass, and so on; the passes have the rates that they have in a run.</summary>
    private List<Contribution> Measure(
        TrainingBatch batch,
        ITrainableEngine engine,
        IReadOnlyList<IPolicySnapshot> references,
        CancellationToken stop
    )
    {
        // A pass at a time: what the ratio's denominator was before the first one, it stays. The weights of a correction would be of each
        // pass anew, so that there are none.
        var settings = SettingsMap.Trainer(config) with
        {
            Passes = 1,
            RecomputeGenerationLogprobs = false,
            Importance = ImportanceSettings.Off,
        };
        var probe = new GradientProbe(engine, references, settings);
        var trainer = new PolicyTrainer([engine], references, settings);
        var measured = new List<Contribution>();
        for (int pass = 0; pass < config.Update.Passes; pass++)
        {
            for (int group = 0; group < batch.Groups.Length; group++)
            {
                stop.ThrowIfCancellationRequested();
                measured.AddRange(Measure(batch, group, pass, probe));
            }

            trainer.Train(batch.WithIndex((batch.Index * config.Update.Passes) + pass), stop);
        }

        return measured;
    }

    private static IEnumerable<Contribution> Measure(TrainingBatch batch, int at, int pass, GradientProbe probe)
    {
        var pruned = batch.Groups[at];
        var (advantaged, scored) = (pruned.Advantaged, pruned.Advantaged.Scored);
        foreach (var completion in scored.Rollout.Completions)
        {
            double advantage = advantaged.Advantages[completion.Index];
            var reward = scored.Rewards[completion.Index];
            var gradient = probe.Measure(scored.Rollout, completion.Index, advantage);
            yield return new Contribution(
                batch.Index,
                pass,
                scored.Rollout.Question.Id,
                at,
                completion.Index,
                completion.TokenIds.Length,
                CompletionKinds.ofCompletion(reward, completion.Text),
                reward.Total,
                advantage,
                pruned.Fates[completion.Index].IsKept,
                gradient.Norm,
                gradient.SurrogateNorm,
                gradient.KlNorm,
                gradient.PolicyLoss,
                gradient.KlLoss,
                gradient.ClipRatio
            );
        }
    }
}
