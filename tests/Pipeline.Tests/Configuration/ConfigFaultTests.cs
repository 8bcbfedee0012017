using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.Tests.Configuration;

/// <summary>Each class of fault, with the exact line the user reads.</summary>
public class ConfigFaultTests
{
    /// <summary>The text with the names of the program's rewards for {rewards}.</summary>
    private static string WithRewards(string text) =>
        text.Replace("{rewards}", string.Join(", ", BuiltInRewards.table.Names), StringComparison.Ordinal);

    /// <summary>The faults of a file "p.json" that names its datasets, so that they are not reported as well.</summary>
    private static string[] Faults(string json, params string[] overrides)
    {
        string[] datasets = ["data.train.path=train.csv", "data.test.path=test.csv"];
        var error = Assert.Throws<ConfigException>(() => ConfigLoader.Parse(json, "p.json", [.. datasets, .. overrides]));
        return [.. error.Faults.Select(fault => fault.ToString())];
    }

    [Theory]
    [InlineData("{ '{name}': 1 }")]
    [InlineData("{ 'prune': { 'rule': '{name}' } }")]
    [InlineData("{ 'prune': { 'keep': {digits} } }")]
    public void A_key_or_value_of_megabytes_is_answered_without_measuring_it_in_a_line_that_can_be_read(string json)
    {
        string text = json.Replace("{name}", new string('x', 8 << 20), StringComparison.Ordinal)
            .Replace("{digits}", new string('9', 8 << 20), StringComparison.Ordinal);
        long before = GC.GetAllocatedBytesForCurrentThread();
        string fault = Assert.Single(Faults(text));

        // The distance of two names takes memory by the product of their lengths.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 400L << 20);
        Assert.StartsWith("p.json:1:", fault, StringComparison.Ordinal);
        Assert.InRange(fault.Length, 50, 2000);
    }

    [Fact]
    public void Of_very_many_faults_the_first_are_listed()
    {
        string keys = string.Join(",", Enumerable.Range(0, 100_000).Select(i => $"\"{i}\":1"));
        var error = Assert.Throws<ConfigException>(() => ConfigLoader.Parse($"{{{keys}}}", "p.json", []));
        string[] lines = error.Message.Split(Environment.NewLine);
        Assert.Equal(101, lines.Length);
        Assert.Matches("^and [0-9]+ further faults$", lines[^1]);
        Assert.Equal("p.json:1:2: 0: is no key; the sections are", lines[0][..42]);
    }

