using Cppo.Pipeline.Configuration;

namespace Cppo.Pipeline.Sweep.Cells;

/// <summary>One run of a sweep: a method with a seed. Cells of several sweeps that are the same run are one.</summary>
/// <param name="Method">The method's name.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Config">What is trained; <c>run</c> names the cell's directory, and nothing is evaluated while it trains.</param>
/// <param name="Tests">What the trained model is evaluated on, <c>data.test</c> first.</param>
/// <param name="Id">
/// Sixteen hexadecimal digits of a hash over everything that determines the run's numbers: the configuration, the bytes of model and
/// questions, the program's version.
/// </param>
internal sealed record SweepCell(string Method, ulong Seed, PipelineConfig Config, CellTest[] Tests, string Id)
{
    /// <summary>The run's directory.</summary>
    public string Directory => Path.Combine(Config.Run.Directory, Config.Run.Name);
}

/// <summary>An evaluation of a cell's model.</summary>
/// <param name="Name">What it is called in tables.</param>
/// <param name="Config">Questions, prompt and sampling; the model is the cell's.</param>
/// <param name="Id">Hash over everything that determines its numbers, but for the model.</param>
internal sealed record CellTest(string Name, PipelineConfig Config, string Id);
