using System.Globalization;
using Cppo.Pipeline.Sinks;
using Cppo.Stages;

namespace Cppo.Pipeline.Tests.Replay;

/// <summary>Writes the completions of a step of a run anew, with a change.</summary>
internal static class RewrittenRows
{
    private static readonly string[] Rewards = ["accuracy", "format", "tagCount"];

    /// <summary>Gives each row to <paramref name="change"/> and writes what that returns.</summary>
    public static async Task ChangeAsync(string runDirectory, int step, Func<RolloutRow, int, RolloutRow> change)
    {
        string path = RolloutFiles.PathOf(Path.Combine(runDirectory, "completions"), step);
        var prompts = new List<string>();
        var rows = new List<RolloutRow>();
        await foreach (var recorded in RecordedCompletions.ReadAsync(path, default))
        {
            prompts.Add(recorded["prompt"]!);
            rows.Add(change(Row(recorded, rows.Count), rows.Count));
        }

        var table = new RolloutTable(
            new RolloutSinkSettings
            {
                Directory = "",
                RunId = "small",
                UpdateDevices = ["cpu"],
                RewardNames = Rewards,
                PromptText = ids => prompts[ids[0]],
            }
        );
        using var output = new MemoryStream();
        await table.WriteAsync(output, rows, default);
        await File.WriteAllBytesAsync(path, output.ToArray());
    }

    /// <summary>The row with other token ids.</summary>
    public static RolloutRow WithTokens(this RolloutRow row, Action<int[]> change)
    {
        int[] ids = [.. row.Completion.TokenIds];
        change(ids);
        var drawn = row.Completion;
        return row with { Completion = new Completion(drawn.Index, ids, drawn.GenerationLogprobs, drawn.Text, drawn.FinishReason) };
    }

    /// <summary>The row with other generation logprobs.</summary>
    public static RolloutRow WithLogprobs(this RolloutRow row, Action<float[]> change)
    {
        float[] logprobs = [.. row.Completion.GenerationLogprobs];
        change(logprobs);
        var drawn = row.Completion;
        return row with { Completion = new Completion(drawn.Index, drawn.TokenIds, logprobs, drawn.Text, drawn.FinishReason) };
    }

    /// <summary>The row with another total of its rewards.</summary>
    public static RolloutRow WithReward(this RolloutRow row, double total) =>
        row with
        {
            Reward = new CompletionReward(total, row.Reward.Parts, row.Reward.ExtractedAnswer, row.Reward.Reason, row.Reward.Correct),
        };

    /// <summary>The row with another question's id.</summary>
    public static RolloutRow WithQuestion(this RolloutRow row, string id)
    {
        var (rollout, question) = (row.Rollout, row.Rollout.Question);
        return row with
        {
            Rollout = new RolloutGroup(
                new Question(id, question.Text, question.Answer, question.Ordinal, question.Earlier),
                rollout.PromptTokenIds,
                rollout.Batch,
                rollout.PolicyVersion,
                rollout.Device,
                rollout.Completions,
                rollout.GeneratedAt
            ),
        };
    }

    private static RolloutRow Row(RecordedCompletion recorded, int place)
    {
        int step = (int)recorded.Number("step");
        var completion = new Completion(
            recorded.Index,
            recorded.TokenIds,
            recorded.Logprobs,
            recorded["completion"]!,
            recorded["finish_reason"] == "stop" ? FinishReason.Stop : FinishReason.Length
        );
        return new RolloutRow
        {
            Step = step,
            Rollout = new RolloutGroup(
                new Question(recorded.QuestionId, recorded["question"]!, recorded["answer"]!, 0, []),
                [place],
                step,
                (int)recorded.Number("policy_version"),
                recorded["device"]!,
                [],
                DateTimeOffset.UnixEpoch
            ),
            Completion = completion,
            Reward = new CompletionReward(
                recorded.Number("reward"),
                [
                    new RewardPart("accuracy", recorded.Number("reward_accuracy")),
                    new RewardPart("format", recorded.Number("reward_format")),
                    new RewardPart("tagCount", recorded.Number("reward_tag_count")),
                ],
                recorded["extracted_answer"]!,
                recorded["reward_reason"]!,
                recorded["correct"] == "true"
            ),
            Advantage = recorded.Number("advantage"),
            GroupMean = recorded.Number("group_mean"),
            GroupStd = recorded.Number("group_std"),
            Fate = FateOf(recorded),
            Device = recorded["device"]!,
            MicroBatch = recorded["micro_batch"] is { } index ? int.Parse(index, CultureInfo.InvariantCulture) : null,
        };
    }

    private static Fate FateOf(RecordedCompletion recorded) =>
        recorded["drop_reason"] switch
        {
            null => Fate.Kept,
            "pruned" => Fate.Pruned,
            "zero_advantage" => Fate.NewDropped(DropReason.ZeroAdvantage),
            "no_room" => Fate.NewDropped(DropReason.NoRoom),
            _ => Fate.NewDropped(DropReason.TooLong),
        };
}

/// <summary>Copies of runs that tests may damage.</summary>
internal static class CopiedRun
{
    /// <summary>Copies a run's directory.</summary>
    public static string Of(string runDirectory, string target)
    {
        foreach (string file in Directory.EnumerateFiles(runDirectory, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(target, Path.GetRelativePath(runDirectory, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        return target;
    }
}
