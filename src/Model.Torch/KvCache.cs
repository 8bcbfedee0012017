// Letters: Q prompts, G completions of each, N = Q G, P longest prompt, T tokens of the completions so far, K key and value heads, C width
// of a head.
using Cppo.Model.Decoders;
using static TorchSharp.torch;

namespace Cppo.Model.Torch;

/// <summary>
/// Keys and values of a generation: those of each prompt once, shared by its completions, and those of the completions, which all have the
/// same length. Completions lie on a grid of Q x G; a compaction drops prompts that are done and shrinks G to the most completions that one
/// still has.
/// </summary>
internal sealed class KvCache : IDisposable
{
    private readonly DecoderConfig config;
    private readonly int maxNewTokens;
    private readonly Tensor[] promptKeys_QKPC;
    private readonly Tensor[] promptValues_QKPC;
    private readonly Tensor[] ownKeys_QKGTC;
    private readonly Tensor[] ownValues_QKGTC;

    internal KvCache(DecoderConfig config, int[] promptLengths, int groupSize, int maxNewTokens, ScalarType type, Device device)
    {
        this.config = config;
        this.maxNewTokens = maxNewTokens;
        NumPrompts = promptLengths.Length;
        GroupSize = groupSize;
        promptKeys_QKPC = new Tensor[config.NumLayers];
        promptValues_QKPC = new Tensor[config.NumLayers];
        ownKeys_QKGTC = Allocate(type, device);
        ownValues_QKGTC = Allocate(type, device);
        PromptMask_Q11P = Mask(promptLengths, type, device);
    }

    /// <summary>Q, the prompts that still have an unfinished completion.</summary>
    internal int NumPrompts { get; private set; }

    /// <summary>G, places for completions of each prompt.</summary>
    internal int GroupSize { get; private set; }

    /// <summary>T, tokens of each completion that are cached in every layer.</summary>
    internal int Length { get; private set; }

    /// <summary>0 on a prompt's tokens, minus infinity on its padding.</summary>
    internal Tensor PromptMask_Q11P { get; private set; }

    internal void StorePrompts(int layer, Tensor k_QKPC, Tensor v_QKPC)
    {
        promptKeys_QKPC[layer] = k_QKPC.contiguous().DetachFromDisposeScope();
        promptValues_QKPC[layer] = v_QKPC.contiguous().DetachFromDisposeScope();
    }

    internal (Tensor Keys_QKPC, Tensor Values_QKPC) Prompts(int layer) => (promptKeys_QKPC[layer], promptValues_QKPC[layer]);

    /// <summary>Adds the newest token's keys and values [N, K, C] and returns those of all tokens so far, [Q, K, G, T + 1, C].</summary>
    internal (Tensor Keys_QKGTC, Tensor Values_QKGTC) Append(int layer, Tensor k_NKC, Tensor v_NKC)
    {
        ownKeys_QKGTC[layer].narrow(3, Length, 1).copy_(OnGrid(k_NKC));
        ownValues_QKGTC[layer].narrow(3, Length, 1).copy_(OnGrid(v_NKC));
        return (ownKeys_QKGTC[layer].narrow(3, 0, Length + 1), ownValues_QKGTC[layer].narrow(3, 0, Length + 1));
    }

    /// <summary>Ends a token: every layer has appended.</summary>
    internal void Advance() => Length++;

    /// <summary>
    /// Keeps the named prompts [Q'] and, prompt by prompt, the named places [Q' * G'] of the grid, numbered prompt * G + completion.
    /// </summary>
    internal void Compact(Tensor prompts_Q, Tensor places_N, int groupSize)
    {
        int numPrompts = (int)prompts_Q.shape[0];
        PromptMask_Q11P = Replace(PromptMask_Q11P, PromptMask_Q11P.index_select(0, prompts_Q));
        for (int layer = 0; layer < config.NumLayers; layer++)
        {
            promptKeys_QKPC[layer] = Replace(promptKeys_QKPC[layer], promptKeys_QKPC[layer].index_select(0, prompts_Q));
            promptValues_QKPC[layer] = Replace(promptValues_QKPC[layer], promptValues_QKPC[layer].index_select(0, prompts_Q));
            ownKeys_QKGTC[layer] = Replace(ownKeys_QKGTC[layer], Select(ownKeys_QKGTC[layer], places_N, numPrompts, groupSize));
            ownValues_QKGTC[layer] = Replace(ownValues_QKGTC[layer], Select(ownValues_QKGTC[layer], places_N, numPrompts, groupSize));
        }

        (NumPrompts, GroupSize) = (numPrompts, groupSize);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        PromptMask_Q11P.Dispose();
        foreach (var cached in promptKeys_QKPC.Concat(promptValues_QKPC).Concat(ownKeys_QKGTC).Concat(ownValues_QKGTC))
        {
            cached?.Dispose();
        }
    }

    private static Tensor Mask(int[] promptLengths, ScalarType type, Device device)
    {
        using var scope = NewDisposeScope();
        int longest = promptLengths.Max();
        var lengths_Q1 = HostArrays.Upload([.. promptLengths.Select(length => (long)length)], device).unsqueeze(1);
        return zeros([promptLengths.Length, longest], type, device)
            .Hide(HostArrays.Range(0, longest, device).ge(lengths_Q1))
            .view(promptLengths.Length, 1, 1, longest)
            .DetachFromDisposeScope();
    }

    private static Tensor Replace(Tensor old, Tensor replacement)
    {
        old.Dispose();
        return replacement.DetachFromDisposeScope();
    }

    private Tensor[] Allocate(ScalarType type, Device device) =>
        [.. Enumerable.Range(0, config.NumLayers).Select(_ => EmptyGrid(NumPrompts, GroupSize, type, device).DetachFromDisposeScope())];

    private Tensor EmptyGrid(int numPrompts, int groupSize, ScalarType type, Device device) =>
        empty([numPrompts, config.NumKeyValueHeads, groupSize, maxNewTokens, config.HeadSize], type, device);

    private Tensor OnGrid(Tensor x_NKC) =>
        x_NKC.view(NumPrompts, GroupSize, config.NumKeyValueHeads, config.HeadSize).transpose(1, 2).unsqueeze(3);

    private Tensor Select(Tensor own_QKGTC, Tensor places_N, int numPrompts, int groupSize)
    {
        using var scope = NewDisposeScope();
        int heads = config.NumKeyValueHeads,
            width = config.HeadSize;
        var kept_QKGTC = own_QKGTC
            .narrow(3, 0, Length)
            .permute(0, 2, 1, 3, 4)
            .reshape(NumPrompts * GroupSize, heads, Length, width)
            .index_select(0, places_N)
            .view(numPrompts, groupSize, heads, Length, width)
            .transpose(1, 2);
        var grid_QKGTC = EmptyGrid(numPrompts, groupSize, own_QKGTC.dtype, own_QKGTC.device);
        grid_QKGTC.narrow(3, 0, Length).copy_(kept_QKGTC);
        return grid_QKGTC.MoveToOuterDisposeScope();
    }
}
