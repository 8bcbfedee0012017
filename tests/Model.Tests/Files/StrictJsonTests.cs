using System.Text;
using System.Text.Json;
using Cppo.Model.Files;

namespace Cppo.Model.Tests.Files;

public class StrictJsonTests
{
    [Theory]
    [InlineData("""{ "a": 1, "b": { "a": 2 }, "c": [ { "a": 1 }, { "a": 1 } ] }""")]
    [InlineData("\uFEFF{ \"a\": 1 }")]
    [InlineData("[]")]
    public void Keys_of_different_objects_may_be_the_same(string json)
    {
        using var document = StrictJson.Parse(Encoding.UTF8.GetBytes(json));
        Assert.NotEqual(JsonValueKind.Undefined, document.RootElement.ValueKind);
    }

    [Theory]
    [InlineData("""{ "a": 1, "a": 1 }""", "a", 1)]
    [InlineData("{\n\"b\": [\n{ \"a\": 1,\n\"\\u0061\": 2 } ] }", "a", 4)]
    [InlineData("{ \"\": 1,\n\n\"\": 2, ", "", 3)]
    public void A_key_that_is_stated_twice_is_named_with_its_line(string json, string key, int line)
    {
        var error = Assert.Throws<DuplicateKeyException>(() => StrictJson.Parse(Encoding.UTF8.GetBytes(json)));
        Assert.Equal(key, error.Key);
        Assert.Equal($"it states \"{key}\" twice, the second time in line {line}", FileFault.Malformed(error));
    }

    [Theory]
    [InlineData("{ \"a\": 1, \"a\" 2 }")]
    [InlineData("{ \"a\": ")]
    [InlineData("")]
    public void What_is_no_JSON_is_that(string json) =>
        Assert.ThrowsAny<JsonException>(() => StrictJson.Parse(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void Messages_and_names_are_shortened_in_their_middle()
    {
        Assert.Equal("short", Excerpt.OfMessage("short"));
        string name = Excerpt.OfName($"first{new string('x', 1 << 20)}last");
        Assert.StartsWith("firstx", name, StringComparison.Ordinal);
        Assert.EndsWith("xlast", name, StringComparison.Ordinal);
        Assert.InRange(name.Length, 100, 250);
        string pairs = Excerpt.OfName(string.Concat(Enumerable.Repeat("\U0001F600", 1000)));
        Assert.Equal(pairs, Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(pairs)));
        Assert.Equal(2, Excerpt.OfMessage($"one\n{new string('y', 1 << 20)}").Split('\n').Length);
    }
}
