// Letters: Q prompts, N completions on the grid, D hidden.
using Cppo.Model.Engine;
using Cppo.Model.Sampling;
using static TorchSharp.torch;

namespace Cppo.Model.Torch;

/// <summary>
/// One generation: each prompt runs once, then one token per completion and step until all have ended. Tokens stay on the device, from the
/// draw to the next forward; the host looks every few.
/// </summary>
internal sealed class TorchRollout : IDisposable
{
    private readonly DecoderWeights weights;
    private readonly GenerationRequest request;
    private readonly int maxLogitRows;
    private readonly int tokensPerLook;
    private readonly int maxNewTokens;
    private readonly Device device;
    private readonly CompletionInProgress[][] groups;
    private readonly DecodeGrid grid;
    private readonly KvCache cache;
    private readonly RotaryEmbedding rotary;

    private TorchRollout(DecoderWeights weights, GenerationRequest request, int maxLogitRows, int tokensPerLook)
    {
        (this.weights, this.request, this.maxLogitRows, this.tokensPerLook) = (weights, request, maxLogitRows, tokensPerLook);
        var config = weights.Config;
        device = weights.Embedding_VD.device;
        groups = [.. request.Prompts.Select(NewGroup)];
        grid = new DecodeGrid(groups);
        int[] lengths = [.. request.Prompts.Select(prompt => prompt.TokenIds.Length)];
        maxNewTokens = Math.Min(request.Sampling.MaxNewTokens, config.MaxPositions - lengths.Min());
        cache = new KvCache(config, lengths, request.GroupSize, maxNewTokens, weights.Type, device);
        // A completion that has ended stays on the grid for a while and goes on, even past the context's end.
        rotary = new RotaryEmbedding(config, lengths.Max() + maxNewTokens, weights.Type, device);
    }

    /// <summary>
    /// How many tokens are drawn between two looks of the host at them. A look waits for a GPU to finish, so it is worth to draw some in
    /// vain for completions that have ended meanwhile; a CPU has nothing to wait for.
    /// </summary>
    internal static int TokensPerLook(Device device) => device.type == TorchSharp.DeviceType.CPU ? 1 : 8;

    /// <summary>Samples the request's completions.</summary>
    /// <exception cref="ArgumentException">As <see cref="EngineInput"/> says.</exception>
    internal static GeneratedGroup[] Generate(
        DecoderWeights weights,
        GenerationRequest request,
        int maxLogitRows,
        int tokensPerLook,
        CancellationToken stop
    )
    {
        if (request.Prompts.Count == 0)
        {
            return [];
        }

        EngineInput.Check(request, weights.Config);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        using var rollout = new TorchRollout(weights, request, maxLogitRows, tokensPerLook);
        rollout.Run(stop);
        return [.. rollout.groups.Select(group => new GeneratedGroup([.. group.Select(completion => completion.ToCompletion())]))];
    }

    /// <inheritdoc/>
    public void Dispose() => cache.Dispose();

    private CompletionInProgress[] NewGroup(GenerationPrompt prompt, int place)
    {
        int maxTokens = Math.Min(request.Sampling.MaxNewTokens, weights.Config.MaxPositions - prompt.TokenIds.Length);
        return
        [
            .. Enumerable
                .Range(0, request.GroupSize)
                .Select(index => new CompletionInProgress(
                    place,
                    prompt.Key,
                    index,
                    prompt.MaxNewTokensOf(index, maxTokens),
                    request.OnToken
                )),
        ];
    }

