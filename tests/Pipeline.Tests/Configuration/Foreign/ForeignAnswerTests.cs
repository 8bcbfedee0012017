using Cppo.Pipeline.Configuration;

namespace Cppo.Pipeline.Tests.Configuration;

/// <summary>Whoever states a key of TRL or verl is told what it is here, with line and path.</summary>
public sealed class ForeignAnswerTests
{
    private const string Group = "is TRL's name; here it is rollout.group; 8 by default there, 16 here";

    [Theory]
    [InlineData("{ 'num_generations': 8 }", "num_generations", Group)]
    [InlineData("{ 'numGenerations': 8 }", "numGenerations", Group)]
    [InlineData("{ 'rollout': { 'num_generations': 8 } }", "rollout.num_generations", Group)]
    [InlineData(
        "{ 'beta': 0 }",
        "beta",
        "is TRL's name; here it is objective.beta; 0.0 by default there, 0.04 here; the paper's weight of the KL term; 0 loads no "
            + "reference, as there"
    )]
    [InlineData(
        "{ 'use_bias_correction_kl': true }",
        "use_bias_correction_kl",
        "is TRL's name, and no key here is like it; the KL term is not weighed"
    )]
    [InlineData(
        "{ 'per_device_train_batch_size': 16 }",
        "per_device_train_batch_size",
        "is TRL's name; here it is update.questionsPerDevice; 8 by default there, 4 here; theirs counts completions, here it is "
            + "questions: theirs times gradient_accumulation_steps, divided by num_generations"
    )]
    [InlineData(
        "{\n 'actor_rollout_ref': {\n 'rollout': {\n   'n': 8 } } }",
        "actor_rollout_ref.rollout.n",
        "is verl's name; here it is rollout.group; 1 by default there, 16 here"
    )]
    [InlineData(
        "{ 'actor_rollout_ref.rollout.n': 8 }",
        "actor_rollout_ref.rollout.n",
        "is verl's name; here it is rollout.group; 1 by default there, 16 here"
    )]
    [InlineData(
        "{ 'data': { 'val_files': 'x.parquet' } }",
        "data.val_files",
        "is verl's name; here it is data.test.path; ~/data/rlhf/gsm8k/test.parquet by default there, \"\" here; one file"
    )]
    [InlineData(
        "{ 'critic': { 'optim': { 'lr': 1 }, 'ppo_epochs': 1 } }",
        "critic",
        "is verl's name, and no key here is like it; there is no critic"
    )]
    [InlineData(
        "{ 'trainer': { 'colour': 1 } }",
        "trainer.colour",
        "is no key; trainer is a section of verl's configuration: docs/coming-from-trl.md has its keys"
    )]
    // Keys of ours that are mistyped or misplaced stay what they were.
    [InlineData("{ 'learningRate': 3 }", "learningRate", "is no key; did you mean update.learningRate?")]
    [InlineData("{ 'update': { 'learning_rate': 3 } }", "update.learning_rate", "is no key; did you mean update.learningRate?")]
    public void In_a_file(string json, string path, string message)
    {
        string text = json.Replace('\'', '"');
        int offset = text.IndexOf($"\"{path}\"", StringComparison.Ordinal);
        offset = offset >= 0 ? offset : text.IndexOf($"\"{path[(path.LastIndexOf('.') + 1)..]}\"", StringComparison.Ordinal);
        int line = text[..offset].Count(unit => unit == '\n') + 1;
        int column = offset - text.LastIndexOf('\n', offset);
        Assert.Contains($"p.json:{line}:{column}: {path}: {message}", Lines(() => ConfigLoader.Parse(text, "p.json", [])));
    }

    [Theory]
    [InlineData("num_generations=8", "num_generations", Group)]
    [InlineData("epsilon=0.1", "epsilon", "is TRL's name; here it is objective.epsilon")]
    [InlineData("rollout.num_generations=8", "rollout.num_generations", Group)]
    [InlineData(
        "actor_rollout_ref.rollout.n=8",
        "actor_rollout_ref.rollout.n",
        "is verl's name; here it is rollout.group; 1 by default there, 16 here"
    )]
    [InlineData(
        "data.train_batch_size=8",
        "data.train_batch_size",
        "is verl's name; here it is update.questionsPerDevice; 1024 by default there, 4 here; theirs is of all devices, here it is of "
            + "one; both count questions"
    )]
    [InlineData("trainer=8", "trainer", "is no key; trainer is a section of verl's configuration: docs/coming-from-trl.md has its keys")]
    public void As_an_option(string option, string path, string message) =>
        Assert.Contains($"--set {option}: {path}: {message}", Lines(() => ConfigLoader.Parse("{}", "p.json", [option])));

