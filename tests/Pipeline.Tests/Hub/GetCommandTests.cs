using System.Text.Json.Nodes;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Data;
using Cppo.Pipeline.Hub;
using Parquet;
using Parquet.Schema;

namespace Cppo.Pipeline.Tests.Hub;

/// <summary>The command <c>get</c>, and the files that recipes name.</summary>
public sealed class GetCommandTests : IDisposable
{
    private readonly HubServer server = new();
    private readonly HubFolder folder = new();

    public void Dispose()
    {
        server.Dispose();
        folder.Dispose();
    }

    private HubEnvironment Environment => server.Environment(folder.Cache);

    [Fact]
    public async Task A_model_is_announced_with_its_sizes_fetched_and_named()
    {
        var model = server.AddModel("org/model");
        var (code, output, error) = await folder.GetAsync(Environment, "org/model", "--dry-run");
        Assert.Equal((0, ""), (code, error));
        Assert.StartsWith($"org/model at {model.Commit}: 5 files, 320.0 kB, of which 320.0 kB are to be fetched\n", output);
        Assert.Contains("  model.safetensors  300.0 kB\n", output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.Cache));
        Assert.Empty(server.FileRequests);

        (code, output, error) = await folder.GetAsync(Environment, "org/model");
        Assert.Equal((0, folder.InCache(model, "snapshots", model.Commit) + "\n"), (code, output));
        Assert.Contains("\n  model.safetensors, 300.0 kB\n", error, StringComparison.Ordinal);
        (code, _, error) = await folder.GetAsync(Environment, "org/model");
        Assert.Equal(0, code);
        Assert.Contains("of which 0 B are to be fetched", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_weights_the_tokenizer_comes_alone()
    {
        var model = server.AddModel("org/tokenizer");
        Assert.Equal(0, (await folder.GetAsync(Environment, "org/tokenizer", "--no-weights")).ExitCode);
        Assert.DoesNotContain(server.FileRequests, request => request.Target.EndsWith(".safetensors", StringComparison.Ordinal));
        Assert.Equal(model.Files["tokenizer.json"], folder.Read(model, "tokenizer.json"));
    }

    [Theory]
    [InlineData("gsm9k", "did you mean gsm8k?")]
    [InlineData("org", "give a model as ORG/NAME")]
    [InlineData("../../etc", "is no name of the hub's")]
    [InlineData("org/name/../..", "is no name of the hub's")]
    [InlineData("org/missing", "has no such model that may be read")]
    [InlineData("datasets/org/missing", "has no such dataset")]
    [InlineData("org/there@nowhere", "no such revision")]
    [InlineData("org/there@../x", "is no name of the hub's")]
    [InlineData("hf://org/there/config.json", "of a model all that is needed is fetched")]
    public async Task A_name_that_cannot_be_fetched_is_answered_in_a_sentence(string name, string expected)
    {
        server.AddModel("org/there");
        var (code, output, error) = await folder.GetAsync(Environment, name);
        Assert.Equal((2, ""), (code, output));
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.False(Directory.Exists(folder.Cache));
    }

    [Fact]
    public async Task A_model_with_terms_says_where_they_are()
    {
        server.AddModel("org/gated");
        server.Script = (request, _) => HubReply.Empty(403, ("X-Error-Code", "GatedRepo"), ("X-Error-Message", "Access is restricted"));
        var (code, _, error) = await folder.GetAsync(Environment, "org/gated");
        Assert.Equal(2, code);
        Assert.Contains(
            $"accepted its terms: do so at {server.Hub.Url}/org/gated, and give a token of that account in HF_TOKEN",
            error,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_commit_can_be_named_and_several_names_at_once()
    {
        var one = server.AddModel("org/one");
        var two = server.AddModel("org/two");
        var (code, output, _) = await folder.GetAsync(Environment, $"org/one@{one.Commit}", "hf://models/org/two", "org/two");
        Assert.Equal(0, code);
        Assert.Equal(
            [folder.InCache(one, "snapshots", one.Commit), folder.InCache(two, "snapshots", two.Commit)],
            output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        );
        Assert.False(Directory.Exists(folder.InCache(one, "refs")));
        Assert.Equal(2, (await folder.GetAsync(Environment, "org/one@main", "--revision", "v1")).ExitCode);
    }

    [Fact]
    public async Task Offline_the_cache_alone_is_asked()
    {
        var model = server.AddModel("org/offline");
        var offline = Environment with { IsOffline = true };
        var (code, _, error) = await folder.GetAsync(offline, "org/offline");
        Assert.Equal(2, code);
        Assert.Contains("HF_HUB_OFFLINE", error, StringComparison.Ordinal);
        await folder.FetchAsync(server, model);
        int numAsked = server.Requests.Count();
        Assert.Equal((0, folder.InCache(model, "snapshots", model.Commit) + "\n"), await OutputAsync(offline, "org/offline"));
        Assert.Equal(numAsked, server.Requests.Count());
    }

    [Fact]
    public async Task Gsm8k_becomes_the_files_that_recipes_name()
    {
        string[] questions = ["What is 1 + 1?", "\u00e9\u2028 \"two\"\n\ttimes 3", "<script>"];
        var data = server
            .Add(HubKind.Dataset, "openai/gsm8k", new string('d', 40))
            .With("README.md", "x")
            .With("main/train-00000-of-00001.parquet", await ParquetAsync(questions, ["so 2\n#### 2", "#### 6", "#### 1,000"]))
            .With("main/test-00000-of-00001.parquet", await ParquetAsync(["a"], ["#### 1"]))
            .With("socratic/train-00000-of-00001.parquet", await ParquetAsync(["other"], ["#### 0"]))
            .With("socratic/test-00000-of-00001.parquet", await ParquetAsync(["other"], ["#### 0"]));
        var (code, output, error) = await folder.GetAsync(Environment, "gsm8k");
        Assert.True(code == 0, error);
        string train = Path.Combine(folder.Of("data"), "gsm8k/train.jsonl");
        Assert.Equal(
            [train, Path.Combine(folder.Of("data"), "gsm8k/test.jsonl")],
            output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        );
        Assert.Contains("train.jsonl: 3 rows; warning: 7473 are known", error, StringComparison.Ordinal);
        var read = await QuestionReader.ReadAsync(new DatasetConfig { Path = train }, CancellationToken.None);
        Assert.Equal(questions, read.Select(question => question.Text));
        Assert.Equal(["so 2\n#### 2", "#### 6", "#### 1,000"], read.Select(question => question.Answer));
        Assert.DoesNotContain(server.FileRequests, request => request.Target.Contains("socratic", StringComparison.Ordinal));

        int numAsked = server.Requests.Count();
        File.WriteAllText(train, "mine");
        Assert.Equal(0, (await folder.GetAsync(Environment, "gsm8k")).ExitCode);
        Assert.Equal("mine", File.ReadAllText(train));
        Assert.Equal(numAsked, server.Requests.Count());
        File.Delete(train);
        Assert.Equal(0, (await folder.GetAsync(Environment with { IsOffline = true }, "gsm8k")).ExitCode);
        Assert.Equal(3, File.ReadLines(train).Count());
        Assert.NotNull(data);
    }

    [Fact]
    public async Task Math_is_put_together_of_its_subjects_with_the_answers_out_of_their_boxes()
    {
        server
            .Add(HubKind.Dataset, "EleutherAI/hendrycks_math", new string('d', 40))
            .With("geometry/train-00000-of-00001.parquet", await MathAsync("g", "so $\\boxed{\\frac{1}{2}}$", "Level ?"))
            .With("geometry/test-00000-of-00001.parquet", await MathAsync("h", "none", "Level 1"))
            .With("algebra/train-00000-of-00001.parquet", await MathAsync("a", "$\\boxed{1}$, no, $\\boxed 2$.", "Level 5"))
            .With("algebra/test-00000-of-00001.parquet", await MathAsync("b", "$\\fbox{3}$", "Level 3"));
        Assert.Equal(0, (await folder.GetAsync(Environment, "math")).ExitCode);
        var rows = File.ReadLines(Path.Combine(folder.Of("data"), "math/train.jsonl")).Select(line => JsonNode.Parse(line)!).ToArray();
        Assert.Equal(["train/algebra/1", "train/geometry/1"], rows.Select(row => (string)row["id"]!));
        Assert.Equal(["2", "\\frac{1}{2}"], rows.Select(row => (string)row["answer"]!));
        Assert.Equal([5, null], rows.Select(row => (int?)row["level"]));
        var test = File.ReadLines(Path.Combine(folder.Of("data"), "math/test.jsonl")).Select(line => JsonNode.Parse(line)!).ToArray();
        Assert.Equal(["3", ""], test.Select(row => (string)row["answer"]!));
        Assert.Equal(["Algebra", "Algebra"], test.Select(row => (string)row["subject"]!));
    }

    [Fact]
    public async Task Benchmarks_have_the_columns_that_evaluation_reads()
    {
        server
            .Add(HubKind.Dataset, "HuggingFaceH4/MATH-500", new string('d', 40))
            .With(
                "test.jsonl",
                """{"problem":"p","solution":"s","answer":"1","subject":"Algebra","level":2,"unique_id":"test/algebra/1.json"}""" + "\n"
            );
        server
            .Add(HubKind.Dataset, "math-ai/amc23", new string('d', 40))
            .With("test.jsonl", "{\"id\":0,\"question\":\"q\",\"answer\":27.0,\"url\":\"u\"}\n");
        server
            .Add(HubKind.Dataset, "HuggingFaceH4/aime_2024", new string('d', 40))
            .With("train.jsonl", "{\"id\":60,\"problem\":\"p\",\"solution\":\"s\",\"answer\":\"025\",\"url\":\"u\",\"year\":\"2024\"}\n")
            .With("data/train-00000-of-00001.jsonl.lock", "x");
        var (code, output, error) = await folder.GetAsync(Environment, "math500", "amc23", "aime24");
        Assert.True(code == 0, error);
        string[] lines =
        [
            .. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(path => File.ReadAllText(path).TrimEnd('\n')),
        ];
        Assert.Equal(
            [
                """{"id":"test/algebra/1.json","problem":"p","answer":"1","solution":"s","level":2,"subject":"Algebra"}""",
                """{"id":"amc23/1","problem":"q","answer":"27"}""",
                """{"id":"aime24/1","problem":"p","answer":"025","solution":"s"}""",
            ],
            lines
        );
    }

    [Fact]
    public async Task A_dataset_that_is_not_what_it_was_leaves_no_file()
    {
        server.Add(HubKind.Dataset, "math-ai/amc23", new string('d', 40)).With("test.jsonl", "{\"prompt\":\"q\"}\n");
        var (code, _, error) = await folder.GetAsync(Environment, "amc23");
        Assert.Equal(2, code);
        Assert.Contains("has no column \"question\"", error, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(folder.Of("data"), "amc23/test.jsonl")));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(folder.Of("data"), "amc23")));
    }