    [Theory]
    // Unknown keys: near in the same section, in another section, far from all, of the wrong case, of an item, at the root.
    [InlineData("{ 'prune': { 'keeep': 3 } }", "p.json:1:14: prune.keeep: is no key; did you mean prune.keep?")]
    [InlineData("{ 'learningRate': 3 }", "p.json:1:3: learningRate: is no key; did you mean update.learningRate?")]
    [InlineData("{ 'prune': { 'colour': 3 } }", "p.json:1:14: prune.colour: is no key; prune has rule, keep, scope, threshold")]
    [InlineData("{ 'Prune': { } }", "p.json:1:3: Prune: is no key; did you mean prune?")]
    [InlineData(
        "{ 'reward': { 'parts': [ { 'name': 'format', 'wieght': 1 } ] } }",
        "p.json:1:46: reward.parts.0.wieght: is no key; did you mean reward.parts.0.weight?"
    )]
    [InlineData(
        "{ 'run': { '$schema': 'x' } }",
        "p.json:1:12: run.$schema: is no key; run has name, directory, seed, updates, resume, restart, acceptMissing, memoryLimit"
    )]
    // A run's config.json states the versions of format and program, which others may copy; a newer format may mean something else.
    [InlineData(
        "{ 'formatVersion': 99, 'programVersion': '9.0.0' }",
        "p.json:1:3: formatVersion: the file is of version 99 of the configuration format, and this program reads versions 1 to 2; take a "
            + "newer Cppo.Pipeline than VERSION, or begin a new run with --set run.name=NAME"
    )]
    [InlineData("{ 'formatVersion': 'x' }", "p.json:1:20: formatVersion: is the text \"x\"; remove it, or write 2")]
    [InlineData(
        "{ 'run': { 'formatVersion': 2 } }",
        "p.json:1:12: run.formatVersion: is no key; run has name, directory, seed, updates, resume, restart, acceptMissing, memoryLimit"
    )]
    // Wrong types.
    [InlineData("{ 'prune': 3 }", "p.json:1:12: prune: is the number 3; write a section { ... }")]
    [InlineData("{ 'run': { 'name': 3 } }", "p.json:1:20: run.name: is the number 3; write a text in double quotes")]
    [InlineData("{ 'run': { 'resume': 'yes' } }", "p.json:1:22: run.resume: is the text \"yes\"; write true or false")]
    [InlineData("{ 'update': { 'passes': null } }", "p.json:1:25: update.passes: is null; write an integer from 1 to 64 (passes)")]
    [InlineData("{ 'update': { 'passes': 1.5 } }", "p.json:1:25: update.passes: 1.5 is not an integer from 1 to 64 (passes)")]
    [InlineData("{ 'update': { 'learningRate': true } }", "p.json:1:31: update.learningRate: is true; write a number from 0 to 1")]
    [InlineData("{ 'update': { 'devices': 'cpu' } }", "p.json:1:26: update.devices: is the text \"cpu\"; write a list [ \"...\", ... ]")]
    [InlineData("{ 'update': { 'devices': [1] } }", "p.json:1:27: update.devices.0: is the number 1; write a text in double quotes")]
    [InlineData("{ 'reward': { 'parts': { } } }", "p.json:1:24: reward.parts: is a section; write a list [ { ... }, ... ]")]
    [InlineData(
        "{ 'reward': { 'parts': [ 'accuracy' ] } }",
        "p.json:1:26: reward.parts.0: is the text \"accuracy\"; write a section { ... }"
    )]
    // Out of range.
    [InlineData(
        "{ 'rollout': { 'group': 1 } }",
        "p.json:1:25: rollout.group: 1 is out of range; give an integer from 2 to 4096 (completions)"
    )]
    [InlineData("{ 'update': { 'passes': 0 } }", "p.json:1:25: update.passes: 0 is out of range; give an integer from 1 to 64 (passes)")]
    [InlineData(
        "{ 'update': { 'maxStaleness': 9 } }",
        "p.json:1:31: update.maxStaleness: 9 is out of range; give an integer from 0 to 8 (updates)"
    )]
    [InlineData(
        "{ 'update': { 'learningRate': 1e999 } }",
        "p.json:1:31: update.learningRate: 1e999 is out of range; give a number from 0 to 1"
    )]
    [InlineData(
        "{ 'run': { 'seed': 18446744073709551616 } }",
        "p.json:1:20: run.seed: 18446744073709551616 is out of range; give an integer from 0 to 18446744073709551615"
    )]
    [InlineData("{ 'run': { 'seed': -1 } }", "p.json:1:20: run.seed: -1 is out of range; give an integer from 0 to 18446744073709551615")]
    // None of the choices; a text of the wrong form; an empty list.
    [InlineData(
        "{ 'model': { 'engine': 'trch' } }",
        "p.json:1:24: model.engine: \"trch\" is none of its choices; did you mean \"torch\"? It may be auto, torch, managed"
    )]
    [InlineData(
        "{ 'model': { 'engine': 'jax' } }",
        "p.json:1:24: model.engine: \"jax\" is none of its choices; give one of auto, torch, managed"
    )]
    [InlineData(
        "{ 'reward': { 'parts': [ { 'name': 'acuracy' } ] } }",
        "p.json:1:36: reward.parts.0.name: \"acuracy\" is no reward of the program; did you mean \"accuracy\"? Give one of {rewards}, or "
            + "state assembly or url for one of your own"
    )]
    [InlineData(
        "{ 'reward': { 'parts': [ { 'name': 'format', 'headers': [] } ] } }",
        "p.json:1:57: reward.parts.0.headers: is a list; write { \"name\": \"text\", ... }"
    )]
    [InlineData(
        "{ 'reward': { 'parts': [ { 'name': 'j', 'url': 'http://a', 'headers': { 'X-A': 1 } } ] } }",
        "p.json:1:80: reward.parts.0.headers.X-A: is the number 1; write a text in double quotes"
    )]
    [InlineData("{ 'reward': { 'parts': [ { 'weight': 2 } ] } }", "p.json:1:26: reward.parts.0.name: is missing; give one of {rewards}")]
    [InlineData(
        "{ 'rollout': { 'devices': ['cpu', 'cuda'] } }",
        "p.json:1:35: rollout.devices.1: \"cuda\" is not cpu, cuda:0, cuda:1, ..."
    )]
    [InlineData(
        "{ 'run': { 'name': '../x' } }",
        "p.json:1:20: run.name: \"../x\" is not letters, digits, '.', '_' and '-', beginning with a letter or digit"
    )]
    [InlineData("{ 'update': { 'devices': [] } }", "p.json:1:26: update.devices: is an empty list; give at least one item")]
    // Stated twice; not an object; not JSON.
    [InlineData("{ 'run': { 'seed': 1, 'seed': 2 } }", "p.json:1:23: run.seed: is stated twice, first in line 1; remove one of them")]
    [InlineData("[ 1 ]", "p.json:1:1: holds a list; a pipeline file is one object { ... }")]
    public void A_fault_in_a_file_names_place_key_and_remedy(string json, string expected) =>
        Assert.Equal(
            [WithRewards(expected).Replace("VERSION", ProgramVersion.Text, StringComparison.Ordinal)],
            Faults(json.Replace('\'', '"'))
        );

