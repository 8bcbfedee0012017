using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Sweep;
using Cppo.Pipeline.Sweep.Definition;
using Cppo.Pipeline.Tests.Telemetry;

namespace Cppo.Pipeline.Tests.Sweep;

public sealed class SweepFileTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    [Fact]
    public void Load_fullFile_hasWhatItStates()
    {
        var sweep = Load(
            """
            {
              // A comment.
              "name": "try", "base": "pipeline.json", "epochs": 0.5, "seeds": [3, 1],
              "set": ["update.passes=1"],
              "axes": [
                { "points": [{ "name": "GRPO", "set": ["prune.rule=none"] }, { "name": "CPPO", "set": ["prune.keep=2"] }] },
                { "key": "update.learningRate", "values": ["1e-5", "3e-5"] },
              ],
              "report": { "reference": "GRPO, 1e-5" }
            }
            """
        ).Config;

        Assert.Equal([3, 1], sweep.Seeds);
        var methods = SweepMethod.Of(sweep);
        Assert.Equal(["GRPO, 1e-5", "GRPO, 3e-5", "CPPO, 1e-5", "CPPO, 3e-5"], methods.Select(method => method.Name));
        Assert.Equal(["update.passes=1", "prune.keep=2", "update.learningRate=3e-5"], methods[3].Set);
        Assert.Equal("3e-5", methods[3].StatedValue("update.learningRate"));
        Assert.Null(methods[3].StatedValue("run.updates"));
    }

    [Fact]
    public void Of_noAxes_isOneMethod() => Assert.Equal(["run"], SweepMethod.Of(new SweepConfig()).Select(method => method.Name));

    [Fact]
    public void Of_pointWithAnotherBase_takesIt()
    {
        var sweep = new SweepConfig { Axes = [new() { Points = [new() { Name = "a" }, new() { Name = "b", Base = "other.json" }] }] };

        Assert.Equal(["pipeline.json", "other.json"], SweepMethod.Of(sweep).Select(method => method.Base));
    }

    [Theory]
    [InlineData("""{ "sedes": [1] }""", "s.json:1:3: sedes: is no key; did you mean seeds?")]
    [InlineData("""{ "seeds": [1, 1] }""", "seeds: \"1\" stands there twice")]
    [InlineData("""{ "seeds": [-1] }""", "seeds.0: -1 is out of range")]
    [InlineData("""[]""", "holds a list; a sweep file is one object")]
    [InlineData("""{ "axes": [{}] }""", "axes.0: needs either a key with values, or points")]
    [InlineData("""{ "axes": [{ "key": "prune.keep" }] }""", "axes.0: states a key without values")]
    [InlineData("""{ "axes": [{ "points": [{ "set": ["prune.keep=2"] }] }] }""", "axes.0.points.0: has no name")]
    [InlineData("""{ "axes": [{ "points": [{ "name": "a" }, { "name": "a" }] }] }""", "axes: \"a\" stands there twice")]
    [InlineData("""{ "axes": [{ "points": [{ "name": "GRPO" }] }], "report": { "reference": "GRPA" } }""", "did you mean \"GRPO\"?")]
    [InlineData("""{ "report": { "columns": ["acuracy"] } }""", "\"acuracy\" is no column of this sweep; did you mean \"accuracy\"?")]
    [InlineData("""{ "report": { "claims": [{ "claim": "better", "methods": ["run"] }] } }""", "compares with nothing")]
    [InlineData("""{ "report": { "claims": [{ "claim": "order", "methods": ["run"] }] } }""", "names too few methods")]
    [InlineData("""{ "report": { "figures": [{ "figure": "reward", "over": "keep" }] } }""", "\"keep\" is no column")]
    [InlineData("""{ "report": { "figures": [{ }] } }""", "report.figures.0.figure: is missing")]
    public void Load_fault_isNamedWithItsPlace(string json, string expected)
    {
        var fault = Assert.Throws<ConfigException>(() => Load(json));

        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_severalFaults_areAllNamed()
    {
        var fault = Assert.Throws<ConfigException>(() => Load("""{ "epochs": -1, "name": "a b", "report": { "columns": 3 } }"""));

        Assert.Equal(3, fault.Faults.Count);
    }

    [Fact]
    public void Load_missingFile_saysWhatToName()
    {
        var fault = Assert.Throws<ConfigException>(() => SweepFiles.Load(directory.Of("none.json")));

        Assert.Contains("no such file; name a sweep file", fault.Message, StringComparison.Ordinal);
    }

    public void Dispose() => directory.Dispose();

    private SweepFile Load(string json)
    {
        string path = directory.Of("s.json");
        File.WriteAllText(path, json);
        return SweepFiles.Load(path)[0];
    }
}
