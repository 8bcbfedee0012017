using Cppo.Model.Engine;
using Cppo.Model.Tokenizer;

namespace Cppo.Model.Gguf;

/// <summary>
/// A tokenizer as llama.cpp reads it: its kind of byte-level BPE, the tokens by id, which of them are control tokens, and the merges. What
/// llama.cpp would cut into other tokens is refused.
/// </summary>
internal static class GgufTokenizer
{
    private const int Normal = 1;
    private const int Control = 3;
    private const int UserDefined = 4;
    private const int Unused = 5;

    /// <summary>Adds the keys <c>tokenizer.ggml.*</c>.</summary>
    /// <param name="metadata">Takes them.</param>
    /// <param name="tokenizer">As it was loaded.</param>
    /// <param name="directory">Its own, which messages name.</param>
    /// <param name="embeddingRows">Tokens of the model; ids that the tokenizer lacks become tokens that no text has.</param>
    /// <exception cref="ModelFileException">llama.cpp has no tokenizer that cuts so, or the model has fewer rows.</exception>
    internal static void AddTo(GgufMetadata metadata, ByteLevelTokenizer tokenizer, string directory, int embeddingRows)
    {
        var file = tokenizer.File;
        if (tokenizer.VocabSize > embeddingRows)
        {
            throw new ModelFileException(
                $"The tokenizer in {directory} has {tokenizer.VocabSize} tokens, the model only {embeddingRows}; they belong to different "
                    + "models."
            );
        }

        var (tokens, types) = Tokens(file, embeddingRows);
        metadata.Add("tokenizer.ggml.model", "gpt2");
        metadata.Add("tokenizer.ggml.pre", PreTokenizerOf(file.Rules, directory));
        metadata.Add("tokenizer.ggml.tokens", tokens);
        metadata.Add("tokenizer.ggml.token_type", types);
        metadata.Add("tokenizer.ggml.merges", [.. file.Merges.Select(merge => $"{merge.Left} {merge.Right}")]);
        AddEnds(metadata, tokenizer, directory);
    }

    /// <summary>llama.cpp's name of the pre-tokenizer, which also decides whether a piece that is a token is merged.</summary>
    /// <exception cref="ModelFileException">It has none that cuts so.</exception>
    internal static string PreTokenizerOf(TokenizerRules rules, string directory) =>
        (rules.Cutters, rules.IgnoresMerges) switch
        {
            ([Cl100kCutter cutter], false) when cutter == Cl100kCutter.Qwen2 => "qwen2",
            ([Cl100kCutter cutter], true) when cutter == Cl100kCutter.Llama3 => "llama-bpe",
            ([Cl100kCutter cutter], false) when cutter == Cl100kCutter.Llama3 => "dbrx",
            ([DigitCutter, Gpt2Cutter], false) => "smollm",
            ([Gpt2Cutter], false) => "gpt-2",
            _ => throw new ModelFileException(
                $"The tokenizer in {directory} cuts texts as none of llama.cpp's does (it has those of Qwen2, Llama 3, SmolLM and GPT-2), "
                    + "so that other tokens would come of a text; run the model as a Hugging Face directory (--format hf)."
            ),
        };

    private static (string[] Tokens, int[] Types) Tokens(TokenizerFile file, int embeddingRows)
    {
        string?[] tokens = new string?[embeddingRows];
        int[] types = new int[embeddingRows];
        foreach (var (token, id) in file.Vocabulary)
        {
            (tokens[id], types[id]) = (token, Normal);
        }

        foreach (var token in file.AddedTokens)
        {
            (tokens[token.Id], types[token.Id]) = (token.Content, token.Special ? Control : UserDefined);
        }

        var known = tokens.OfType<string>().ToHashSet(StringComparer.Ordinal);
        for (int id = 0; id < tokens.Length; id++)
        {
            if (tokens[id] is not null)
            {
                continue;
            }

            string filler = $"[PAD{id}]";
            while (!known.Add(filler))
            {
                filler += "_";
            }

            (tokens[id], types[id]) = (filler, Unused);
        }

        return ([.. tokens.OfType<string>()], types);
    }

    /// <summary>
    /// Where a text begins and a completion ends. llama.cpp has three ids that may end one; <c>&lt;|endoftext|></c>,
    /// <c>&lt;|im_end|></c> and some others end one in it by their names.
    /// </summary>
    private static void AddEnds(GgufMetadata metadata, ByteLevelTokenizer tokenizer, string directory)
    {
        if (tokenizer.BeginningIds.Count > 1)
        {
            throw new ModelFileException(
                $"The tokenizer in {directory} puts {tokenizer.BeginningIds.Count} tokens before a text, and llama.cpp can put one; run "
                    + "the model as a Hugging Face directory (--format hf)."
            );
        }

        int? begin = tokenizer.BeginningIds is [var first] ? first : tokenizer.BeginOfText;
        if (begin is { } id)
        {
            metadata.Add("tokenizer.ggml.bos_token_id", id);
        }

        string[] keys = ["tokenizer.ggml.eos_token_id", "tokenizer.ggml.eot_token_id", "tokenizer.ggml.eom_token_id"];
        foreach (var (key, stop) in keys.Zip(tokenizer.StopTokenIds))
        {
            metadata.Add(key, stop);
        }

        if (tokenizer.PadTokenId is { } pad)
        {
            metadata.Add("tokenizer.ggml.padding_token_id", pad);
        }

        metadata.Add("tokenizer.ggml.add_bos_token", tokenizer.BeginningIds.Count == 1);
    }
}
