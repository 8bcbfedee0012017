using System.Text.Json;
using Cppo.Model.Tokenizer;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Data;
using Cppo.Pipeline.Models;
using Cppo.Pipeline.Settings;
using Cppo.Pipeline.Sinks;
using Cppo.Stages;

namespace Cppo.Pipeline.Replay;

/// <summary>
/// Makes the training batch of an update again from its rows. Token ids, generation logprobs, advantages and what was pruned are taken as
/// recorded; prompts are rendered and micro-batches packed anew, which gives the same every time. What follows from the rest of the rows,
/// such as an advantage from the group's rewards, is checked beside it.
/// </summary>
internal sealed class RecordedBatch(PipelineConfig config, ITokenizer tokenizer, int vocabulary)
{
    private readonly PromptRenderer prompts = new(tokenizer, config.Prompt);
    private readonly RewardSettings rewards = SettingsMap.Reward(config);
    private readonly AdvantageSettings advantage = SettingsMap.Advantage(config);
    private readonly PruneSettings prune = SettingsMap.Prune(config);
    private readonly PackSettings pack = SettingsMap.Pack(config);

    /// <summary>The batch, and a check of each kind.</summary>
    /// <param name="step">The update.</param>
    /// <param name="ordinal">Of its first question in the run's stream.</param>
    /// <param name="rows">Of the update, in the order of the file.</param>
    /// <exception cref="DataException">A row cannot be of this run.</exception>
    public (TrainingBatch Batch, IReadOnlyList<RowCheck> Checks) Make(int step, long ordinal, IReadOnlyList<RecordedCompletion> rows)
    {
        var groups = new List<AdvantagedGroup>();
        var recorded = new List<PrunedGroup>();
        foreach (var group in GroupsOf(rows))
        {
            var advantaged = GroupOf(step, ordinal + groups.Count, group);
            groups.Add(advantaged);
            recorded.Add(new PrunedGroup(advantaged, [.. group.Select(row => row["drop_reason"] == "pruned" ? Fate.Pruned : Fate.Kept)]));
        }

        var batch = Pack.toBatch(pack, step, [.. recorded]);
        return (batch, [Completions(rows), Rewards(groups, rows), Advantages(groups, rows), Fates(groups, batch, rows)]);
    }

    /// <summary>A group's completions follow each other from index 0.</summary>
    private static List<List<RecordedCompletion>> GroupsOf(IReadOnlyList<RecordedCompletion> rows)
    {
        var groups = new List<List<RecordedCompletion>>();
        foreach (var row in rows)
        {
            if (row.Index == 0)
            {
                groups.Add([]);
            }

            if (groups.Count == 0 || row.Index != groups[^1].Count || row.QuestionId != (groups[^1].FirstOrDefault() ?? row).QuestionId)
            {
                throw new DataException($"{row.Place} is out of order: completion {row.Index} of question {row.QuestionId}.");
            }

            groups[^1].Add(row);
        }

        return groups;
    }

    private AdvantagedGroup GroupOf(int step, long ordinal, List<RecordedCompletion> rows)
    {
        var first = rows[0];
        var question = new Question(first.QuestionId, first["question"] ?? "", first["answer"] ?? "", ordinal, EarlierOf(first));
        int[] prompt = prompts.Render(question);
        if (first["prompt"] is { } text && tokenizer.Decode(prompt, skipSpecialTokens: false) != text)
        {
            throw new DataException(
                $"{first.Place}: the prompt is no longer what the run's tokenizer and template make of the question; put the files of "
                    + $"{RunModels.TokenizerDirectory(config)} back as they were."
            );
        }

        var rollout = new RolloutGroup(
            question,
            prompt,
            step,
            (int)first.Number("policy_version"),
            first["device"] ?? "",
            [.. rows.Select(CompletionOf)],
            DateTimeOffset.UnixEpoch
        );
        return new AdvantagedGroup(
            new ScoredGroup(rollout, [.. rows.Select(RewardOf)]),
            [.. rows.Select(row => row.Number("advantage"))],
            first.Number("group_mean"),
            first.Number("group_std")
        );
    }

    private static Turn[] EarlierOf(RecordedCompletion row)
    {
        try
        {
            return ChatTurns.FromJson(row[RolloutTable.EarlierTurns]);
        }
        catch (JsonException cause)
        {
            throw new DataException($"{row.Place}: {RolloutTable.EarlierTurns} is no list of messages; the file is damaged.", cause);
        }
    }

