using System.Text.Json.Nodes;
using Cppo.Pipeline.Telemetry;

namespace Cppo.Pipeline.Tests.Telemetry;

public sealed class EarlierLinesTests
{
    [Theory]
    [InlineData("""{"format_version":2,"step":4,"policy_version":5,"staleness":1,"fill":0.3}""", 3)]
    [InlineData("""{"step":4,"policy_version":5,"staleness":0,"fill":0.3}""", 4)]
    public void Lines_of_earlier_programs_are_read_in_the_keys_of_now_and_kept_as_they_stand(string text, int generatedBy)
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory.Of("metrics.jsonl"), text + "\n");
        var line = Assert.Single(StepLines.Read(directory.Of("metrics.jsonl")));
        Assert.Equal((generatedBy, 0.3), ((int)line.Values["policy_version"]!, (double)line.Values["token_fill"]!));
        Assert.False(line.Values.ContainsKey("fill"));
        Assert.Equal(text, line.Text);
    }

    [Fact]
    public void Lines_of_now_and_evaluations_keep_their_values()
    {
        using var directory = new TemporaryDirectory();
        string[] texts =
        [
            """{"format_version":3,"step":4,"policy_version":4,"staleness":0,"token_fill":0.5}""",
            """{"format_version":2,"step":8,"accuracy":0.5}""",
        ];
        File.WriteAllLines(directory.Of("lines.jsonl"), texts);
        Assert.Equal(
            texts.Select(text => JsonNode.Parse(text)!.ToJsonString()),
            StepLines.Read(directory.Of("lines.jsonl")).Select(line => line.Values.ToJsonString())
        );
    }
}
