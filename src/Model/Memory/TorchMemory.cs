using System.Globalization;
using Cppo.Model.Decoders;
using Cppo.Model.Engine;

namespace Cppo.Model.Memory;

/// <summary>
/// What the torch engine takes. What it holds for each parameter is exact; activations are counted from the tensors that autograd keeps of
/// a layer, and libtorch itself is a measured constant.
/// </summary>
internal static class TorchMemory
{
    /// <summary>libtorch on the host, for CPUs alone and with CUDA.</summary>
    private const long CpuLibrary = 300L << 20,
        CudaLibrary = 2500L << 20;

    /// <summary>A CUDA context, the workspaces of its libraries, and what the allocator cannot use.</summary>
    private const long CudaContext = 900L << 20;

    /// <summary>Bytes by purpose.</summary>
    internal static EngineMemory Of(DecoderConfig config, EngineSettings settings, EngineLoad load)
    {
        bool isCuda = settings.Device.StartsWith("cuda", StringComparison.Ordinal);
        int bytes = settings.ComputeType == ComputeType.BFloat16 ? 2 : 4;
        var tensors = Tensors(config, settings, load, bytes, isCuda).ToList();
        var files = Files(config, load, bytes);
        return isCuda
            ? new EngineMemory(
                [files, new MemoryUse(MemoryPurpose.Process, "libtorch with CUDA", CudaLibrary)],
                [.. tensors, new MemoryUse(MemoryPurpose.Process, "CUDA's context and workspaces", CudaContext)]
            )
            : new EngineMemory([.. tensors, files, new MemoryUse(MemoryPurpose.Process, "libtorch", CpuLibrary)], []);
    }

    private static IEnumerable<MemoryUse> Tensors(DecoderConfig config, EngineSettings settings, EngineLoad load, int bytes, bool isCuda)
    {
        long parameters = ModelMemory.Parameters(config);
        bool trainsAll = load.Update is not null && load.AdapterParameters == 0;
        int policy = trainsAll && bytes == 2 ? 6 : bytes;
        yield return Each(MemoryPurpose.Policy, parameters, policy, policy == 6 ? " (bf16, and fp32 masters)" : "");
        if (trainsAll)
        {
            yield return Each(MemoryPurpose.Gradients, parameters, 4 + bytes, " (accumulated, and a micro-batch's)");
            yield return Each(MemoryPurpose.Moments, parameters, 8, "");
        }

        if (load.AdapterParameters > 0)
        {
            yield return Each(MemoryPurpose.Adapter, load.AdapterParameters, load.Update is null ? 4 : 16, "");
        }
        else if (load.HasReference)
        {
            yield return Each(MemoryPurpose.Reference, parameters, bytes, "");
        }

        if (load.Rollouts.Count > 0 && load.AdapterParameters == 0)
        {
            // A version is made before the oldest goes.
            int versions = load.Update is null ? 1 : load.MaxStaleness + 2;
            yield return Each(MemoryPurpose.Snapshots, versions * parameters, bytes, versions == 1 ? "" : $" ({versions} versions)");
        }

        foreach (var use in Rollouts(config, load, bytes).Concat(Update(config, settings, load, bytes, isCuda)))
        {
            yield return use;
        }

        yield return Logits(config, settings, load, bytes, isCuda);
    }

    private static IEnumerable<MemoryUse> Rollouts(DecoderConfig config, EngineLoad load, int bytes)
    {
        if (load.Rollouts.Count == 0)
        {
            yield break;
        }

        long each = 2L * config.NumLayers * config.NumKeyValueHeads * config.HeadSize;
        long tokens = load.Rollouts.Max(request =>
            (long)request.Prompts * (request.PromptTokens + ((long)request.Group * request.MaxNewTokens))
        );
        yield return new MemoryUse(
            MemoryPurpose.KeysAndValues,
            Text($"{tokens:N0} tokens x {each:N0} numbers x {bytes} bytes"),
            tokens * each * bytes
        );
        long most = load.Rollouts.Max(request => RolloutActivations(config, request, bytes));
        yield return new MemoryUse(MemoryPurpose.Activations, "a layer of all prompts, or a token of all completions", most);
    }

    /// <summary>All prompts of a request run together, then a token of all completions at a time.</summary>
    private static long RolloutActivations(DecoderConfig config, RolloutLoad request, int bytes)
    {
        long prompts =
            ((long)request.Prompts * request.PromptTokens * LayerBytes(config, bytes))
            + MaskBytes(config, request.Prompts, request.PromptTokens, request.PromptTokens, bytes);
        long rows = (long)request.Prompts * request.Group;
        long scores = rows * config.NumHeads * ((long)request.PromptTokens + request.MaxNewTokens) * (4 + (2 * bytes));
        return Math.Max(prompts, (rows * LayerBytes(config, bytes)) + scores);
    }