    [Fact]
    public void Only_what_fits_is_fetched()
    {
        FreeSpace.Require(folder.Of("not/yet/there"), 1);
        Assert.Contains(
            "make room",
            Assert.Throws<Cppo.Pipeline.Files.UsageException>(() => FreeSpace.Require(folder.Cache, long.MaxValue)).Message,
            StringComparison.Ordinal
        );
    }

    private async Task<(int ExitCode, string Output)> OutputAsync(HubEnvironment environment, params string[] args)
    {
        var (code, output, _) = await folder.GetAsync(environment, args);
        return (code, output);
    }

    private static Task<byte[]> ParquetAsync(string[] questions, string[] answers) =>
        ParquetOfAsync(("question", questions), ("answer", answers));

    private static Task<byte[]> MathAsync(string problem, string solution, string level) =>
        ParquetOfAsync(("problem", [problem]), ("level", [level]), ("type", ["Algebra"]), ("solution", [solution]));

    internal static async Task<byte[]> ParquetOfAsync(params (string Name, string[] Values)[] columns)
    {
        DataField<string>[] fields = [.. columns.Select(column => new DataField<string>(column.Name))];
        using var output = new MemoryStream();
        await using (var writer = await ParquetWriter.CreateAsync(new ParquetSchema(fields), output))
        {
            using var group = writer.CreateRowGroup();
            foreach (var (field, column) in fields.Zip(columns))
            {
                await group.WriteAsync(field, column.Values);
            }
        }

        return output.ToArray();
    }
}
