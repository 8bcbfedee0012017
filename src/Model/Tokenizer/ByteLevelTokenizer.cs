using System.Text;
using Cppo.Model.Engine;
using Microsoft.ML.Tokenizers;

namespace Cppo.Model.Tokenizer;

/// <summary>
/// Byte-level BPE as GPT-2, SmolLM2, Llama 3 and all Qwen models have it: the same ids as Hugging Face's for every text, and the same
/// text for any ids. Thread-safe.
/// </summary>
/// <remarks>
/// Encoding finds the added tokens, brings the text between them to Unicode form C where the file says so, and cuts it into pieces as
/// the file's pre-tokenizer does; the package's BPE merges the bytes of each piece.
/// </remarks>
public sealed class ByteLevelTokenizer : ITokenizer
{
    /// <summary>Ends a text in GPT-2's vocabulary and those that follow it.</summary>
    public const string EndOfTextToken = "<|endoftext|>";

    private readonly BpeTokenizer bpe;
    private readonly TokenizerRules rules;
    private readonly PiecePreTokenizer preTokenizer;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> idOfPiece;
    private readonly AddedTokenSplitter original;
    private readonly AddedTokenSplitter normalized;
    private readonly byte[]?[] bytesOfId;
    private readonly HashSet<int> specialIds;
    private readonly int embeddingRows;
    private readonly string? directory;
    private readonly Lazy<IChatTemplate> chatTemplate;
    private readonly Lazy<IReadOnlyList<int>> stopTokenIds;

    private ByteLevelTokenizer(TokenizerFile file, string? directory, string chat, int embeddingRows)
    {
        (File, rules, this.directory, this.embeddingRows) = (file, file.Rules, directory, embeddingRows);
        preTokenizer = new PiecePreTokenizer(rules.Cutters);
        bpe = BpeTokenizer.Create(
            new BpeOptions(file.Vocabulary)
            {
                Merges = file.Merges.Select(merge => $"{merge.Left} {merge.Right}"),
                PreTokenizer = preTokenizer,
                ByteLevel = true,
            }
        );
        idOfPiece = new Dictionary<string, int>(rules.IgnoresMerges ? file.Vocabulary : [], StringComparer.Ordinal).GetAlternateLookup<
            ReadOnlySpan<char>
        >();
        original = new AddedTokenSplitter(file.AddedTokens.Where(token => !token.Normalized));
        normalized = new AddedTokenSplitter(file.AddedTokens.Where(token => token.Normalized));
        specialIds = [.. file.AddedTokens.Where(token => token.Special).Select(token => token.Id)];
        bytesOfId = BytesOfIds(file);
        chatTemplate = new(() => directory is null ? ChatMlTemplate.Qwen25 : ChatTemplates.Load(chat, directory, IdOf));
        stopTokenIds = new(() => EndTokens.ReadStops(directory, IdOf) is { Length: > 0 } ids ? ids : StopsOfChat());
        BeginOfText = EndTokens.ReadBegin(directory, IdOf) ?? (rules.BeginningIds is [var first, ..] ? first : IdOf(EndOfTextToken));
    }

    /// <summary>
    /// The ids that end a completion: the eos_token_id of generation_config.json, else of config.json, else the eos_token of
    /// tokenizer_config.json, else the end of a message of the chat template and <see cref="EndOfTextToken"/>.
    /// </summary>
    public IReadOnlyList<int> StopTokenIds => stopTokenIds.Value;

    /// <summary>
    /// The bos_token_id of config.json, else the bos_token of tokenizer_config.json, else what the tokenizer puts before a text, else
    /// <see cref="EndOfTextToken"/>; null where there is none of them.
    /// </summary>
    public int? BeginOfText { get; }

    /// <summary>The id that fills up batches, the pad_token of tokenizer_config.json; null where it names none.</summary>
    /// <exception cref="ModelFileException">It names one that the vocabulary lacks.</exception>
    public int? PadTokenId => EndTokens.ReadPad(directory, IdOf);

    /// <inheritdoc/>
    public IReadOnlyList<int> BeginningIds => rules.BeginningIds;

    /// <inheritdoc/>
    public int VocabSize => File.VocabSize;

    /// <inheritdoc/>
    /// <remarks>Read at the first use: what needs no chat runs with a template that is not known.</remarks>
    public IChatTemplate ChatTemplate => chatTemplate.Value;

    /// <summary>What the tokenizer is made of.</summary>
    public TokenizerFile File { get; }

