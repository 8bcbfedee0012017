using Cppo.Model.Engine;

namespace Cppo.Model.Tokenizer;

/// <summary>
/// What a byte-level BPE tokenizer is made of: the contents of <c>tokenizer.json</c>, or of <c>vocab.json</c>, <c>merges.txt</c> and
/// the added tokens of <c>tokenizer_config.json</c>.
/// </summary>
public sealed class TokenizerFile
{
    /// <summary>Far beyond any vocabulary; a larger id is a damaged file.</summary>
    private const int MaxId = 1 << 24;

    private TokenizerFile(
        IReadOnlyDictionary<string, int> vocabulary,
        IReadOnlyList<(string Left, string Right)> merges,
        IReadOnlyList<AddedToken> addedTokens,
        TokenizerRules rules
    )
    {
        (Vocabulary, Merges, AddedTokens, Rules) = (vocabulary, merges, addedTokens, rules);
        VocabSize = 1 + vocabulary.Values.Concat(addedTokens.Select(token => token.Id)).Max();
    }

    /// <summary>Token, spelled in the byte alphabet, to id; without the added tokens.</summary>
    public IReadOnlyDictionary<string, int> Vocabulary { get; }

    /// <summary>Pairs of tokens that merge, the first of them first.</summary>
    public IReadOnlyList<(string Left, string Right)> Merges { get; }

    /// <summary>Tokens that are found in the text before any merging.</summary>
    public IReadOnlyList<AddedToken> AddedTokens { get; }

    /// <summary>Pre-tokenizer, normalizer and post-processor.</summary>
    internal TokenizerRules Rules { get; }

    /// <summary>The largest id plus one.</summary>
    public int VocabSize { get; }

    /// <summary>Reads the tokenizer of a Hugging Face model directory.</summary>
    /// <exception cref="ModelFileException">A file is missing, malformed or of a kind of tokenizer that cannot be read.</exception>
    public static TokenizerFile Load(string directory)
    {
        string path = Path.Combine(directory, "tokenizer.json");
        if (File.Exists(path))
        {
            return TokenizerJson.Read(path);
        }

        if (File.Exists(Path.Combine(directory, "vocab.json")) && File.Exists(Path.Combine(directory, "merges.txt")))
        {
            return VocabAndMerges.Read(directory);
        }

        if (File.Exists(Path.Combine(directory, "tokenizer.model")))
        {
            throw new ModelFileException(
                $"{directory} has its tokenizer as tokenizer.model alone (SentencePiece, or Llama 3's original form), which is not read; "
                    + "copy the tokenizer.json of the model in Hugging Face's form there."
            );
        }

        throw new ModelFileException(
            $"{directory} has neither tokenizer.json nor vocab.json with merges.txt; copy the tokenizer files of the model there."
        );
    }

    /// <summary>Takes the contents of a <c>vocab.json</c> and a <c>merges.txt</c> of Qwen2's kind.</summary>
    /// <exception cref="ModelFileException">One of them is missing or malformed, or they do not belong together.</exception>
    public static TokenizerFile FromVocabAndMerges(string vocabPath, string mergesPath, IEnumerable<AddedToken> addedTokens) =>
        Create(
            VocabAndMerges.ReadVocabulary(vocabPath),
            VocabAndMerges.ReadMerges(mergesPath),
            addedTokens,
            TokenizerRules.Qwen2,
            mergesPath
        );

    /// <summary>Checks that the parts belong together.</summary>
    /// <param name="vocabulary">Token to id, with all 256 bytes.</param>
    /// <param name="merges">
    /// Both sides and their union are in the vocabulary. Of a pair that occurs twice the later counts, as in Hugging Face's reader.
    /// </param>
    /// <param name="addedTokens">May repeat tokens of the vocabulary under the same id.</param>
    /// <param name="rules">The rest of the tokenizer; its ids are in the vocabulary.</param>
    /// <param name="source">The file to name in an error.</param>
    internal static TokenizerFile Create(
        IReadOnlyDictionary<string, int> vocabulary,
        IReadOnlyList<(string Left, string Right)> merges,
        IEnumerable<AddedToken> addedTokens,
        TokenizerRules rules,
        string source
    )
    {
        var added = addedTokens.OrderBy(token => token.Id).ToArray();
        CheckIds(vocabulary, added, source);
        foreach (int id in rules.BeginningIds)
        {
            if (!vocabulary.Values.Contains(id) && !added.Any(token => token.Id == id))
            {
                throw Fault(source, $"begins every text with the id {id}, which no token has");
            }
        }

        for (int value = 0; value < 256; value++)
        {
            string letter = ByteAlphabet.CharOf((byte)value).ToString();
            if (!vocabulary.ContainsKey(letter))
            {
                throw Fault(source, $"has no token '{letter}' for byte {value}, so it is not a byte-level vocabulary");
            }
        }

        for (int i = 0; i < merges.Count; i++)
        {
            var (left, right) = merges[i];
            if (!vocabulary.ContainsKey(left) || !vocabulary.ContainsKey(right) || !vocabulary.ContainsKey(left + right))
            {
                throw Fault(source, $"merges '{left}' and '{right}' (merge {i + 1}), and the vocabulary lacks them or their union");
            }
        }

        return new TokenizerFile(vocabulary, LastOfEach(merges), added, rules);
    }

    private static void CheckIds(IReadOnlyDictionary<string, int> vocabulary, AddedToken[] addedTokens, string source)
    {
        var tokenOfId = new Dictionary<int, string>(vocabulary.Count + addedTokens.Length);
        foreach (var (token, id) in vocabulary.Concat(addedTokens.Select(token => KeyValuePair.Create(token.Content, token.Id))))
        {
            if (token.Length == 0)
            {
                throw Fault(source, $"has an empty token (id {id})");
            }

            if (id is < 0 or > MaxId)
            {
                throw Fault(source, $"gives '{token}' the id {id}, which is not between 0 and {MaxId}");
            }

            if (!tokenOfId.TryAdd(id, token) && tokenOfId[id] != token)
            {
                throw Fault(source, $"gives the id {id} to both '{tokenOfId[id]}' and '{token}'");
            }
        }

        foreach (var token in addedTokens)
        {
            if (vocabulary.TryGetValue(token.Content, out int id) && id != token.Id)
            {
                throw Fault(source, $"gives '{token.Content}' the ids {id} and {token.Id}");
            }
        }
    }

    private static IReadOnlyList<(string Left, string Right)> LastOfEach(IReadOnlyList<(string Left, string Right)> merges)
    {
        var seen = new HashSet<(string Left, string Right)>(merges.Count);
        bool repeated = merges.Any(merge => !seen.Add(merge));
        return repeated ? [.. merges.Reverse().Distinct().Reverse()] : merges;
    }

    private static ModelFileException Fault(string source, string problem) =>
        new($"{source} {problem}; copy the model's tokenizer files again.");
}
