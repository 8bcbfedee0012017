using Cppo.Pipeline.Configuration;

namespace Cppo.Pipeline.Tests.Configuration;

/// <summary>Each impossible combination, and its nearest possible neighbour.</summary>
public class ConfigValidationTests
{
    /// <summary>The text with the names of the program's rewards for {rewards}.</summary>
    private static string WithRewards(string text) =>
        text.Replace("{rewards}", string.Join(", ", BuiltInRewards.table.Names), StringComparison.Ordinal);

    private const string Datasets = "{ \"data\": { \"train\": { \"path\": \"a.csv\" }, \"test\": { \"path\": \"b.csv\" } } }";

    private static string[] Faults(string json, string options)
    {
        try
        {
            ConfigLoader.Parse(json, "p.json", options.Split(' ', StringSplitOptions.RemoveEmptyEntries));
            return [];
        }
        catch (ConfigException error)
        {
            return [.. error.Faults.Select(fault => fault.ToString())];
        }
    }

    [Theory]
    [InlineData(
        "prune.keep=17",
        "--set prune.keep=17: prune.keep: keeps 17 of rollout.group = 16 completions; give at most 16, or prune.rule none to keep all"
    )]
    [InlineData(
        "rollout.group=2 prune.keep=3",
        "--set prune.keep=3: prune.keep: keeps 3 of rollout.group = 2 completions; give at most 2, or prune.rule none to keep all"
    )]
    [InlineData(
        "prune.rule=belowThreshold prune.threshold=0",
        "--set prune.threshold=0: prune.threshold: is 0, which removes nothing, but prune.rule is belowThreshold; give a threshold above "
            + "0, or prune.rule none"
    )]
    [InlineData(
        "prune.rule=belowThreshold prune.threshold=3.75",
        "--set prune.threshold=3.75: prune.threshold: is 3.75, but no |advantage| in a group of rollout.group = 16 reaches 3.75; "
            + "everything would be removed"
    )]
    [InlineData(
        "prune.scope=batch allocation.mode=tokens",
        "--set prune.scope=batch: prune.scope: is batch, a choice among all questions of an update, but allocation.mode tokens lets "
            + "questions join one by one; set prune.scope to question or allocation.mode to completions"
    )]
    [InlineData(
        "update.microBatchTokens=256",
        "--set update.microBatchTokens=256: update.microBatchTokens: is 256, which cannot hold a prompt and a completion of "
            + "rollout.maxNewTokens = 256; give more than 256 plus the longest prompt"
    )]
    [InlineData(
        "rollout.maxNewTokens=8192",
        "--set rollout.maxNewTokens=8192: update.microBatchTokens: is 8192, which cannot hold a prompt and a completion of "
            + "rollout.maxNewTokens = 8192; give more than 8192 plus the longest prompt"
    )]
    [InlineData(
        "update.devices=cpu,cuda:0",
        "--set update.devices=cpu,cuda:0: update.devices: mixes cpu and cuda, whose replicas would drift apart; use one kind"
    )]
    [InlineData(
        "update.guard.multiple=0.5",
        "--set update.guard.multiple=0.5: update.guard.multiple: is 0.5, which would skip every second update; give more than 1, e.g. 10, "
            + "or 0 for no guard"
    )]
    [InlineData(
        "model.engine=managed rollout.devices=cuda:0 update.devices=cuda:1",
        "--set model.engine=managed: model.engine: is managed, which runs on cpu only, but update.devices names cuda:1 and rollout.devices "
            + "names cuda:0; set model.engine to auto or torch, or use cpu"
    )]
    [InlineData(
        "reward.parts.0.weight=0 reward.parts.1.weight=0",
        "--set reward.parts.0.weight=0: reward.parts: has no weight other than 0, so every reward is 0 and nothing can be learned; give "
            + "one reward.parts.N.weight another value"
    )]
    [InlineData(
        "reward.parts.1.name=accuracy",
        "--set reward.parts.1.name=accuracy: reward.parts.1.name: is accuracy, as reward.parts.0.name is; state each reward once, with its "
            + "weight"
    )]
    [InlineData(
        "reward.lowest=1000",
        "--set reward.lowest=1000: reward.lowest: is 1000, which leaves no value below reward.highest = 1000; give less than that"
    )]
    [InlineData(
        "reward.cosineMinValueCorrect=2",
        "--set reward.cosineMinValueCorrect=2: reward.cosineMinValueCorrect: is 2, above reward.cosineMaxValueCorrect = 1; give at most "
            + "that"
    )]
    [InlineData(
        "reward.cosineMinValueWrong=-0.25",
        "--set reward.cosineMinValueWrong=-0.25: reward.cosineMinValueWrong: is -0.25, above reward.cosineMaxValueWrong = -0.5; give at "
            + "most that"
    )]
    [InlineData(
        "reward.cosineMaxValueWrong=0.75",
        "--set reward.cosineMaxValueWrong=0.75: reward.cosineMaxValueWrong: is 0.75, above reward.cosineMinValueCorrect = 0.5, so a wrong "
            + "answer could earn more than a right one; give at most that"
    )]
    [InlineData(
        "reward.overlongCache=257",
        "--set reward.overlongCache=257: reward.overlongCache: is 257, more than rollout.maxNewTokens = 256, so that even an empty "
            + "completion would be punished; give at most that"
    )]
    [InlineData(
        "reward.overlongMaxLength=100 reward.overlongCache=101",
        "--set reward.overlongCache=101: reward.overlongCache: is 101, more than reward.overlongMaxLength = 100, so that even an empty "
            + "completion would be punished; give at most that"
    )]
    [InlineData(
        "reward.parts.1.name=acuracy",
        "--set reward.parts.1.name=acuracy: reward.parts.1.name: \"acuracy\" is no reward of the program; did you mean \"accuracy\"? Give "
            + "one of {rewards}, or state assembly or url for one of your own"
    )]
    [InlineData(
        "reward.parts.1.name=my-judge",
        "--set reward.parts.1.name=my-judge: reward.parts.1.name: \"my-judge\" is not a letter, then up to 59 letters, digits and "
            + "underscores"
    )]
    [InlineData(
        "reward.parts.1.assembly=a.dll",
        "--set reward.parts.1.assembly=a.dll: reward.parts.1.name: is format, a reward of the program, but assembly is stated; give your "
            + "reward another name"
    )]
    [InlineData(
        "reward.parts.1.name=tag_count reward.parts.1.url=http://a/",
        "--set reward.parts.1.name=tag_count: reward.parts.1.name: is tag_count, a reward of the program, but url is stated; give your "
            + "reward another name"
    )]
    [InlineData(
        "reward.parts.1.name=reason reward.parts.1.url=http://a/",
        "--set reward.parts.1.name=reason: reward.parts.1.name: is reason, whose column would be reward_reason, which holds the reasons; "
            + "give your reward another name"
    )]
    [InlineData(
        "reward.parts.0={\"name\":\"myJudge\",\"url\":\"http://a/\"} reward.parts.1={\"name\":\"my_judge\",\"url\":\"http://a/\"}",
        "--set reward.parts.1={\"name\":\"my_judge\",\"url\":\"http://a/\"}: reward.parts.1.name: is my_judge, whose column "
            + "reward_my_judge would be that of reward.parts.0.name = myJudge; give it another name"
    )]
    [InlineData(
        "reward.parts.1.name=mine reward.parts.1.assembly=a.dll reward.parts.1.url=http://a/",
        "--set reward.parts.1.assembly=a.dll: reward.parts.1.assembly: is stated together with url; a reward is computed by one of them, "
            + "so remove the other"
    )]
    [InlineData(
        "reward.parts.1.type=A.B",
        "--set reward.parts.1.type=A.B: reward.parts.1.type: is A.B, but no assembly is stated that holds it; state assembly too, or "
            + "remove type"
    )]
    [InlineData(
        "reward.parts.1.retries=3",
        "--set reward.parts.1.retries=3: reward.parts.1.retries: belongs to a reward that a server computes, but no url is stated; state "
            + "url too, or remove retries"
    )]
    [InlineData(
        "reward.parts.1.headers.X-Kind=a",
        "--set reward.parts.1.headers.X-Kind=***: reward.parts.1.headers: belongs to a reward that a server computes, but no url is "
            + "stated; state url too, or remove headers"
    )]
    [InlineData(
        "reward.parts.1.name=mine reward.parts.1.url=localhost:8000",
        "--set reward.parts.1.url=localhost:8000: reward.parts.1.url: \"localhost:8000\" is no http or https address; write e.g. "
            + "http://localhost:8000/score"
    )]
    [InlineData(
        "reward.parts.1.name=mine reward.parts.1.url=http://user:pass@a/",
        "--set reward.parts.1.url=http://***@a/: reward.parts.1.url: holds a user or password, which would stand in config.json; use "
            + "headers, e.g. { \"Authorization\": \"env:NAME\" }"
    )]
    [InlineData(
        "reward.parts.1.name=mine reward.parts.1.url=http://a/ reward.parts.1.headers.Authorization=Bearer",
        "--set reward.parts.1.headers.Authorization=***: reward.parts.1.headers: states Authorization itself, which would stand in "
            + "config.json; take it from the environment, e.g. \"env:NAME\" or \"Bearer env:NAME\""
    )]
    [InlineData(
        "reward.parts.1.name=mine reward.parts.1.url=http://a/ reward.parts.1.headers.Content-Type=text/plain",
        "--set reward.parts.1.headers.Content-Type=***: reward.parts.1.headers: has \"Content-Type\", which is no header field of a "
            + "request that can be set; correct or remove it"
    )]
    [InlineData(
        "data.train.path=",
        "--set data.train.path=: data.train.path: is empty; name the .csv, .jsonl or .parquet file to train on"
    )]
    [InlineData(
        "data.test.path= evaluation.before=false evaluation.every=5",
        "--set data.test.path=: data.test.path: is empty, but evaluation.after is true and evaluation.every is 5; name a test file, or "
            + "turn evaluation off"
    )]
    [InlineData(
        "data.train.path=a.txt",
        "--set data.train.path=a.txt: data.train.path: \"a.txt\" ends in none of .csv, .jsonl, .json, .parquet; set data.train.format to "
            + "csv, jsonl, json or parquet"
    )]
    [InlineData(
        "prompt.chat=qwen3 prompt.template=llama3",
        "--set prompt.chat=qwen3: prompt.chat: is qwen3, but prompt.template chooses the chat template llama3; remove one of them"
    )]
    [InlineData(
        "prompt.chat=qwen3 prompt.chatTemplate=false",
        "--set prompt.chat=qwen3: prompt.chat: is qwen3, but prompt.chatTemplate is false; set it to true, or choose no chat template"
    )]
    [InlineData(
        "prompt.template=custom",
        "--set prompt.template=custom: prompt.system: is empty, but prompt.template is custom; write the system text, or set "
            + "prompt.template to none"
    )]
    [InlineData(
        "prompt.system=Think.",
        "--set prompt.system=Think.: prompt.system: is only used with prompt.template custom, which is gsm8k; set prompt.template to "
            + "custom or remove prompt.system"
    )]
    [InlineData(
        "evaluation.temperature=0.001",
        "--set evaluation.temperature=0.001: evaluation.temperature: is 0.001; give 0, which is greedy, or at least 0.01"
    )]
    [InlineData(
        "evaluation.samples=4",
        "--set evaluation.samples=4: evaluation.samples: is 4, but with evaluation.temperature 0 all samples of a question are the same; "
            + "set a temperature, e.g. 0.6, or 1 sample"
    )]
    public void An_impossible_combination_names_both_keys_and_the_remedy(string options, string expected) =>
        Assert.Equal([WithRewards(expected)], Faults(Datasets, options));

