using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.Run;

/// <summary>Which command fetches a model or a dataset that recipes name and the repository does not carry.</summary>
internal static class Downloads
{
    private const string Gsm8k = "https://raw.githubusercontent.com/openai/grade-school-math/master/grade_school_math/data/";

    private static readonly (string Prefix, string Owner)[] Owners =
    [
        ("Qwen", "Qwen"),
        ("SmolLM", "HuggingFaceTB"),
        ("Llama-", "meta-llama"),
        ("Meta-Llama-", "meta-llama"),
    ];

    /// <summary>The end of a sentence about a model directory that is missing; empty where its name is none that is known.</summary>
    public static string OfModel(string directory)
    {
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(directory));
        string? owner = Owners.FirstOrDefault(known => name.StartsWith(known.Prefix, StringComparison.Ordinal)).Owner;
        return owner is null ? "" : $"; this fetches it: huggingface-cli download {owner}/{name} --local-dir {ShellWord.Quote(directory)}";
    }

    /// <summary>The same for a dataset.</summary>
    public static string OfData(string file)
    {
        string folder = Path.GetFileName(Path.GetDirectoryName(file) ?? "");
        string name = Path.GetFileName(file);
        return folder switch
        {
            "gsm8k" when name is "train.jsonl" or "test.jsonl" =>
                $"; this fetches it: curl -L --create-dirs -o {ShellWord.Quote(file)} {Gsm8k}{name}",
            "math" => "; the comment at the top of recipes/math-qwen2.5-7b.json says where MATH comes from and how it is converted",
            _ => "",
        };
    }
}
