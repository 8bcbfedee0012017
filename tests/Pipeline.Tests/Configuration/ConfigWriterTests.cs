using Cppo.Pipeline.Configuration;

namespace Cppo.Pipeline.Tests.Configuration;

public class ConfigWriterTests
{
    [Fact]
    public void What_is_written_loads_to_the_same_and_is_written_the_same_again()
    {
        string[] options =
        [
            "run.seed=18446744073709551615",
            "run.name=a-b",
            "data.train.path=größe \"x\"\\y.csv",
            "data.test.path=t.jsonl",
            "update.learningRate=1.2345678901234567e-7",
            "objective.epsilonHigh=0.28",
            "objective.importanceBand=[0.5,5]",
            "update.devices=cuda:0,cuda:1",
            "reward.parts.2.name=repetition",
            "reward.parts.2.weight=-0.1",
            "prompt={\"template\":\"custom\",\"system\":\"line\\none <think>\"}",
            "evaluation.before=false",
        ];
        var config = ConfigLoader.Parse("{}", "p.json", options);
        string written = ConfigWriter.Write(config);
        var again = ConfigLoader.Parse(written, "config.json", []);

        Assert.Equal(written, ConfigWriter.Write(again));
        Assert.Equal(config.Update.LearningRate, again.Update.LearningRate);
        Assert.Equal(config.Data, again.Data);
        Assert.Equal(config.Prompt, again.Prompt);
        Assert.Equal("line\none <think>", again.Prompt.System);
        Assert.Equal(config.Reward.Parts, again.Reward.Parts);
        Assert.Equal(config.Run, again.Run);
        Assert.Equal(config.Objective.ImportanceBand, again.Objective.ImportanceBand);
        Assert.Equal(config.Objective, again.Objective with { ImportanceBand = config.Objective.ImportanceBand });
    }

    [Fact]
    public void A_reward_of_one_s_own_is_written_with_what_it_states()
    {
        string[] options =
        [
            "reward.parts=[{\"name\":\"judge\",\"url\":\"http://a/b\",\"retries\":0}]",
            "reward.parts.0.headers.X-A=b.c=d",
            "reward.parts.0.headers.Authorization=env:T",
        ];
        string written = ConfigWriter.Write(
            ConfigLoader.Parse("{ \"data\": { \"train\": { \"path\": \"a.csv\" }, \"test\": { \"path\": \"b.csv\" } } }", "p.json", options)
        );
        var part = ConfigLoader.Parse(written, "config.json", []).Reward.Parts.Single();
        Assert.Equal(
            ("judge", "http://a/b", 0, "b.c=d", "env:T"),
            (part.Name, part.Url, part.Retries, part.Headers["X-A"], part.Headers["Authorization"])
        );
        Assert.DoesNotContain("timeoutSeconds", written, StringComparison.Ordinal);
        Assert.DoesNotContain("assembly", written, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_key_is_written()
    {
        string written = ConfigWriter.Write(new PipelineConfig());
        Assert.All(ConfigSection.Root.AllPaths(), key => Assert.Contains($"\"{key.Key.Name}\":", written, StringComparison.Ordinal));
        Assert.StartsWith("{\n  \"run\": {\n    \"name\": \"default\",\n", written, StringComparison.Ordinal);
        Assert.EndsWith("\n}\n", written, StringComparison.Ordinal);
    }
}
