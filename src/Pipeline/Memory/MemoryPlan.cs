using Cppo.Model.Decoders;
using Cppo.Model.Memory;
using Cppo.Model.Training;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Settings;

namespace Cppo.Pipeline.Memory;

/// <summary>What a run takes in one memory.</summary>
/// <param name="Place"><c>memory</c>, the machine's, or a GPU's <c>cuda:N</c>.</param>
/// <param name="Uses">In the order of <see cref="MemoryPurpose"/>; a purpose may have several.</param>
internal sealed record PlannedMemory(string Place, IReadOnlyList<MemoryUse> Uses)
{
    /// <summary>The machine's memory.</summary>
    public const string Host = "memory";

    /// <summary>The sum.</summary>
    public long Bytes => Uses.Sum(use => use.Bytes);
}

/// <summary>
/// Bytes by purpose of a run for the longest batch that its configuration allows, from the sizes that the engines' allocations have.
/// </summary>
/// <param name="Prompt">The longest prompt that it is for.</param>
/// <param name="Places">The machine's memory first.</param>
internal sealed record MemoryPlan(LongestPrompt Prompt, IReadOnlyList<PlannedMemory> Places)
{
    /// <summary>.NET and the program, and its buffers of completions on their way to Parquet.</summary>
    private const long ProgramBytes = 130L << 20;

    /// <summary>A tokenizer's tables, for each token of the vocabulary.</summary>
    private const long BytesPerToken = 1100;

    /// <summary>The process that the plan is for.</summary>
    public PlannedRank Rank { get; private init; } = PlannedRank.Alone;

    /// <summary>The plan of a run on a machine of so many cores.</summary>
    /// <param name="config">Validated; of a run of several processes, with the devices of one.</param>
    /// <param name="model">The architecture.</param>
    /// <param name="prompt">The longest prompt.</param>
    /// <param name="cores">Cores of the machine.</param>
    /// <param name="rank">The process that it is for; null: there is one.</param>
    public static MemoryPlan Of(PipelineConfig config, DecoderConfig model, LongestPrompt prompt, int cores, PlannedRank? rank = null)
    {
        rank ??= PlannedRank.Alone;
        int promptTokens = Math.Min(prompt.Tokens, LongestBatch.MostPromptTokens(config, model));
        var engines = EnginesOf(config, model, promptTokens, cores, rank).ToList();
        var host = new List<MemoryUse>();
        var devices = new Dictionary<string, List<MemoryUse>>();
        foreach (var (device, load) in engines)
        {
            var memory = EngineMemory.Of(EngineChoice.IsTorch(config.Model, device), model, SettingsMap.Engine(config, device), load);
            host.AddRange(memory.OnHost);
            if (memory.OnDevice.Count > 0)
            {
                if (!devices.TryGetValue(device, out var uses))
                {
                    devices[device] = uses = [];
                }

                uses.AddRange(memory.OnDevice);
            }
        }

        host.AddRange(Exchange(config, model, engines, rank.Size));
        host.Add(
            new MemoryUse(
                MemoryPurpose.Process,
                "the program, and a tokenizer of its vocabulary",
                ProgramBytes + (BytesPerToken * model.VocabSize)
            )
        );
        return new MemoryPlan(
            prompt with
            {
                Tokens = promptTokens,
            },
            [
                new PlannedMemory(PlannedMemory.Host, Gathered(host)),
                .. devices
                    .OrderBy(device => device.Key, StringComparer.Ordinal)
                    .Select(device => new PlannedMemory(device.Key, Gathered(device.Value))),
            ]
        )
        {
            Rank = rank,
        };
    }

    /// <summary>
    /// A replica for each update device, of which the first on a device generates there, and one for each other rollout device.
    /// </summary>
    private static IEnumerable<(string Device, EngineLoad Load)> EnginesOf(
        PipelineConfig config,
        DecoderConfig model,
        int promptTokens,
        int cores,
        PlannedRank rank
    )
    {
        var threads = CoreDivision.Of(config, cores);
        var lora = config.Model.Lora;
        long adapter = lora.Rank > 0 ? EngineMemory.AdapterParameters(model, lora.Rank, lora.TargetModules) : 0;
        var generating = config.Rollout.Devices.ToList();
        var rollouts = LongestBatch.Rollouts(config, promptTokens);
        bool saves = rank.IsWriter;
        foreach (string device in config.Update.Devices)
        {
            bool generates = generating.RemoveAll(other => other == device) > 0;
            yield return (
                device,
                new EngineLoad
                {
                    Update = LongestBatch.Update(config, promptTokens),
                    Rollouts = generates ? rollouts : [],
                    Saves = saves,
                    Shards = config.Update.ShardOptimizer ? rank.Size : 1,
                    HasReference = config.Objective.Beta > 0,
                    MaxStaleness = config.Update.MaxStaleness,
                    AdapterParameters = adapter,
                    UpdateThreads = threads.Update,
                    RolloutThreads = threads.Rollout,
                }
            );
            saves = false;
        }

        foreach (string device in generating)
        {
            yield return (
                device,
                new EngineLoad
                {
                    Rollouts = rollouts,
                    MaxStaleness = config.Update.MaxStaleness,
                    AdapterParameters = adapter,
                    UpdateThreads = threads.Update,
                    RolloutThreads = threads.Rollout,
                }
            );
        }
    }

    /// <summary>
    /// Gradients that do not lie on the host are copied there to be summed, and weights go to devices that only generate by the host, in
    /// fp32.
    /// </summary>
    private static IEnumerable<MemoryUse> Exchange(
        PipelineConfig config,
        DecoderConfig model,
        List<(string Device, EngineLoad Load)> engines,
        int processes
    )
    {
        long bytes = sizeof(float) * EngineMemory.Parameters(model);
        int copying = config.Update.Devices.Count(device => EngineChoice.IsTorch(config.Model, device));
        bool sumsOnDevices = processes > 1 && config.Update.Collective == "nccl";
        if (copying > 0 && !sumsOnDevices && processes * config.Update.Devices.Length > 1)
        {
            long exchanged = Math.Min(bytes, (long)sizeof(float) * GradientSum.MostAtATime);
            yield return new MemoryUse(MemoryPurpose.Buffers, "gradients on their way while they are summed", copying * exchanged);
        }

        if (engines.Any(engine => engine.Load.Update is null))
        {
            yield return new MemoryUse(MemoryPurpose.Buffers, "weights on their way to devices that generate", bytes);
        }
    }

    /// <summary>In the order of purposes; what several engines take alike is one use, and a library is there once for all.</summary>
    private static List<MemoryUse> Gathered(List<MemoryUse> uses) =>
        [
            .. uses.GroupBy(use => (use.Purpose, use.Formula, use.Bytes))
                .Select(alike =>
                    alike.Count() == 1 || alike.Key.Bytes == 0 || alike.Key.Purpose == MemoryPurpose.Process
                        ? alike.First()
                        : alike.First() with
                        {
                            Formula = $"{alike.Count()} engines: {alike.Key.Formula}",
                            Bytes = alike.Count() * alike.Key.Bytes,
                        }
                )
                .OrderBy(use => use.Purpose),
        ];
}
