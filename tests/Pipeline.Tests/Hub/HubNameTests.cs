using Cppo.Pipeline.Hub;

namespace Cppo.Pipeline.Tests.Hub;

/// <summary>Which words are names of the hub, and what the environment's variables mean.</summary>
public sealed class HubNameTests
{
    [Theory]
    [InlineData("Qwen/Qwen2.5-1.5B-Instruct", "Qwen/Qwen2.5-1.5B-Instruct")]
    [InlineData("hf://Qwen/Qwen2.5@refs/pr/3", "Qwen/Qwen2.5@refs/pr/3")]
    [InlineData("models/a/b", "a/b")]
    [InlineData("datasets/openai/gsm8k@v1/main/train.parquet", "datasets/openai/gsm8k@v1/main/train.parquet")]
    [InlineData("hf://datasets/a/b@refs/convert/parquet/default/x.parquet", "datasets/a/b@refs/convert/parquet/default/x.parquet")]
    public void Names_are_read_and_written(string text, string expected) =>
        Assert.Equal(expected, HubName.Parse(text, HubKind.Model, out _)?.ToString());

    [Theory]
    [InlineData("gpt2")]
    [InlineData("a/b/c")]
    [InlineData("models/a")]
    [InlineData("datasets/squad")]
    [InlineData("spaces/a/b")]
    [InlineData("data/train.csv")]
    [InlineData("recipes/words.json")]
    [InlineData("./a/b")]
    [InlineData("../a")]
    [InlineData("/a/b")]
    [InlineData("~/a")]
    [InlineData("a--b/c")]
    [InlineData("a/..")]
    [InlineData("a/b..c")]
    [InlineData("a/b@")]
    [InlineData("a/b@-x")]
    [InlineData("a/b@x..y")]
    [InlineData("a/b\n")]
    [InlineData("a\\b/c")]
    [InlineData("datasets/a/b/../c")]
    [InlineData("a/b c")]
    [InlineData("")]
    public void Other_words_are_none(string text) => Assert.Null(HubName.Parse(text, HubKind.Model, out _));

    [Fact]
    public void The_cache_is_where_the_variables_say()
    {
        Assert.Equal(Path.GetFullPath("/home/me/.cache/huggingface/hub"), Read().CacheDirectory);
        Assert.Equal(Path.GetFullPath("/x/huggingface/hub"), Read(("XDG_CACHE_HOME", "/x")).CacheDirectory);
        Assert.Equal(Path.GetFullPath("/h/hub"), Read(("XDG_CACHE_HOME", "/x"), ("HF_HOME", "/h")).CacheDirectory);
        Assert.Equal(Path.GetFullPath("/old"), Read(("HF_HOME", "/h"), ("HUGGINGFACE_HUB_CACHE", "/old")).CacheDirectory);
        Assert.Equal(
            Path.GetFullPath("/home/me/new/7"),
            Read(("HUGGINGFACE_HUB_CACHE", "/old"), ("HF_HUB_CACHE", "~/new/${N}"), ("N", "7")).CacheDirectory
        );
    }

    [Fact]
    public void Endpoint_token_and_offline_are_what_the_variables_say()
    {
        Assert.Equal(("https://huggingface.co", null, false, true), Told(Read()));
        Assert.Equal(
            ("https://mirror.example/hub", "hf_a", true, false),
            Told(
                Read(
                    ("HF_ENDPOINT", "https://mirror.example/hub/"),
                    ("HF_TOKEN", " hf_a\n"),
                    ("HF_HUB_OFFLINE", "yes"),
                    ("HF_HUB_DISABLE_SYMLINKS", "1")
                )
            )
        );
        Assert.Equal("old", Read(("HUGGING_FACE_HUB_TOKEN", "old")).Token);
        Assert.Null(Read(("HF_TOKEN", "hf_a"), ("HF_HUB_DISABLE_IMPLICIT_TOKEN", "1")).Token);
        Assert.True(Read(("TRANSFORMERS_OFFLINE", "true")).IsOffline);
        Assert.Equal(2.5, Read(("HF_HUB_DOWNLOAD_TIMEOUT", "2.5")).Patience.TotalSeconds);
        using var folder = new HubFolder();
        string file = folder.Of("token");
        File.WriteAllText(file, "hf_file\n");
        Assert.Equal("hf_file", Read(("HF_TOKEN_PATH", file)).Token);
        Assert.Equal("hf_file", Read(("HF_HOME", Path.GetDirectoryName(file)!)).Token);
        Assert.Equal("hf_a", Read(("HF_TOKEN_PATH", file), ("HF_TOKEN", "hf_a")).Token);

        static (string, string?, bool, bool) Told(HubEnvironment read) => (read.Endpoint, read.Token, read.IsOffline, read.UsesLinks);
    }

    [Theory]
    [InlineData("HF_ENDPOINT", "http://hub.example")]
    [InlineData("HF_ENDPOINT", "https://user:secret@hub.example")]
    [InlineData("HF_ENDPOINT", "hub")]
    [InlineData("HF_ENDPOINT", "file:///tmp")]
    [InlineData("HF_TOKEN", "sec\nret")]
    [InlineData("HF_TOKEN", "secreté")]
    [InlineData("HF_HUB_DOWNLOAD_TIMEOUT", "soon")]
    public void A_variable_that_cannot_be_used_is_named_without_secrets(string name, string value)
    {
        var fault = Assert.Throws<Cppo.Pipeline.Files.UsageException>(() => Read((name, value)));
        Assert.StartsWith(name, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_on_this_machine_may_be_asked_without_encryption() =>
        Assert.Equal("http://127.0.0.1:8080", Read(("HF_ENDPOINT", "http://127.0.0.1:8080")).Endpoint);

    private static HubEnvironment Read(params (string Name, string Value)[] variables) =>
        HubEnvironment.Read(name => variables.FirstOrDefault(variable => variable.Name == name).Value, "/home/me");
}
