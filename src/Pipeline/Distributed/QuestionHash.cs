using System.Security.Cryptography;
using System.Text;
using Cppo.Stages;

namespace Cppo.Pipeline.Distributed;

/// <summary>A hash of questions in their order, by which processes see that they have read the same.</summary>
internal static class QuestionHash
{
    /// <summary>SHA-256 of all that a question has but its ordinal, as hexadecimal digits.</summary>
    public static string Of(IEnumerable<Question> questions)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var question in questions)
        {
            Add(hash, question.Id);
            Add(hash, question.Text);
            Add(hash, question.Answer);
            foreach (var turn in question.Earlier)
            {
                Add(hash, turn.Role);
                Add(hash, turn.Content);
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Add(IncrementalHash hash, string text)
    {
        byte[] bytes = Encoding.Unicode.GetBytes(text);
        hash.AppendData(BitConverter.GetBytes(bytes.Length));
        hash.AppendData(bytes);
    }
}
