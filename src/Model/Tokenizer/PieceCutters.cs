namespace Cppo.Model.Tokenizer;

/// <summary>The expressions that a Split step of tokenizer.json may state, and what cuts as they do; a further one is a line.</summary>
internal static class PieceCutters
{
    private static readonly Dictionary<string, PieceCutter> CutterOfPattern = new(StringComparer.Ordinal)
    {
        [Cl100kCutter.Qwen2.Pattern] = Cl100kCutter.Qwen2,
        [Cl100kCutter.Llama3.Pattern] = Cl100kCutter.Llama3,
        [Gpt2Cutter.Pattern] = Gpt2Cutter.Instance,
    };

    /// <summary>What cuts as an expression does; null where none is written for it.</summary>
    public static PieceCutter? Find(string pattern) => CutterOfPattern.GetValueOrDefault(pattern);
}
