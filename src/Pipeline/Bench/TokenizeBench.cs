using System.Globalization;
using System.Text.Json.Nodes;
using Cppo.Model.Tokenizer;

namespace Cppo.Pipeline.Bench;

/// <summary>How fast texts become token ids and ids texts, on one thread.</summary>
/// <param name="Texts">How many.</param>
/// <param name="Bytes">UTF-8 bytes of all.</param>
/// <param name="Tokens">Tokens of all.</param>
/// <param name="EncodeSeconds">Median time to encode all.</param>
/// <param name="DecodeSeconds">Median time to decode all.</param>
internal sealed record TokenizeBench(int Texts, long Bytes, long Tokens, double EncodeSeconds, double DecodeSeconds)
{
    /// <summary>Measures; text by text, as the pipeline calls the tokenizer.</summary>
    public static TokenizeBench Run(ITokenizer tokenizer, IReadOnlyList<string> texts, int repeat, CancellationToken stop)
    {
        int[][] ids = [.. texts.Select(tokenizer.Encode)];
        double encode = BenchClock.MedianSeconds(() => Each(texts, text => tokenizer.Encode(text).Length), repeat, stop);
        double decode = BenchClock.MedianSeconds(() => Each(ids, row => tokenizer.Decode(row).Length), repeat, stop);
        return new TokenizeBench(
            texts.Count,
            texts.Sum(text => (long)System.Text.Encoding.UTF8.GetByteCount(text)),
            ids.Sum(row => (long)row.Length),
            encode,
            decode
        );
    }

    /// <summary>One line for people.</summary>
    public string Describe() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Texts} texts, {Tokens} tokens: encode {Tokens / EncodeSeconds:0} tokens/s ({Bytes / EncodeSeconds / 1e6:0.0} MB/s), decode "
                + $"{Tokens / DecodeSeconds:0} tokens/s"
        );

    /// <summary>One JSON object in one line.</summary>
    public string ToJson() =>
        new JsonObject
        {
            ["texts"] = Texts,
            ["bytes"] = Bytes,
            ["tokens"] = Tokens,
            ["encode_tokens_per_second"] = (long)(Tokens / EncodeSeconds),
            ["decode_tokens_per_second"] = (long)(Tokens / DecodeSeconds),
        }.ToJsonString();

    private static void Each<T>(IReadOnlyList<T> items, Func<T, int> work)
    {
        long total = 0;
        foreach (var item in items)
        {
            total += work(item);
        }

        if (total < 0)
        {
            throw new InvalidOperationException("Lengths cannot be negative.");
        }
    }
}
