using System.Globalization;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Data;
using Cppo.Pipeline.Files;
using Cppo.Stages;
using Parquet;
using Parquet.Schema;

namespace Cppo.Pipeline.Sinks;

/// <summary>The columns of the completions' Parquet files, in their order, and how each is filled from a row.</summary>
internal sealed class RolloutTable
{
    /// <summary>The column of the turns before a question, as JSON, in runs that have any.</summary>
    public const string EarlierTurns = "earlier_turns";

    /// <summary>Rows of a row group at most: what is encoded in memory at a time.</summary>
    private const int RowGroupSize = 1024;

    private static readonly Dictionary<string, string> Versions = new()
    {
        [FileFormat.ParquetKey] = FileFormat.Completions.Current.ToString(CultureInfo.InvariantCulture),
        [ProgramVersion.ParquetKey] = ProgramVersion.Text,
    };

    private readonly RolloutColumn[] columns;
    private readonly ParquetSchema schema;
    private readonly ParquetOptions options = new() { CompressionMethod = CompressionMethod.Snappy };

    /// <summary>Creates the table of a run.</summary>
    public RolloutTable(RolloutSinkSettings settings)
    {
        var prompts = new PromptTexts(settings.PromptText);
        columns =
        [
            RolloutColumn.RepeatedText("run_id", _ => settings.RunId),
            RolloutColumn.Number("step", row => row.Step),
            RolloutColumn.Number("policy_version", row => row.Rollout.PolicyVersion),
            RolloutColumn.RepeatedText("question_id", row => row.Rollout.Question.Id),
            RolloutColumn.RepeatedText("question", row => row.Rollout.Question.Text),
            .. settings.HasEarlierTurns
                ? [RolloutColumn.RepeatedTextOrNull(EarlierTurns, row => ChatTurns.ToJson(row.Rollout.Question.Earlier))]
                : Array.Empty<RolloutColumn>(),
            RolloutColumn.RepeatedText("answer", row => row.Rollout.Question.Answer),
            RolloutColumn.RepeatedText("prompt", row => prompts.Of(row.Rollout.PromptTokenIds)),
            RolloutColumn.Number("completion_index", row => row.Completion.Index),
            RolloutColumn.Text("completion", row => row.Completion.Text),
            RolloutColumn.List("token_ids", row => row.Completion.TokenIds),
            RolloutColumn.List("logprobs", row => row.Completion.GenerationLogprobs),
            RolloutColumn.Number("num_tokens", row => row.Completion.TokenIds.Length),
            RolloutColumn.RepeatedText("finish_reason", row => row.Completion.FinishReason.IsStop ? "stop" : "length"),
            .. settings.RewardNames.Select(
                (name, place) => RolloutColumn.Number(RewardColumn.Of(name), row => Part(row.Reward, name, place))
            ),
            RolloutColumn.Number("reward", row => row.Reward.Total),
            RolloutColumn.Number("correct", row => row.Reward.Correct),
            RolloutColumn.RepeatedText("reward_reason", row => row.Reward.Reason),
            RolloutColumn.RepeatedText("extracted_answer", row => row.Reward.ExtractedAnswer),
            RolloutColumn.Number("advantage", row => row.Advantage),
            RolloutColumn.Number("group_mean", row => row.GroupMean),
            RolloutColumn.Number("group_std", row => row.GroupStd),
            RolloutColumn.Number("kept", row => row.Fate.IsKept),
            RolloutColumn.RepeatedTextOrNull("drop_reason", row => row.DropReason),
            RolloutColumn.RepeatedText("device", row => row.Device),
            RolloutColumn.NumberOrNull("micro_batch", row => row.MicroBatch),
            RolloutColumn.Instant("generated_at", row => row.Rollout.GeneratedAt),
        ];
        schema = new ParquetSchema(columns.Select(column => column.Field));
        foreach (var column in columns.Where(column => column.Repeats))
        {
            options.ColumnEncodingHints[column.Field.Path.ToString()] = EncodingHint.Dictionary;
        }
    }

    /// <summary>Writes a whole file.</summary>
    public async Task WriteAsync(Stream output, IEnumerable<RolloutRow> rows, CancellationToken cancel)
    {
        await using var writer = await ParquetWriter.CreateAsync(schema, output, options, false, cancel);
        writer.CustomMetadata = Versions;
        foreach (var part in rows.Chunk(RowGroupSize))
        {
            using var group = writer.CreateRowGroup();
            foreach (var column in columns)
            {
                await column.Write(group, part, cancel);
            }

            group.CompleteValidate();
        }
    }

    private static double Part(CompletionReward reward, string name, int place) =>
        place < reward.Parts.Length && reward.Parts[place].Name == name
            ? reward.Parts[place].Value
            : throw new InvalidOperationException($"A completion's reward part {place} is not \"{name}\".");

    /// <summary>The texts of prompts; the rows of a group follow each other and share one.</summary>
    private sealed class PromptTexts(Func<int[], string> textOf)
    {
        private (int[] Ids, string Text)? last;

        public string Of(int[] ids)
        {
            if (last is not { } known || !ReferenceEquals(known.Ids, ids))
            {
                last = known = (ids, textOf(ids));
            }

            return known.Text;
        }
    }
}
