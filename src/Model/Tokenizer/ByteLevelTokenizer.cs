using System.Text;
using Cppo.Model.Engine;
using Microsoft.ML.Tokenizers;

namespace Cppo.Model.Tokenizer;

/// <summary>
/// Qwen2's tokenizer: the same ids as Hugging Face's for every text, and the same text for any ids. Thread-safe.
/// </summary>
/// <remarks>
/// Encoding finds the added tokens, brings the text between them to Unicode form C and cuts it into pieces; the package's BPE merges
/// the bytes of each piece. No token is added at the beginning or end.
/// </remarks>
public sealed class ByteLevelTokenizer : ITokenizer
{
    /// <summary>Separates documents, pads, and ends the completions of base models.</summary>
    public const string EndOfTextToken = "<|endoftext|>";

    /// <summary>Opens a chat message.</summary>
    public const string ImStartToken = "<|im_start|>";

    /// <summary>Closes a chat message.</summary>
    public const string ImEndToken = "<|im_end|>";

    private readonly BpeTokenizer _bpe;
    private readonly bool _usesNfc;
    private readonly AddedTokenSplitter _original;
    private readonly AddedTokenSplitter _normalized;
    private readonly byte[]?[] _bytesOfId;
    private readonly HashSet<int> _specialIds;
    private readonly int _embeddingRows;

    private ByteLevelTokenizer(TokenizerFile file, ChatTemplate chatTemplate, Func<Func<string, int?>, int[]> stopTokenIds, int embeddingRows)
    {
        File = file;
        ChatTemplate = chatTemplate;
        _usesNfc = file.UsesNfc;
        _embeddingRows = embeddingRows;
        _bpe = BpeTokenizer.Create(new BpeOptions(file.Vocabulary)
        {
            Merges = file.Merges.Select(merge => $"{merge.Left} {merge.Right}"),
            PreTokenizer = new Qwen2PreTokenizer(),
            ByteLevel = true,
        });
        _original = new AddedTokenSplitter(file.AddedTokens.Where(token => !token.Normalized));
        _normalized = new AddedTokenSplitter(file.AddedTokens.Where(token => token.Normalized));
        _specialIds = [.. file.AddedTokens.Where(token => token.Special).Select(token => token.Id)];
        _bytesOfId = new byte[]?[file.VocabSize];
        foreach (var (token, id) in file.Vocabulary)
            _bytesOfId[id] = ByteAlphabet.BytesOf(token);
        foreach (var token in file.AddedTokens)
            _bytesOfId[token.Id] = ByteAlphabet.BytesOf(token.Content);
        (EndOfText, ImStart, ImEnd) = (RequireId(EndOfTextToken), RequireId(ImStartToken), RequireId(ImEndToken));
        StopTokenIds = stopTokenIds(IdOf) is { Length: > 0 } ids ? ids : [ImEnd, EndOfText];
    }

    /// <summary>The id of <see cref="EndOfTextToken"/>.</summary>
    public int EndOfText { get; }

    /// <summary>The id of <see cref="ImStartToken"/>.</summary>
    public int ImStart { get; }

    /// <summary>The id of <see cref="ImEndToken"/>.</summary>
    public int ImEnd { get; }

    /// <summary>
    /// The ids that end a completion: the eos_token_id of generation_config.json, else of config.json, else the eos_token of
    /// tokenizer_config.json, else <see cref="ImEnd"/> and <see cref="EndOfText"/>.
    /// </summary>
    public IReadOnlyList<int> StopTokenIds { get; }

    /// <summary>The largest id of a token plus one; the model's embedding may have more rows.</summary>
    public int VocabSize => File.VocabSize;

    /// <summary>How the model's chat messages are written.</summary>
    public IChatTemplate ChatTemplate { get; }

    /// <summary>What the tokenizer is made of.</summary>
    public TokenizerFile File { get; }

    /// <summary>Loads the tokenizer, chat template and stop tokens of a Hugging Face model directory.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="embeddingRows">
    /// Ids below it that no token has decode to nothing, because a model can draw them; 0 takes it from the directory's <c>config.json</c>.
    /// </param>
    /// <exception cref="ModelFileException">A file is missing, malformed or not Qwen2's; the message names it and the remedy.</exception>
    public static ByteLevelTokenizer Load(string directory, int embeddingRows = 0)
    {
        if (!Directory.Exists(directory))
            throw new ModelFileException($"The model directory {directory} does not exist; give the path of a Hugging Face model directory.");
        return new ByteLevelTokenizer(
            TokenizerFile.Load(directory),
            Tokenizer.ChatTemplate.Load(directory),
            idOf => StopTokens.Read(directory, idOf),
            embeddingRows > 0 ? embeddingRows : JsonFile.ReadIfPresent(Path.Combine(directory, "config.json"), 0, ReadEmbeddingRows));
    }

    /// <summary>Makes a tokenizer of its parts, with Qwen's chat template.</summary>
    public static ByteLevelTokenizer Create(TokenizerFile file) => new(file, Tokenizer.ChatTemplate.Qwen, _ => [], embeddingRows: 0);

    /// <summary>The id of a token as <c>tokenizer.json</c> spells it; null where there is none.</summary>
    public int? IdOf(string token) =>
        File.AddedTokens.FirstOrDefault(added => added.Content == token)?.Id
        ?? (File.Vocabulary.TryGetValue(token, out var id) ? id : null);

    /// <summary>
    /// The ids of a text. Added tokens in it, special ones too, become their ids. A surrogate without partner counts as U+FFFD.
    /// </summary>
    public int[] Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var ids = new List<int>(text.Length / 3 + 1);
        foreach (var (segment, token) in _original.Split(text))
        {
            if (token is not null)
                ids.Add(token.Id);
            else
                EncodeSegment(_usesNfc ? Nfc.Normalize(segment) : Nfc.WellFormed(segment), ids);
        }
        return [.. ids];
    }

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
        foreach (var id in ids)
        {
            if (id < 0 || id >= Math.Max(VocabSize, _embeddingRows))
            {
                throw new ArgumentOutOfRangeException(
                    nameof(ids),
                    $"The token id {id} is not in the vocabulary of {Math.Max(VocabSize, _embeddingRows)}: were the ids made with another tokenizer?");
            }
            if (id < VocabSize && _bytesOfId[id] is { } token && !(skipSpecialTokens && _specialIds.Contains(id)))
                bytes.Write(token);
        }
        return Encoding.UTF8.GetString(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
    }

    private void EncodeSegment(string text, List<int> ids)
    {
        foreach (var (segment, token) in _normalized.Split(text))
        {
            if (token is not null)
                ids.Add(token.Id);
            else
                ids.AddRange(_bpe.EncodeToIds(segment));
        }
    }

    private static int ReadEmbeddingRows(JsonFile file) =>
        JsonFile.Find(file.Root, "vocab_size") is { } size ? file.Count(size, "vocab_size") : 0;

    private int RequireId(string token) =>
        IdOf(token) ?? throw new ModelFileException($"The tokenizer has no token {token}; use the tokenizer files of a Qwen2 model.");
}