    private void Run(CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        var hidden_ND = RunPrompts();
        var positions_N = HostArrays.Upload(
            [.. request.Prompts.SelectMany(prompt => Enumerable.Repeat((long)prompt.TokenIds.Length, request.GroupSize))],
            device
        );
        for (int token = 0; ; )
        {
            using var scope = NewDisposeScope();
            int count = Math.Min(tokensPerLook, maxNewTokens - token);
            var uniforms_TN = Uniforms(token, count);
            var drawn_T2N = new Tensor[count];
            for (int i = 0; i < count; i++)
            {
                stop.ThrowIfCancellationRequested();
                if (i > 0)
                {
                    (hidden_ND, positions_N) = Next(hidden_ND, Ids(drawn_T2N[i - 1]), positions_N);
                }

                drawn_T2N[i] = TokenSampler.Sample(hidden_ND, weights.Head_VD, request.Sampling, uniforms_TN.select(0, i), maxLogitRows);
            }

            token += count;
            Record(HostArrays.Download(count == 1 ? drawn_T2N[0] : cat(drawn_T2N, 0)), count);
            if (grid.Completions.All(completion => completion.IsFinished))
            {
                return;
            }

            var tokens_N = Ids(drawn_T2N[^1]);
            if (grid.Compact() is { } compaction)
            {
                var places_N = HostArrays.Upload(compaction.Places, device);
                cache.Compact(HostArrays.Upload(compaction.Prompts, device), places_N, grid.GroupSize);
                tokens_N = tokens_N.index_select(0, places_N);
                positions_N = positions_N.index_select(0, places_N);
            }

            (hidden_ND, positions_N) = Next(hidden_ND, tokens_N, positions_N);
            hidden_ND.MoveToOuterDisposeScope();
            positions_N.MoveToOuterDisposeScope();
        }
    }

    /// <summary>The drawn ids [N], which stay on the device.</summary>
    private static Tensor Ids(Tensor drawn_2N) => drawn_2N.select(0, 0).to(ScalarType.Int64);

    /// <summary>
    /// Runs the newest token of each completion: the next hidden rows and positions. Those that it was drawn from are freed.
    /// </summary>
    private (Tensor Hidden_ND, Tensor Positions_N) Next(Tensor hidden_ND, Tensor tokens_N, Tensor positions_N)
    {
        using var scope = NewDisposeScope();
        hidden_ND.Dispose();
        var next = (Decode(tokens_N, positions_N).MoveToOuterDisposeScope(), positions_N.PlusOne().MoveToOuterDisposeScope());
        positions_N.Dispose();
        return next;
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
            new AttentionBucket(weights.Config, sequences, weights.Type, device),
            PackedAttention.Places([sequences], device),
            cache
        );
        var x = Decoder.Blocks(
            weights,
            Decoder.Embed(weights, HostArrays.Upload(ids, device)),
            rotary.At(HostArrays.Upload(positions, device)),
            attention
        );
        return Decoder.FinalNorm(weights, x.index_select(0, HostArrays.Upload(lastRows, device))).MoveToOuterDisposeScope();
    }

    /// <summary>One token of every completion on the grid: ids and positions [N] to final hidden rows [N, D].</summary>
    private Tensor Decode(Tensor tokens_N, Tensor positions_N)
    {
        var attention = new DecodeAttention(weights.Config, cache);
        var x_ND = Decoder.Blocks(weights, Decoder.Embed(weights, tokens_N), rotary.At(positions_N), attention);
        cache.Advance();
        return Decoder.FinalNorm(weights, x_ND);
    }

    /// <summary>The draws of the next tokens, [T, N].</summary>
    private Tensor Uniforms(int firstToken, int count)
    {
        var completions = grid.Completions;
        float[] uniforms = new float[count * completions.Length];
        for (int i = 0; i < uniforms.Length; i++)
        {
            var completion = completions[i % completions.Length];
            uniforms[i] = completion.IsFinished
                ? 0
                : TokenSampler.Rounded(
                    CountedRandom.Uniform(
                        request.Sampling.Seed,
                        completion.PromptKey,
                        completion.Index,
                        firstToken + (i / completions.Length)
                    )
                );
        }

        return HostArrays.Upload(uniforms, device).view(count, completions.Length);
    }

    /// <summary>Takes over what was drawn, [T, 2, N]: ids and logprobs. What a completion drew after its end is left.</summary>
    private void Record(float[] drawn, int count)
    {
        int completions = grid.Completions.Length;
        for (int at = 0; at < count * 2 * completions; at += 2 * completions)
        {
            for (int i = 0; i < completions; i++)
            {
                if (!grid.Completions[i].IsFinished)
                {
                    grid.Completions[i].Add((int)drawn[at + i], drawn[at + completions + i], request.Sampling.StopTokenIds);
                    if (grid.Completions[i].IsFinished)
                    {
                        request.Ended?.Invoke();
                    }
                }
            }
        }
    }
}
