using Cppo.Model.Collectives;
using Cppo.Model.Decoders;
using Cppo.Model.Engine;
using Cppo.Stages;

namespace Cppo.Pipeline.Distributed;

/// <summary>
/// The rollout engines of all processes as one that answers calls that all of them make alike: each generates its share of the prompts, and
/// all get the groups of all of them. As each completion's randomness is counted from its prompt's key, they are those of one engine.
/// </summary>
/// <param name="own">This process's engine, which it does not own.</param>
/// <param name="ranks">Used by these calls.</param>
/// <param name="isStopRequested">Whether this process was asked to stop, on which all agree before each call.</param>
internal sealed class RankedRollouts(IRolloutEngine own, ICollective ranks, Func<bool> isStopRequested) : IRolloutEngine
{
    /// <summary>Whether the processes have agreed to stop: the call that was about to begin was cancelled on all of them.</summary>
    public bool IsStopped { get; private set; }

    /// <inheritdoc/>
    public string Name => own.Name;

    /// <inheritdoc/>
    public string Device => own.Device;

    /// <inheritdoc/>
    public DecoderConfig Config => own.Config;

    /// <inheritdoc/>
    public Task<IPolicySnapshot> TakeWeightsAsync(IReadOnlyList<NamedArray> weights, int policyVersion, CancellationToken stop) =>
        own.TakeWeightsAsync(weights, policyVersion, stop);

    /// <inheritdoc/>
    public async Task<GeneratedGroup[]> GenerateAsync(IPolicySnapshot snapshot, GenerationRequest request, CancellationToken stop)
    {
        if (ranks.AnyTrue(isStopRequested(), "the next questions of an evaluation"))
        {
            IsStopped = true;
            throw new OperationCanceledException("A process was asked to stop.");
        }

        var (first, count) = Chunks.Of(request.Prompts.Count, ranks.Rank, ranks.Size);
        GenerationPrompt[] share = [.. request.Prompts.Skip(first).Take(count)];
        var mine = count == 0 ? [] : await own.GenerateAsync(snapshot, request with { Prompts = share }, stop);
        return [.. ranks.Gather(Write(mine), "answers of an evaluation").SelectMany(Read)];
    }

    /// <summary>The engine is the caller's.</summary>
    public void Dispose() { }

    private static byte[] Write(GeneratedGroup[] groups)
    {
        using var stream = new MemoryStream();
        using var writer = new ByteWriter(stream);
        writer.WriteAll(
            groups,
            (all, group) =>
                all.WriteAll(
                    group.Completions,
                    (each, completion) =>
                    {
                        each.WriteArray(completion.TokenIds);
                        each.WriteArray(completion.Logprobs);
                        each.Write(completion.FinishReason.IsLength);
                    }
                )
        );
        return stream.ToArray();
    }

    private static GeneratedGroup[] Read(byte[] bytes)
    {
        using var reader = new ByteReader(bytes);
        return reader.ReadAll(all => new GeneratedGroup(
            all.ReadAll(each => new GeneratedCompletion(
                each.ReadArray<int>(),
                each.ReadArray<float>(),
                each.ReadBoolean() ? FinishReason.Length : FinishReason.Stop
            ))
        ));
    }
}
