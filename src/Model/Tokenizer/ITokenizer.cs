namespace Cppo.Model.Tokenizer;

/// <summary>Text to token ids and back, as the model was trained with. Thread-safe.</summary>
public interface ITokenizer
{
    /// <summary>The largest id of a token plus one; the model's embedding may have more rows.</summary>
    int VocabSize { get; }

    /// <summary>The ids that end a completion; at least one.</summary>
    IReadOnlyList<int> StopTokenIds { get; }

    /// <summary>The id that separates documents and pads; as configurations of published models name it, it begins a text, too.</summary>
    int EndOfText { get; }

    /// <summary>How the model's chat messages are written.</summary>
    IChatTemplate ChatTemplate { get; }

    /// <summary>The id of a token as the tokenizer's file spells it; null where there is none.</summary>
    int? IdOf(string token);

    /// <summary>The ids of a text. Added tokens in it, special ones too, become their ids. A surrogate without partner counts as U+FFFD.</summary>
    int[] Encode(string text);

    /// <summary>The text of ids [T]. Bytes that are not UTF-8 become U+FFFD; an id that only the model's embedding has, has no text.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An id is negative, or neither in the vocabulary nor in the embedding.</exception>
    string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens = true);
}
