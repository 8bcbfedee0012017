using Cppo.Model.Engine;

namespace Cppo.Model.Tests.Engine;

internal static class Generating
{
    /// <summary>Completions, waited for.</summary>
    internal static GeneratedGroup[] Generate(
        this IRolloutEngine engine,
        IPolicySnapshot snapshot,
        GenerationRequest request,
        CancellationToken stop
    ) => engine.GenerateAsync(snapshot, request, stop).GetAwaiter().GetResult();
}
