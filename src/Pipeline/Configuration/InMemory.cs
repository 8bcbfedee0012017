using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Cppo.Stages;

namespace Cppo.Pipeline.Configuration;

/// <summary>
/// What stands in a configuration where a path does, of questions and rewards that the program which runs the pipeline holds in memory. It
/// names no file, and whoever is not that program is refused with it.
/// </summary>
internal static class InMemory
{
    /// <summary>In the place of a reward's assembly.</summary>
    public const string Reward = Begin + ")";

    private const string Begin = "(in memory";
    private const int DigestBytes = 8;

    /// <summary>Whether a path is none, but says that what it stands for was in memory.</summary>
    public static bool IsIn(string path) => path.StartsWith(Begin, StringComparison.Ordinal);

    /// <summary>In the place of a dataset's path; it differs where a question, its answer, its id or their order does.</summary>
    public static string DatasetOf(IReadOnlyCollection<Question> questions)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[sizeof(int)];
        foreach (string text in questions.SelectMany(question => new[] { question.Id, question.Text, question.Answer }))
        {
            byte[] bytes = Encoding.UTF8.GetBytes(text);
            BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
            hash.AppendData(length);
            hash.AppendData(bytes);
        }

        string digest = Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, DigestBytes));
        string count = string.Create(
            CultureInfo.InvariantCulture,
            $"{questions.Count} {(questions.Count == 1 ? "question" : "questions")}"
        );
        return $"{Begin}, {count}, {digest})";
    }

    /// <summary>The sentence for who looks for the file of such a dataset.</summary>
    public static string NoDataset(string place) =>
        $"{place} is no file: the program that began the run held the questions, and it alone can go on with them; else name a file.";
}
