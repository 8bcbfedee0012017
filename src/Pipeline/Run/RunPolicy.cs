using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Models;

namespace Cppo.Pipeline.Run;

/// <summary>The policy of a run: what it is to become, the engines that hold it, and the versions that can be generated with.</summary>
/// <param name="Config">Validated.</param>
/// <param name="Models">The newest weights.</param>
/// <param name="Versions">Published snapshots.</param>
internal sealed record RunPolicy(PipelineConfig Config, RunModels Models, PolicyVersions Versions);
