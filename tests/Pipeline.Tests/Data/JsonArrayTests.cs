using System.Text;
using System.Text.Json.Nodes;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Data;

namespace Cppo.Pipeline.Tests.Data;

/// <summary>Files that are one JSON array are read item by item.</summary>
public sealed class JsonArrayTests : IDisposable
{
    private readonly DatasetFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Items_of_every_size_and_shape_are_found_with_their_lines()
    {
        var random = new Random(7);
        var text = new StringBuilder("\uFEFF \n[");
        long line = 2;
        var expected = new List<(long Line, string Item)>();
        for (int i = 0; i < 3000; i++)
        {
            // Some are larger than the buffer that they are read into.
            var value = i % 1000 == 999 ? JsonValue.Create(new string('[', 700_000)) : Value(random, 40);
            bool isLine = random.Next(3) == 0;
            line += isLine ? 1 : 0;
            expected.Add((line, value.ToJsonString()));
            text.Append(i > 0 ? "," : "").Append(isLine ? "\r\n\t" : " ").Append(expected[^1].Item);
            if (random.Next(3) == 0)
            {
                text.Append('\n');
                line++;
            }
        }

        string path = folder.Write("items.json", text.Append(" ]\n").ToString());
        var found = new List<(long Line, string Item)>();
        await foreach (var (at, item) in JsonArrayItems.ReadAsync(path, default))
        {
            found.Add((at, Encoding.UTF8.GetString(item.Span).TrimEnd()));
        }

        Assert.Equal(expected, found);
    }

    [Fact]
    public async Task A_file_larger_than_any_buffer_takes_no_more_memory_than_an_item()
    {
        string path = folder.PathOf("large.json");
        string row = $$"""{"question": "{{new string('q', 2000)}}", "answer": "1"}""";
        using (var writer = new StreamWriter(path))
        {
            writer.Write('[');
            for (int i = 0; i < 30_000; i++)
            {
                writer.Write(i > 0 ? ",\n" : "");
                writer.Write(row);
            }

            writer.Write(']');
        }

        long before = GC.GetTotalMemory(forceFullCollection: true);
        long most = 0;
        int number = 0;
        await foreach (var item in JsonArrayItems.ReadAsync(path, default))
        {
            number++;
            most = number % 5000 == 0 ? Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before) : most;
        }

        Assert.Equal(30_000, number);
        Assert.InRange(most, 0, 8 << 20);
    }

    [Theory]
    [InlineData("[ {},, {} ]", "x.json, line 1 has nothing between two commas or brackets; each item must be one whole object.")]
    [InlineData("[\n {},\n ]", "x.json, line 3 has nothing between two commas or brackets; each item must be one whole object.")]
    [InlineData("[ {} } ]", "x.json, line 1 has a bracket that nothing opened; each item must be one whole object.")]
    [InlineData("[ {} ]\n{}", "x.json, line 2 goes on after the array; the array must be all of the file.")]
    [InlineData(
        "[ {},\n { \"a\": 1",
        "x.json ends within its array, whose last item begins in line 2; a bracket or a quote is not closed there."
    )]
    [InlineData(
        "[ { \"a\": \"\\\"] }",
        "x.json ends within its array, whose last item begins in line 1; a bracket or a quote is not closed there."
    )]
    [InlineData("[", "x.json ends within its array, whose last item begins in line 1; a bracket or a quote is not closed there.")]
    public async Task What_is_no_array_is_named_with_its_line(string text, string fault)
    {
        string path = folder.Write("x.json", text);
        var error = await Assert.ThrowsAsync<DataException>(async () => await JsonArrayItems.ReadAsync(path, default).CountAsync());
        Assert.Equal(fault, error.Message);
    }

    [Fact]
    public async Task Faults_of_items_are_named_with_item_and_line()
    {
        string path = folder.Write(
            "train.json",
            """
            [ { "question": "a", "answer": 1 },
              { "question": "b", "answer": },
              [ 1 ],
              { "question": "c", "answer": 1, "answer": 2 },
              { "question": "d" },
              {
                "question": "e",
                "answer" 1 } ]
            """
        );
        Assert.Equal(
            [
                "train.json, item 2 (line 2), byte 30: malformed JSON; each item must be one whole object.",
                "train.json, item 3 (line 3) is a JSON Array; each item must be an object.",
                "train.json, item 4 (line 4) states \"answer\" twice; remove one of them.",
                "train.json, item 5 (line 5) has no column \"answer\"; it has question.",
                "train.json, item 6 (line 6) at line 8, byte 14: malformed JSON; each item must be one whole object.",
            ],
            (await DatasetFolder.FaultOfAsync(path)).Split(Environment.NewLine)
        );
    }

    [Fact]
    public async Task Json_lines_under_the_name_of_an_array_are_read_too()
    {
        string path = folder.Write("train.json", "\n{\"question\": \"a\", \"answer\": 1}\n{\"question\": \"b\", \"answer\": 2}\n");
        Assert.Equal(["a", "b"], (await DatasetFolder.ReadAsync(path)).Select(question => question.Text));
        var named = new DatasetConfig { Path = folder.Write("rows.txt", "[{\"question\": \"c\", \"answer\": 3}]"), Format = "json" };
        Assert.Equal("c", Assert.Single(await QuestionReader.ReadAsync(named, default)).Text);
        Assert.Equal(
            "whole.json, line 1 begins something that goes on over several lines; write an array [ { ... }, ... ] of rows, or one object "
                + "a line.",
            await DatasetFolder.FaultOfAsync(folder.Write("whole.json", "{ \"data\":\n [ { \"question\": \"a\" } ] }"))
        );
        Assert.Contains("is empty", await DatasetFolder.FaultOfAsync(folder.Write("none.json", " [ ] ")), StringComparison.Ordinal);
        Assert.Contains("is empty", await DatasetFolder.FaultOfAsync(folder.Write("nothing.json", "")), StringComparison.Ordinal);
    }

    private static JsonNode Value(Random random, int size) =>
        random.Next(size > 1 ? 5 : 3) switch
        {
            0 => JsonValue.Create(random.Next(1000)),
            1 => JsonValue.Create(random.Next(2) == 0),
            2 => JsonValue.Create(new string([.. Enumerable.Range(0, size).Select(_ => "ab\\\"[]{},é\n"[random.Next(11)])])),
            3 => new JsonArray([.. Enumerable.Range(0, random.Next(4)).Select(_ => Value(random, size / 4))]),
            _ => new JsonObject(
                Enumerable.Range(0, random.Next(1, 4)).Select(i => KeyValuePair.Create($"k{i}\"]", (JsonNode?)Value(random, size / 4)))
            ),
        };
}
