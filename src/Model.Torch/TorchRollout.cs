// Letters: Q prompts, N completions on the grid, D hidden.
using Cppo.Model.Engine;
using Cppo.Model.Sampling;
using static TorchSharp.torch;

namespace Cppo.Model.Torch;

/// <summary>One generation: each prompt runs once, then one token per completion and step until all have ended.</summary>
internal sealed class TorchRollout : IDisposable
{
    private readonly DecoderWeights weights;
    private readonly GenerationRequest request;
    private readonly int maxLogitRows;
    private readonly Device device;
    private readonly CompletionInProgress[][] groups;
    private readonly DecodeGrid grid;
    private readonly KvCache cache;
    private readonly RotaryEmbedding rotary;

    private TorchRollout(DecoderWeights weights, GenerationRequest request, int maxLogitRows)
    {
        (this.weights, this.request, this.maxLogitRows) = (weights, request, maxLogitRows);
        var config = weights.Config;
        device = weights.Embedding_VD.device;
        groups = [.. request.Prompts.Select(NewGroup)];
        grid = new DecodeGrid(groups);
        int[] lengths = [.. request.Prompts.Select(prompt => prompt.TokenIds.Length)];
        int maxNewTokens = Math.Min(request.Sampling.MaxNewTokens, config.MaxPositions - lengths.Min());
        cache = new KvCache(config, lengths, request.GroupSize, maxNewTokens, weights.Type, device);
        rotary = new RotaryEmbedding(config, Math.Min(config.MaxPositions, lengths.Max() + maxNewTokens), weights.Type, device);
    }

    /// <summary>Samples the request's completions.</summary>
    /// <exception cref="ArgumentException">As <see cref="EngineInput"/> says.</exception>
    internal static GeneratedGroup[] Generate(DecoderWeights weights, GenerationRequest request, int maxLogitRows, CancellationToken stop)
    {
        if (request.Prompts.Count == 0)
        {
            return [];
        }

        EngineInput.Check(request, weights.Config);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        using var rollout = new TorchRollout(weights, request, maxLogitRows);
        rollout.Run(stop);
        return [.. rollout.groups.Select(group => new GeneratedGroup([.. group.Select(completion => completion.ToCompletion())]))];
    }

    /// <inheritdoc/>
    public void Dispose() => cache.Dispose();

    private CompletionInProgress[] NewGroup(GenerationPrompt prompt)
    {
        int maxTokens = Math.Min(request.Sampling.MaxNewTokens, weights.Config.MaxPositions - prompt.TokenIds.Length);
        return [.. Enumerable.Range(0, request.GroupSize).Select(index => new CompletionInProgress(prompt.Key, index, prompt.MaxNewTokensOf(index, maxTokens)))];
    }

    private void Run(CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        var hidden_ND = RunPrompts();
        var positions_N = HostArrays.Upload(
            [.. request.Prompts.SelectMany(prompt => Enumerable.Repeat((long)prompt.TokenIds.Length, request.GroupSize))], device);
        for (int token = 0; ; token++)
        {
            stop.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var drawn_2N = TokenSampler.Sample(hidden_ND, weights.Head_VD, request.Sampling.Temperature, Uniforms(token), maxLogitRows);
            Record(HostArrays.Download(drawn_2N));
            hidden_ND.Dispose();
            if (grid.Completions.All(completion => completion.IsFinished))
            {
                return;
            }

            var tokens_N = drawn_2N.select(0, 0).to(ScalarType.Int64);
            if (grid.Compact() is { } compaction)
            {
                var places_N = HostArrays.Upload(compaction.Places, device);
                cache.Compact(HostArrays.Upload(compaction.Prompts, device), places_N, grid.GroupSize);
                tokens_N = tokens_N.index_select(0, places_N);
                positions_N = positions_N.index_select(0, places_N);
            }

            hidden_ND = Decode(tokens_N, positions_N).MoveToOuterDisposeScope();
            positions_N = positions_N.PlusOne().MoveToOuterDisposeScope();
        }
    }

    /// <summary>Fills the cache with the prompts; the hidden rows that predict each completion's first token.</summary>
    private Tensor RunPrompts()
    {
        using var scope = NewDisposeScope();
        var sequences = new List<AttendedRows>();
        int start = 0;
        foreach (var prompt in request.Prompts)
        {
            sequences.Add(new AttendedRows(new RowSpan(start, prompt.TokenIds.Length), default));
            start += prompt.TokenIds.Length;
        }

        long[] ids = [.. request.Prompts.SelectMany(prompt => prompt.TokenIds).Select(id => (long)id)];
        long[] positions = [.. request.Prompts.SelectMany(prompt => Enumerable.Range(0, prompt.TokenIds.Length)).Select(i => (long)i)];
        long[] lastRows = [.. sequences.SelectMany(s => Enumerable.Repeat(s.Rows.Start + s.Rows.Length - 1L, request.GroupSize))];
        var attention = new PromptAttention(
            new AttentionBucket(weights.Config, sequences, weights.Type, device), PackedAttention.Places([sequences], device), cache);
        var x = Qwen2Decoder.Blocks(weights, Qwen2Decoder.Embed(weights, HostArrays.Upload(ids, device)), rotary.At(HostArrays.Upload(positions, device)), attention);
        return Qwen2Decoder.FinalNorm(weights, x.index_select(0, HostArrays.Upload(lastRows, device))).MoveToOuterDisposeScope();
    }

    /// <summary>One token of every completion on the grid: ids and positions [N] to final hidden rows [N, D].</summary>
    private Tensor Decode(Tensor tokens_N, Tensor positions_N)
    {
        var attention = new DecodeAttention(weights.Config, cache);
        var x_ND = Qwen2Decoder.Blocks(weights, Qwen2Decoder.Embed(weights, tokens_N), rotary.At(positions_N), attention);
        cache.Advance();
        return Qwen2Decoder.FinalNorm(weights, x_ND);
    }

    private double[] Uniforms(int token) =>
        [.. grid.Completions.Select(c => c.IsFinished ? 0 : CountedRandom.Uniform(request.Sampling.Seed, c.PromptKey, c.Index, token))];

    private void Record(float[] drawn)
    {
        int count = grid.Completions.Length;
        for (int i = 0; i < count; i++)
        {
            if (!grid.Completions[i].IsFinished)
            {
                grid.Completions[i].Add((int)drawn[i], drawn[count + i], request.Sampling.StopTokenIds);
            }
        }
    }
}
