using System.Reflection;
using Cppo.Model.Adapters;
using Cppo.Model.Decoders;
using Cppo.Model.Engine;
using Cppo.Model.Managed;
using Cppo.Model.Managed.Kernels;
using Cppo.Model.Torch;
using Cppo.Model.Weights;
using Xunit.Sdk;

namespace Cppo.Model.Tests.Engine;

/// <summary>
/// The engines that run on this machine, by the names that tests show: the torch engine where its library is there, once more on the first
/// CUDA device where there is one, and the managed one once for each level of its matrix kernels.
/// </summary>
internal static class EngineUnderTest
{
    private const string Torch = "torch";
    private const string Cuda = "torch cuda:0";
    private const string Managed = "managed ";

    internal static IReadOnlyList<string> Names { get; } =
    [
        .. SimdLevels.Supported.Select(level => Managed + level),
        .. TorchRuntime.Unavailable is null ? new[] { Torch } : [],
        .. TorchRuntime.NumCudaDevices > 0 ? new[] { Cuda } : [],
    ];

    internal static ILocalEngine Create(
        string engineName,
        DecoderConfig config,
        IEnumerable<NamedArray> weights,
        EngineSettings settings,
        Adapter? adapter = null
    ) =>
        engineName == Torch ? new TorchEngine(config, weights, settings, adapter)
        : engineName == Cuda ? new TorchEngine(config, weights, settings with { Device = "cuda:0" }, adapter)
        : new ManagedEngine(config, weights, settings, Enum.Parse<SimdLevel>(engineName[Managed.Length..]), adapter);

    internal static ILocalEngine Load(string engineName, string modelDirectory, EngineSettings settings)
    {
        using var model = HfModelDirectory.Open(modelDirectory);
        return Create(engineName, model.Config, model.ReadAll(), settings);
    }

    /// <summary>Rows of theory data, each once for every engine, whose name comes first.</summary>
    internal static IEnumerable<object[]> WithEach(IEnumerable<object[]> rows) =>
        from row in rows
        from name in Names
        select (object[])[name, .. row];
}

/// <summary>A row of theory data, once for every engine, whose name comes first.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class EnginesAttribute(params object[] row) : DataAttribute
{
    public override IEnumerable<object[]> GetData(MethodInfo testMethod) => EngineUnderTest.WithEach([row]);
}

public sealed class EngineUnderTestTests
{
    [Torch.TorchFact]
    public void The_torch_engine_takes_part() => Assert.Contains("torch", EngineUnderTest.Names);
}