    [Theory]
    [InlineData("prune.kep=3", "prune.kep: is no key; did you mean prune.keep?")]
    [InlineData("kep=3", "kep: is no key; did you mean prune.keep?")]
    [InlineData("prune.keep.x=3", "prune.keep: is no section, so it has no key x")]
    [InlineData("update.devices.0.x.y=cpu", "update.devices.0: is no section, so it has no key x")]
    [InlineData("prune.keep=many", "prune.keep: is the text \"many\"; write an integer from 1 to 4096 (completions)")]
    [InlineData("prune.keep=0", "prune.keep: 0 is out of range; give an integer from 1 to 4096 (completions)")]
    [InlineData("prune=3", "prune: is the number 3; write a section { ... }")]
    [InlineData("prune={\"keep\":1,\"keep\":2}", "prune.keep: is stated twice, first in the same option; remove one of them")]
    [InlineData("update.devices=", "update.devices: is an empty list; give at least one item")]
    [InlineData("update.devices=cpu,gpu", "update.devices.1: \"gpu\" is not cpu, cuda:0, cuda:1, ...")]
    [InlineData("update.devices=[\"cpu\"", "update.devices: is the text \"[\"cpu\"\"; write a list [ \"...\", ... ]")]
    [InlineData("reward.parts.3.weight=1", "reward.parts.3: is no item of reward.parts, which has 2; give an index from 0 to 2")]
    [InlineData("reward.parts.x=1", "reward.parts.x: is no item of reward.parts, which has 2; give an index from 0 to 2")]
    [InlineData("update.devices.0.x=cpu", "update.devices.0: is no section, so it has no key x")]
    [InlineData("reward.parts.2.weight=1", "reward.parts.2.name: is missing; give one of {rewards}")]
    [InlineData("prune.keep", "write --set KEY=VALUE, e.g. --set prune.keep=4")]
    [InlineData("=3", "write --set KEY=VALUE, e.g. --set prune.keep=4")]
    public void A_fault_in_an_option_names_the_option(string option, string expected) =>
        Assert.Equal([WithRewards($"--set {option}: {expected}")], Faults("{}", option));

    [Fact]
    public void Lines_and_columns_count_characters_of_the_file_with_its_comments()
    {
        const string Json =
            "\uFEFF{\r\n  // größer\r\n  \"run\": { /* ü */ \"name\": \"ü\" },\n\n\t\"prune\": {\n\t\t\"keep\": 0,\n\t},\n}\n";
        Assert.Equal(
            [
                "p.json:3:28: run.name: \"ü\" is not letters, digits, '.', '_' and '-', beginning with a letter or digit",
                "p.json:6:11: prune.keep: 0 is out of range; give an integer from 1 to 4096 (completions)",
            ],
            Faults(Json)
        );
    }

    [Theory]
    [InlineData("{\n  \"run\": { \"name\": }\n}", "p.json:2:20: is not valid JSON: ")]
    [InlineData("{\n  \"run\": {", "p.json:2:11: is not valid JSON: ")]
    [InlineData("{}\n\n{}", "p.json:3:1: is not valid JSON: ")]
    [InlineData("", "p.json:1:1: is not valid JSON: ")]
    public void A_syntax_error_is_one_fault_with_its_place(string json, string expected) =>
        Assert.StartsWith(expected, Assert.Single(Faults(json)), StringComparison.Ordinal);

    [Fact]
    public void All_faults_are_reported_together_in_reading_order()
    {
        var error = Assert.Throws<ConfigException>(() =>
            ConfigLoader.Parse(
                """
                {
                  "evaluation": { "samples": 4 },
                  "prune": { "keep": 32 },
                  "rnu": {}
                }
                """,
                "p.json",
                ["update.beta1=2", "update.passes=x", "data.test.path=b.csv"]
            )
        );
        Assert.Equal(
            [
                "p.json:2:30 evaluation.samples",
                "p.json:3:22 prune.keep",
                "p.json:4:3 rnu",
                "--set update.beta1=2 update.beta1",
                "--set update.passes=x update.passes",
                "p.json data.train.path",
            ],
            error.Faults.Select(fault => $"{fault.Place} {fault.Path}")
        );
    }

    [Fact]
    public void The_message_of_the_exception_has_a_line_for_each_fault()
    {
        var error = Assert.Throws<ConfigException>(() => ConfigLoader.Parse("{ \"x\": 1, \"y\": 2 }", "p.json", []));
        Assert.Equal(error.Faults.Select(fault => fault.ToString()), error.Message.Split(Environment.NewLine));
    }

    [Fact]
    public void A_missing_file_and_a_directory_are_faults()
    {
        string directory = Directory.CreateTempSubdirectory().FullName;
        string missing = Path.Combine(directory, "missing.json");
        try
        {
            Assert.Equal($"{missing}: no such file; name a pipeline file, e.g. pipeline.json", Fault(missing));
            Assert.Equal($"{directory}: is a directory; name a pipeline file, e.g. pipeline.json", Fault(directory));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }

        static string Fault(string path) => Assert.Throws<ConfigException>(() => ConfigLoader.Load(path, [])).Message;
    }

    [Fact]
    public void Text_that_is_not_utf8_is_a_fault_with_its_place()
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(file, [.. "{\n \"run\": { \"name\": \""u8, 0xFF, .. "\" } }"u8]);
            string message = Assert.Throws<ConfigException>(() => ConfigLoader.Load(file, [])).Message;
            Assert.Equal($"{file}:2:19: holds a text that is not valid UTF-8; save the file as UTF-8", message);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
