using System.Globalization;
using Cppo.Model.Collectives;
using Cppo.Model.Decoders;
using Cppo.Model.Engine;
using Cppo.Model.Managed.Kernels;
using Cppo.Model.Managed.Kernels.Precision;
using Cppo.Model.Managed.Parameters;
using Cppo.Model.Managed.Rollout;
using Cppo.Model.Managed.Training;

namespace Cppo.Model.Memory;

/// <summary>
/// What the managed engine takes, all of it on the host. Sizes are those that its passes and lanes reserve: they ask the same functions.
/// </summary>
internal static class ManagedMemory
{
    /// <summary>Read and written in pieces of at most so many bytes, of which a reader and a writer hold some at a time.</summary>
    private const long FileBytes = 16L << 20;

    /// <summary>Bytes by purpose.</summary>
    internal static IReadOnlyList<MemoryUse> Of(DecoderConfig config, EngineSettings settings, EngineLoad load)
    {
        var shape = new ModelShape(config, SimdLevels.Best);
        if (load.AdapterParameters > 0 && settings.BasePrecision != WeightPrecision.Float32)
        {
            // Rollouts read the base as it is, and their keys and values follow it.
            settings = settings with
            {
                RolloutPrecision = settings.BasePrecision,
            };
        }

        var lanes = load.Rollouts.Select(request => LayoutOf(shape, settings, load.RolloutThreads, request)).ToArray();
        return
        [
            .. ModelMemory.Of(config, settings, load),
            .. Rollouts(shape, settings, lanes),
            .. Update(shape, settings, load),
            new MemoryUse(MemoryPurpose.Buffers, "pieces of files", FileBytes),
            .. Pieces(settings, load),
        ];
    }

    /// <summary>Of moments that others have, and this process writes.</summary>
    private static IEnumerable<MemoryUse> Pieces(EngineSettings settings, EngineLoad load)
    {
        if (load is { Saves: true, Shards: > 1, AdapterParameters: 0 })
        {
            long piece = Shards.UsualPiece * (settings.MomentPrecision == WeightPrecision.BFloat16 ? sizeof(ushort) : sizeof(float));
            yield return new MemoryUse(
                MemoryPurpose.Buffers,
                "pieces of others' moments while a checkpoint is written",
                SharedMoments.MostHeld * piece
            );
        }
    }

    /// <summary>Requests come one after another: a buffer is as large as the one that needs most of it.</summary>
    private static IEnumerable<MemoryUse> Rollouts(ModelShape shape, EngineSettings settings, RolloutLayout[] layouts)
    {
        if (layouts.Length == 0)
        {
            yield break;
        }

        int bytes = settings.RolloutPrecision == WeightPrecision.Float32 ? sizeof(float) : sizeof(ushort);
        var most = layouts.MaxBy(layout => layout.NumLanes * (long)layout.Sizes.Floats(shape).KeyValues)!;
        long places = most.NumLanes * (long)most.Sizes.Places,
            each = LaneSizes.KeyValueFloats(shape, 1);
        yield return new MemoryUse(
            MemoryPurpose.KeysAndValues,
            Text($"{places:N0} tokens x {each:N0} numbers x {bytes} bytes"),
            places * each * bytes
        );
        string lanes = most.NumLanes == 1 ? "" : Text($"{most.NumLanes} x ");
        yield return new MemoryUse(
            MemoryPurpose.Activations,
            Text($"{lanes}{most.Sizes.Rows} completions of rollouts, and prompts"),
            layouts.Max(layout => layout.Bytes(shape) - (sizeof(float) * layout.NumLanes * (KeyValues(layout) + Logits(layout))))
        );
        yield return new MemoryUse(
            MemoryPurpose.Logits,
            Text($"{lanes}{most.Sizes.LogitRows} rows x {shape.Vocabulary:N0} x 4 bytes for rollouts"),
            layouts.Max(layout => sizeof(float) * layout.NumLanes * Logits(layout))
        );

        long KeyValues(RolloutLayout layout) => layout.Sizes.Floats(shape).KeyValues;

        long Logits(RolloutLayout layout) => layout.Sizes.Floats(shape).Logits;
    }

    private static RolloutLayout LayoutOf(ModelShape shape, EngineSettings settings, int threads, RolloutLoad request) =>
        RolloutLayout.Of(
            shape,
            new RequestSizes
            {
                NumPrompts = request.Prompts,
                GroupSize = request.Group,
                MinPrompt = request.PromptTokens,
                MaxPrompt = request.PromptTokens,
                MaxNewTokens = request.MaxNewTokens,
            },
            threads,
            settings
        );

    private static IEnumerable<MemoryUse> Update(ModelShape shape, EngineSettings settings, EngineLoad load)
    {
        if (load.Update is not { } update)
        {
            yield break;
        }

        var size = PassSize.Of(update.Questions, update.Completions, update.PromptTokens, update.CompletionTokens);
        bool keepLayers = !settings.RecomputeActivations;
        int threads = load.UpdateThreads;
        nint floats = PassMemory.Floats(shape, size, threads, keepInputs: true, keepLayers) + BackwardMemory.Floats(shape, size, threads);
        yield return new MemoryUse(
            MemoryPurpose.Activations,
            Text($"{update.Rows:N0} tokens of an update: {(keepLayers ? "all layers" : "the layers' inputs, and one layer")}"),
            sizeof(float) * floats
        );
        if (Wide(shape, settings, load) is > 0 and var wide)
        {
            yield return new MemoryUse(MemoryPurpose.Panels, "layers in bf16 that a pass reads in fp32", wide);
        }

        int rows = Math.Min(LogprobHead.RowsPerChunk(settings.LogitChunkTokens, shape.Vocabulary), size.Predicting);
        long logits = sizeof(float) * PassMemory.LogitFloats(shape, rows);
        yield return new MemoryUse(MemoryPurpose.Logits, Text($"{rows:N0} rows x {shape.Vocabulary:N0} x 4 bytes for updates"), logits);
        if (load.HasReference)
        {
            yield return new MemoryUse(
                MemoryPurpose.Activations,
                Text($"{update.Rows:N0} tokens of the reference: one layer"),
                sizeof(float) * PassMemory.Floats(shape, size, threads, keepInputs: false, keepLayers: false)
            );
            yield return new MemoryUse(
                MemoryPurpose.Logits,
                Text($"{rows:N0} rows x {shape.Vocabulary:N0} x 4 bytes for the reference"),
                logits
            );
        }
    }

    /// <summary>
    /// Two layers of the policy's base or of the reference, or of both, and for the way back a block of the head a thread.
    /// </summary>
    private static long Wide(ModelShape shape, EngineSettings settings, EngineLoad load)
    {
        bool isAdapter = load.AdapterParameters > 0,
            isRounded = isAdapter && settings.BasePrecision != WeightPrecision.Float32;
        long layers = 2 * sizeof(float) * WideLayer.Floats(shape),
            head = load.UpdateThreads * sizeof(float) * BackProduct.WideFloats(shape.Hidden);
        long reference =
            load.HasReference && (isRounded || (!isAdapter && settings.ReferencePrecision != WeightPrecision.Float32)) ? layers : 0;
        return reference + (isRounded ? layers + head : 0);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