    /// <summary>Loads the tokenizer, chat template and stop tokens of a Hugging Face model directory.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="embeddingRows">
    /// Ids below it that no token has decode to nothing, because a model can draw them; 0 takes it from the directory's <c>config.json</c>.
    /// </param>
    /// <param name="chat">A name of <see cref="ChatTemplates"/>; auto: the directory's own template.</param>
    /// <exception cref="ModelFileException">A file is missing, malformed or of another kind; the message says what to do.</exception>
    public static ByteLevelTokenizer Load(string directory, int embeddingRows = 0, string chat = ChatTemplates.Auto)
    {
        if (!Directory.Exists(directory))
        {
            throw new ModelFileException(
                $"The model directory {directory} does not exist; give the path of a Hugging Face model directory."
            );
        }

        string config = Path.Combine(directory, "config.json");
        return new ByteLevelTokenizer(
            TokenizerFile.Load(directory),
            directory,
            chat,
            embeddingRows > 0 ? embeddingRows : JsonFile.ReadIfPresent(config, 0, ReadEmbeddingRows)
        );
    }

    /// <summary>Makes a tokenizer of its parts, with Qwen2.5's chat template.</summary>
    public static ByteLevelTokenizer Create(TokenizerFile file) => new(file, directory: null, ChatTemplates.Auto, embeddingRows: 0);

    /// <inheritdoc/>
    public int? IdOf(string token) =>
        File.AddedTokens.FirstOrDefault(added => added.Content == token)?.Id
        ?? (File.Vocabulary.TryGetValue(token, out int id) ? id : null);

    /// <inheritdoc/>
    public int[] Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var ids = new List<int>((text.Length / 3) + 1);
        foreach (var (segment, token) in original.Split(text))
        {
            if (token is not null)
            {
                ids.Add(token.Id);
            }
            else
            {
                EncodeSegment(rules.UsesNfc ? Nfc.Normalize(segment) : Nfc.WellFormed(segment), ids);
            }
        }

        return [.. ids];
    }

    /// <inheritdoc/>
    public int[] EncodePrompt(string text) => [.. BeginningIds, .. Encode(text)];

    /// <summary>
    /// The text of ids. Bytes that are not UTF-8 become U+FFFD, one for each maximal part of a character, so a prefix of a completion
    /// can be decoded at any time. An id that only the model's embedding has, beyond the vocabulary, has no text.
    /// </summary>
    /// <param name="ids">Shape [T].</param>
    /// <param name="skipSpecialTokens">Whether tokens such as <c>&lt;|im_end|&gt;</c> are left out.</param>
    /// <exception cref="ArgumentOutOfRangeException">An id is negative, or neither in the vocabulary nor in the embedding.</exception>
    public string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens = true)
    {
        using var bytes = new MemoryStream(ids.Length * 4);
        foreach (int id in ids)
        {
            if (id < 0 || id >= Math.Max(VocabSize, embeddingRows))
            {
                throw new ArgumentOutOfRangeException(
                    nameof(ids),
                    $"The token id {id} is not in the vocabulary of {Math.Max(VocabSize, embeddingRows)}: were the ids made with another "
                        + "tokenizer?"
                );
            }

            if (id < VocabSize && bytesOfId[id] is { } token && !(skipSpecialTokens && specialIds.Contains(id)))
            {
                bytes.Write(token);
            }
        }

        return Encoding.UTF8.GetString(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
    }

    private void EncodeSegment(string text, List<int> ids)
    {
        foreach (var (segment, token) in normalized.Split(text))
        {
            if (token is not null)
            {
                ids.Add(token.Id);
            }
            else if (rules.IgnoresMerges)
            {
                EncodePieces(segment, ids);
            }
            else
            {
                ids.AddRange(bpe.EncodeToIds(segment));
            }
        }
    }

    /// <summary>Takes a piece that is a token as a whole for that token; the others are merged.</summary>
    private void EncodePieces(string segment, List<int> ids)
    {
        foreach (var (offset, length) in preTokenizer.PreTokenize(segment))
        {
            var piece = segment.AsSpan(offset, length);
            if (idOfPiece.TryGetValue(ByteAlphabet.Spell(piece), out int id))
            {
                ids.Add(id);
            }
            else
            {
                ids.AddRange(bpe.EncodeToIds(piece, considerPreTokenization: false));
            }
        }
    }

    private int[] StopsOfChat() => [.. new[] { IdOf(ChatTemplate.EndOfMessage), IdOf(EndOfTextToken) }.OfType<int>()];

    private static byte[]?[] BytesOfIds(TokenizerFile file)
    {
        byte[]?[] bytes = new byte[]?[file.VocabSize];
        foreach (var (token, id) in file.Vocabulary)
        {
            bytes[id] = ByteAlphabet.BytesOf(token);
        }

        foreach (var token in file.AddedTokens)
        {
            bytes[token.Id] = ByteAlphabet.BytesOf(token.Content);
        }

        return bytes;
    }

    private static int ReadEmbeddingRows(JsonFile file) =>
        JsonFile.Find(file.Root, "vocab_size") is { } size ? file.Count(size, "vocab_size") : 0;
}