    [Theory]
    [InlineData("")]
    [InlineData("prune.keep=16")]
    [InlineData("prune.keep=17 prune.rule=none")]
    [InlineData("prune.rule=belowThreshold prune.threshold=3.74")]
    [InlineData("prune.scope=batch allocation.mode=completions")]
    [InlineData("prune.scope=batch allocation.mode=tokens prune.rule=none")]
    [InlineData("update.microBatchTokens=257")]
    [InlineData("update.devices=cpu,cpu")]
    [InlineData("update.devices=cuda:0,cuda:0")]
    [InlineData("model.engine=torch rollout.devices=cuda:0 update.devices=cuda:1")]
    [InlineData("reward.parts.0.weight=0")]
    [InlineData("reward.cosineMinValueCorrect=1 reward.cosineMinValueWrong=-0.5")]
    [InlineData("reward.overlongCache=256")]
    [InlineData("reward.overlongMaxLength=100 reward.overlongCache=100")]
    [InlineData("reward.parts.1.name=mine reward.parts.1.assembly=a.dll reward.parts.1.type=A.B")]
    [InlineData(
        "reward.parts.1.name=mine reward.parts.1.url=https://a/b?c=d reward.parts.1.retries=0 "
            + "reward.parts.1.headers.Authorization=env:TOKEN"
    )]
    [InlineData("data.test.path= evaluation.before=false evaluation.after=false")]
    [InlineData("data.train.path=a.txt data.train.format=csv")]
    [InlineData("data.train.path=A.CSV")]
    [InlineData("prompt.template=custom prompt.system=Think.")]
    [InlineData("prompt.template=llama3 prompt.system=Think.")]
    [InlineData("prompt.template=llama3 prompt.chat=llama3")]
    [InlineData("prompt.template=math prompt.chat=qwen3NoThinking")]
    [InlineData("evaluation.samples=4 evaluation.temperature=0.6")]
    public void Its_nearest_possible_neighbour_is_fine(string options) => Assert.Empty(Faults(Datasets, options));

    [Fact]
    public void A_combination_is_reported_where_the_file_states_it() =>
        Assert.Equal(
            ["p.json:1:29: prune.keep: keeps 16 of rollout.group = 2 completions; give at most 2, or prune.rule none to keep all"],
            Faults("{ \"prune\": { \"keep\":        16 } }", "rollout.group=2 data.train.path=a.csv data.test.path=b.csv")
        );

    [Fact]
    public void A_rule_about_a_key_with_a_fault_of_its_own_says_nothing() =>
        Assert.Equal(
            ["--set rollout.group=1: rollout.group: 1 is out of range; give an integer from 2 to 4096 (completions)"],
            Faults(Datasets, "rollout.group=1 prune.keep=17")
        );
}