    private Completion CompletionOf(RecordedCompletion row)
    {
        foreach (int id in row.TokenIds)
        {
            if (id < 0 || id >= vocabulary)
            {
                throw new DataException($"{row.Place}: the token id {id} is none of the model's {vocabulary}; the file is damaged.");
            }
        }

        var reason = row["finish_reason"] == "stop" ? FinishReason.Stop : FinishReason.Length;
        return row.TokenIds.Length == 0
            ? throw new DataException($"{row.Place} has no token; the file is damaged.")
            : new Completion(row.Index, row.TokenIds, row.Logprobs, row["completion"] ?? "", reason);
    }

    private CompletionReward RewardOf(RecordedCompletion row) =>
        new(
            row.Number("reward"),
            [.. rewards.Rewards.Select(reward => new RewardPart(reward.Name, row.Number(RewardColumn.Of(reward.Name))))],
            row["extracted_answer"] ?? "",
            row["reward_reason"] ?? "",
            row["correct"] == "true"
        );

    /// <summary>The text of each completion, from its tokens.</summary>
    private RowCheck Completions(IReadOnlyList<RecordedCompletion> rows)
    {
        var check = new RowCheck("texts");
        foreach (var row in rows)
        {
            check.Add(row.Place, "completion", row["completion"] ?? "", tokenizer.Decode(row.TokenIds));
        }

        return check;
    }

    /// <summary>The weighted sum of each completion's rewards.</summary>
    private RowCheck Rewards(List<AdvantagedGroup> groups, IReadOnlyList<RecordedCompletion> rows)
    {
        var check = new RowCheck("rewards");
        foreach (var (row, reward) in rows.Zip(groups.SelectMany(group => group.Scored.Rewards)))
        {
            check.Add(row.Place, "reward", RowCheck.Text(reward.Total), RowCheck.Text(Reward.total(rewards, reward.Parts)));
        }

        return check;
    }

    /// <summary>The advantages of each group, from its rewards.</summary>
    private RowCheck Advantages(List<AdvantagedGroup> groups, IReadOnlyList<RecordedCompletion> rows)
    {
        var check = new RowCheck("advantages");
        var computed = groups
            .Select(group => Advantage.compute(advantage, group.Scored))
            .SelectMany(group => group.Advantages.Select(value => (Advantage: value, group.RewardMean, group.RewardStd)));
        foreach (var (row, value) in rows.Zip(computed))
        {
            check.Add(
                row.Place,
                "advantage (of group mean and std)",
                Texts(row.Number("advantage"), row.Number("group_mean"), row.Number("group_std")),
                Texts(value.Advantage, value.RewardMean, value.RewardStd)
            );
        }

        return check;
    }

    /// <summary>What each completion's fate and place are: pruned by the rule, dropped by allocation, or in a micro-batch.</summary>
    private RowCheck Fates(List<AdvantagedGroup> groups, TrainingBatch batch, IReadOnlyList<RecordedCompletion> rows)
    {
        var check = new RowCheck("fates");
        PrunedGroup[] ruled = [.. groups.Select(group => Stages.Prune.Prune.ofGroup(prune, group))];
        var isPruned = Stages.Prune.Prune.ofBatch(prune, ruled).SelectMany(group => group.Fates.Select(fate => fate.IsPruned));
        foreach (var ((row, packed), pruned) in rows.Zip(RolloutRow.From(batch, config.Update.Devices)).Zip(isPruned))
        {
            string recorded = row.IsKept
                ? $"kept in micro-batch {row["micro_batch"]} of {row["device"]}"
                : row["drop_reason"] ?? "neither kept nor dropped";
            string follows = pruned ? "pruned" : packed.DropReason ?? $"kept in micro-batch {packed.MicroBatch} of {packed.Device}";
            // A completion that the rows have as pruned, and the rule keeps, has no place in the batch that was packed.
            check.Add(row.Place, "its fate", recorded, follows == "pruned" && !pruned ? "not pruned" : follows);
        }

        return check;
    }

    private static string Texts(params double[] numbers) => string.Join(", ", numbers.Select(RowCheck.Text));
}