    private static IEnumerable<MemoryUse> Update(DecoderConfig config, EngineSettings settings, EngineLoad load, int bytes, bool isCuda)
    {
        if (load.Update is not { } update)
        {
            yield break;
        }

        long layer = update.Rows * LayerBytes(config, bytes),
            inputs = update.Rows * config.HiddenSize * bytes;
        long masks =
            MaskBytes(config, update.Questions, update.PromptTokens, update.PromptTokens, bytes)
            + MaskBytes(config, update.Completions, update.CompletionTokens, update.PromptTokens + update.CompletionTokens, bytes);
        string kept = settings.RecomputeActivations ? "the layers' inputs, and one layer" : "all layers";
        yield return new MemoryUse(
            MemoryPurpose.Activations,
            Text($"{update.Rows:N0} tokens of an update: {kept}"),
            settings.RecomputeActivations ? (config.NumLayers * inputs) + (2 * layer) : (config.NumLayers + 1L) * layer
        );
        // Packed micro-batches are kept from one pass to the next, up to a bound.
        long others = Math.Min(isCuda ? 1L << 29 : 1L << 28, masks * (update.Count - 1));
        yield return new MemoryUse(MemoryPurpose.Activations, "masks of attention", masks + others);
    }

    /// <summary>
    /// A chunk of rows at a time: in the compute type, in fp32, and what is made of them; the larger of an update's and a rollout's.
    /// </summary>
    private static MemoryUse Logits(DecoderConfig config, EngineSettings settings, EngineLoad load, int bytes, bool isCuda)
    {
        long chunk = Math.Clamp((isCuda ? 1L << 27 : 1L << 24) / config.VocabSize, 1, settings.LogitChunkTokens);
        long head = bytes == 2 ? (long)bytes * config.VocabSize * config.HiddenSize : 0;
        long update = load.Update is null ? 0 : (chunk * config.VocabSize * (8 + (2 * bytes))) + head;
        long completions = load.Rollouts.Count == 0 ? 0 : load.Rollouts.Max(request => (long)request.Prompts * request.Group);
        long rollout = Math.Min(chunk, completions) * config.VocabSize * (17 + bytes);
        return new MemoryUse(MemoryPurpose.Logits, Text($"{chunk:N0} rows x {config.VocabSize:N0}"), Math.Max(update, rollout));
    }

    /// <summary>On the host: the tensors of a checkpoint on their way to its files, all of a file at once.</summary>
    private static MemoryUse Files(DecoderConfig config, EngineLoad load, int bytes)
    {
        long parameters = ModelMemory.Parameters(config),
            largest = 4L * config.VocabSize * config.HiddenSize;
        int sections = bytes == 2 ? 12 : 8;
        return !load.Saves ? new MemoryUse(MemoryPurpose.Buffers, "a tensor on its way", 2 * largest)
            : load.AdapterParameters > 0
                ? new MemoryUse(
                    MemoryPurpose.Buffers,
                    "an adapter's checkpoint, and a tensor on its way",
                    (sections * load.AdapterParameters) + (2 * largest)
                )
            : new MemoryUse(
                MemoryPurpose.Buffers,
                Text($"{parameters:N0} parameters x {sections} bytes of a checkpoint on its way"),
                (sections * parameters) + (2 * largest)
            );
    }

    /// <summary>
    /// What autograd keeps of a layer for a token: both norms, queries, keys and values before and after they are turned, the context, and
    /// the MLP's inner rows.
    /// </summary>
    private static long LayerBytes(DecoderConfig config, int bytes)
    {
        long queries = (long)config.NumHeads * config.HeadSize,
            keys = (long)config.NumKeyValueHeads * config.HeadSize;
        long stream = config.HiddenSize * ((2L * 4) + (6L * bytes)),
            attention = bytes * ((6 * queries) + (8 * keys)),
            mlp = 4L * bytes * config.IntermediateSize;
        return stream + attention + mlp;
    }

    private static long MaskBytes(DecoderConfig config, int sequences, int rows, int keys, int bytes) =>
        (long)sequences * (config.NumHeads / config.NumKeyValueHeads) * rows * keys * bytes;

    private static MemoryUse Each(MemoryPurpose purpose, long parameters, int bytes, string remark) =>
        new(purpose, Text($"{parameters:N0} parameters x {bytes} bytes{remark}"), parameters * bytes);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
