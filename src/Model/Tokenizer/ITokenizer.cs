namespace Cppo.Model.Tokenizer;

/// <summary>Text to token ids and back, as the model was trained with. Thread-safe.</summary>
public interface ITokenizer
{
    /// <summary>The largest id of a token plus one; the model's embedding may have more rows.</summary>
    int VocabSize { get; }

    /// <summary>The ids that end a completion; at least one.</summary>
    /// <exception cref="Engine.ModelFileException">The model's files name none, and it has no chat template that is known.</exception>
    IReadOnlyList<int> StopTokenIds { get; }

    /// <summary>The id that the model's configuration calls the beginning of a text; null where it names none.</summary>
    int? BeginOfText { get; }

    /// <summary>The ids that a text has before its first, where no chat template states them; mostly none, Llama 3's one.</summary>
    IReadOnlyList<int> BeginningIds { get; }

    /// <summary>How the model's chat messages are written.</summary>
    /// <exception cref="Engine.ModelFileException">The model has none that is known, and none was chosen.</exception>
    IChatTemplate ChatTemplate { get; }

    /// <summary>The id of a token as the tokenizer's file spells it; null where there is none.</summary>
    int? IdOf(string token);

    /// <summary>
    /// The ids of a text as it is, e.g. of a rendered chat. Added tokens in it, special ones too, become their ids. A surrogate without
    /// partner counts as U+FFFD.
    /// </summary>
    int[] Encode(string text);

    /// <summary>The text of ids [T]. Bytes that are not UTF-8 become U+FFFD; an id that the embedding alone has, has no text.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An id is negative, or neither in the vocabulary nor in the embedding.</exception>
    string Decode(ReadOnlySpan<int> ids, bool skipSpecialTokens = true);

    /// <summary>
    /// The ids of a prompt without chat template: <see cref="BeginningIds"/>, then the text's; transformers'
    /// <c>add_special_tokens=True</c>.
    /// </summary>
    int[] EncodePrompt(string text);
}