    [Fact]
    public void A_whole_configuration_of_theirs_is_called_so_before_its_keys()
    {
        string trl = """{ "model_name_or_path": "m", "num_generations": 8, "beta": 0.0, "output_dir": "o", "colour": 1 }""";
        string[] lines = Lines(() => ConfigLoader.Parse(trl, "grpo.json", []));
        Assert.Equal(
            "grpo.json:1:1: is a configuration of TRL, whose keys have other names here: docs/coming-from-trl.md has all of them",
            lines[0]
        );
        Assert.StartsWith("grpo.json:1:3: model_name_or_path: is TRL's name; here it is model.path", lines[1], StringComparison.Ordinal);
        Assert.Contains(lines, line => line.Contains("colour: is no key; the sections are", StringComparison.Ordinal));

        string verl = """
            { "data": { "train_files": "a", "prompt_key": "prompt", "shuffle": true },
              "actor_rollout_ref": { "actor": { "clip_ratio": 0.2, "optim": { "lr": 1e-6 } }, "rollout": { "n": 8 } } }
            """;
        lines = Lines(() => ConfigLoader.Parse(verl, "ppo.json", []));
        Assert.Contains("is a configuration of verl, ", lines[0], StringComparison.Ordinal);
        Assert.Equal(5, lines.Count(line => line.Contains(": is verl's name", StringComparison.Ordinal)));

        // One key that slipped in is no such configuration.
        string ours = """{ "run": { "name": "a", "seed": 2 }, "num_generations": 8, "beta": 1, "top_k": 1 }""";
        Assert.DoesNotContain(
            Lines(() => ConfigLoader.Parse(ours, "p.json", [])),
            line => line.Contains("is a configuration of", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Yaml_is_recognised_with_what_its_keys_are_here()
    {
        const string trl = """
            # Model arguments
            model_name_or_path: Qwen/Qwen2.5-1.5B-Instruct
            num_generations: 8
            reward_weights:
            - 1.0
            beta: 0.0
            colour: red
            """;
        Assert.Equal(
            [
                "t.yaml:1:1: is YAML, a configuration of TRL; a pipeline file is JSON, with other keys: docs/coming-from-trl.md has those "
                    + "of TRL",
                "t.yaml:2:1: model_name_or_path: is TRL's name; here it is model.path; null by default there, \"data/base-model\" here",
                "t.yaml:3:1: num_generations: " + Group,
                "t.yaml:4:1: reward_weights: is TRL's name; here it is reward.parts.N.weight",
                "t.yaml:6:1: beta: is TRL's name; here it is objective.beta; 0.0 by default there, 0.04 here; the paper's weight of the KL "
                    + "term; 0 loads no reference, as there",
            ],
            Lines(() => ConfigLoader.Parse(trl, "t.yaml", []))
        );

        const string verl = """
            ---
            data:
              train_files: a.parquet
              shuffle: true
            actor_rollout_ref:
              actor:
                optim:
                  lr: 1.0e-06
              rollout:
                'n': 8
            critic:
              ppo_epochs: 1
            """;
        string[] lines = Lines(() => ConfigLoader.Parse(verl, "v.yaml", []));
        Assert.StartsWith("v.yaml:1:1: is YAML, a configuration of verl;", lines[0], StringComparison.Ordinal);
        Assert.Equal(
            [
                "v.yaml:3:3: data.train_files",
                "v.yaml:8:7: actor_rollout_ref.actor.optim.lr",
                "v.yaml:10:5: actor_rollout_ref.rollout.n",
                "v.yaml:11:1: critic",
            ],
            lines[1..].Select(line => line[..line.IndexOf(": is ", StringComparison.Ordinal)])
        );

        Assert.Equal(
            [
                "o.yaml:1:1: is YAML; a pipeline file is JSON with comments, { \"run\": { ... }, ... }, and --set KEY=VALUE states single "
                    + "keys",
            ],
            Lines(() => ConfigLoader.Parse("run:\n  name: a\n", "o.yaml", []))
        );
        string fault = Assert.Single(Lines(() => ConfigLoader.Parse("nonsense", "p.json", [])));
        Assert.Contains("is not valid JSON", fault, StringComparison.Ordinal);
    }

    private static string[] Lines(Action load) => Assert.Throws<ConfigException>(load).Message.Split(Environment.NewLine);
}
