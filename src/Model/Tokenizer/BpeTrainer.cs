using System.Text;

namespace Cppo.Model.Tokenizer;

/// <summary>
/// Trains a byte-level BPE with Qwen2's pieces: starting from the 256 bytes, the most frequent pair of neighbours within a piece
/// becomes a token, until the vocabulary has its size. Deterministic: of equally frequent pairs the one with the lowest ids merges.
/// </summary>
public sealed class BpeTrainer
{
    private static readonly string[] SpecialTokens = [ByteLevelTokenizer.EndOfTextToken, ChatMlTemplate.ImStart, ChatMlTemplate.ImEnd];

    private readonly List<Piece> pieces;
    private readonly Dictionary<(int Left, int Right), long> counts = [];
    private readonly Dictionary<(int Left, int Right), HashSet<int>> piecesOfPair = [];
    private readonly PriorityQueue<(int Left, int Right), (long MinusCount, int Left, int Right)> queue = new();
    private readonly List<string> tokens = [.. ByteAlphabet.InVocabularyOrder().Select(value => ByteAlphabet.CharOf(value).ToString())];
    private readonly Dictionary<string, int> idOfToken;
    private readonly List<(string Left, string Right)> merges = [];
    private readonly HashSet<(int Left, int Right)> mergedPairs = [];

    private BpeTrainer(IEnumerable<string> texts)
    {
        idOfToken = tokens.Select((token, id) => (token, id)).ToDictionary(pair => pair.token, pair => pair.id);
        pieces = CountPieces(texts);
        for (int i = 0; i < pieces.Count; i++)
        {
            AddPairs(i);
        }

        foreach (var pair in counts.Keys)
        {
            Enqueue(pair);
        }
    }

    /// <summary>The smallest vocabulary: the bytes and the special tokens.</summary>
    public static int MinVocabSize => 256 + SpecialTokens.Length;

    /// <summary>
    /// Trains on texts. Ids: 0..255 the bytes as in Qwen2, then the merged tokens in order, then &lt;|endoftext|>, &lt;|im_start|> and
    /// &lt;|im_end|>, which the texts may contain.
    /// </summary>
    /// <param name="texts">The corpus.</param>
    /// <param name="vocabSize">The size of the vocabulary, special tokens included; at least <see cref="MinVocabSize"/>.</param>
    /// <exception cref="ArgumentException">The size is too small, or the texts are too few for it.</exception>
    public static TokenizerFile Train(IEnumerable<string> texts, int vocabSize)
    {
        ArgumentNullException.ThrowIfNull(texts);
        if (vocabSize < MinVocabSize)
        {
            throw new ArgumentException(
                $"A vocabulary of {vocabSize} is too small: 256 bytes and {SpecialTokens.Length} special tokens need {MinVocabSize}.",
                nameof(vocabSize)
            );
        }

        var trainer = new BpeTrainer(texts);
        trainer.MergeUntil(vocabSize - SpecialTokens.Length);
        var special = SpecialTokens.Select((content, index) => new AddedToken(trainer.tokens.Count + index, content));
        return TokenizerFile.Create(trainer.idOfToken, trainer.merges, special, TokenizerRules.Qwen2, "the trained tokenizer");
    }

    /// <summary>The distinct pieces of the texts, as bytes' ids, in a fixed order.</summary>
    private List<Piece> CountPieces(IEnumerable<string> texts)
    {
        var splitter = new AddedTokenSplitter(SpecialTokens.Select((content, id) => new AddedToken(id, content)));
        var preTokenizer = new PiecePreTokenizer(TokenizerRules.Qwen2.Cutters);
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var segment in texts.SelectMany(splitter.Split).Where(segment => segment.Token is null))
        {
            string text = Nfc.Normalize(segment.Text);
            foreach (var (offset, length) in preTokenizer.PreTokenize(text))
            {
                string piece = text.Substring(offset, length);
                counts[piece] = counts.GetValueOrDefault(piece) + 1;
            }
        }

        return [.. counts.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => new Piece(IdsOf(pair.Key), pair.Value))];
    }

    private List<int> IdsOf(string piece) =>
        [.. Encoding.UTF8.GetBytes(piece).Select(value => idOfToken[ByteAlphabet.CharOf(value).ToString()])];

    private void MergeUntil(int numTokens)
    {
        while (tokens.Count < numTokens)
        {
            if (NextPair() is not var (left, right))
            {
                int limit = tokens.Count + SpecialTokens.Length;
                throw new ArgumentException(
                    $"The texts give a vocabulary of {limit} tokens at most; give more text or ask for a smaller one."
                );
            }

            string union = tokens[left] + tokens[right];
            if (mergedPairs.Add((left, right)))
            {
                merges.Add((tokens[left], tokens[right]));
            }

            if (!idOfToken.TryGetValue(union, out int merged))
            {
                // Another pair may have made the same token before.
                merged = tokens.Count;
                tokens.Add(union);
                idOfToken.Add(union, merged);
            }

            Merge(left, right, merged);
        }
    }

    /// <summary>The most frequent pair; null where no piece has two tokens left.</summary>
    private (int Left, int Right)? NextPair()
    {
        while (queue.TryDequeue(out var pair, out var priority))
        {
            // An entry whose count has changed since is out of date; the change has made its own.
            if (counts.GetValueOrDefault(pair) == -priority.MinusCount)
            {
                return pair;
            }
        }

        return null;
    }

    private void Merge(int left, int right, int merged)
    {
        var changed = new HashSet<(int Left, int Right)>();
        foreach (int index in piecesOfPair[(left, right)].ToArray())
        {
            RemovePairs(index, changed);
            var ids = pieces[index].Ids;
            int kept = 0;
            for (int i = 0; i < ids.Count; i++)
            {
                bool merges = i + 1 < ids.Count && ids[i] == left && ids[i + 1] == right;
                ids[kept++] = merges ? merged : ids[i];
                i += merges ? 1 : 0;
            }

            ids.RemoveRange(kept, ids.Count - kept);
            changed.UnionWith(AddPairs(index));
        }

        foreach (var pair in changed)
        {
            Enqueue(pair);
        }
    }

    private List<(int Left, int Right)> AddPairs(int index)
    {
        var pairs = pieces[index].Pairs();
        foreach (var pair in pairs)
        {
            counts[pair] = counts.GetValueOrDefault(pair) + pieces[index].Count;
            if (!piecesOfPair.TryGetValue(pair, out var indices))
            {
                piecesOfPair[pair] = indices = [];
            }

            indices.Add(index);
        }

        return pairs;
    }

    private void RemovePairs(int index, HashSet<(int Left, int Right)> changed)
    {
        foreach (var pair in pieces[index].Pairs())
        {
            counts[pair] -= pieces[index].Count;
            piecesOfPair[pair].Remove(index);
            changed.Add(pair);
        }
    }

    private void Enqueue((int Left, int Right) pair)
    {
        if (counts[pair] > 0)
        {
            queue.Enqueue(pair, (-counts[pair], pair.Left, pair.Right));
        }
    }

    private sealed record Piece(List<int> Ids, long Count)
    {
        public List<(int Left, int Right)> Pairs()
        {
            var pairs = new List<(int Left, int Right)>(Ids.Count);
            for (int i = 0; i + 1 < Ids.Count; i++)
            {
                pairs.Add((Ids[i], Ids[i + 1]));
            }

            return pairs;
        }
    }
}
