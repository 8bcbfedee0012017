using Cppo.Model.Tests.Tokenizer;
using Cppo.Model.Tokenizer;
using Cppo.Model.Weights;

namespace Cppo.Export.Tests;

/// <summary>
/// Exported models of every family in llama.cpp against the numbers of Hugging Face's decoders: what stands between the two is this
/// project's file.
/// </summary>
public sealed class GoldenExportTests : IDisposable
{
    private static readonly string Golden =
        Environment.GetEnvironmentVariable("CPPO_GOLDEN") ?? Path.Combine(ExportFolder.Root, "tests", "golden");

    private readonly ExportFolder folder = new();

    public void Dispose() => folder.Dispose();

    public static TheoryData<string> Models() =>
        [
            .. Directory
                .EnumerateDirectories(Golden, "*_fp32*", SearchOption.AllDirectories)
                .Where(model => File.Exists(NumbersOf(model)))
                .Select(model => Path.GetRelativePath(Golden, model))
                .Order(StringComparer.Ordinal),
        ];

    [Theory]
    [MemberData(nameof(Models))]
    public void Llama_cpp_has_the_references_logprobs(string model)
    {
        string directory = folder.Path("model");
        TokenizerWriter.Write(directory, SmallTokenizer.File, ChatMlTemplate.Qwen25, 512);
        foreach (string file in Directory.EnumerateFiles(Path.Combine(Golden, model)))
        {
            File.Copy(file, Path.Combine(directory, Path.GetFileName(file)), overwrite: true);
        }

        using var llama = new LlamaModel(folder.Gguf(directory));
        using var numbers = SafetensorsReader.Open(NumbersOf(Path.Combine(Golden, model)));
        Compare(llama, numbers);
        if (numbers.Find("long.input_ids") is not null)
        {
            int[] ids = [.. numbers.ReadInt64("long.input_ids").Select(id => (int)id)];
            Near(numbers.ReadFloat32("long.per_token_logps"), Logprobs(llama, ids).Skip(1), 2e-4);
        }
    }

    private static void Compare(LlamaModel llama, SafetensorsReader numbers)
    {
        long[] ids = numbers.ReadInt64("train.input_ids"),
            attended = numbers.ReadInt64("train.attention_mask"),
            counted = numbers.ReadInt64("train.completion_mask");
        float[] expected = numbers.ReadFloat32("train.per_token_logps");
        int width = (int)numbers.Find("train.input_ids")!.Shape[1],
            completion = (int)numbers.Find("train.completion_mask")!.Shape[1];
        for (int row = 0; row < ids.Length / width; row++)
        {
            int[] columns = [.. Enumerable.Range(0, width).Where(column => attended[(row * width) + column] == 1)];
            float[] logprobs = Logprobs(llama, [.. columns.Select(column => (int)ids[(row * width) + column])]);
            for (int i = 0; i < completion; i++)
            {
                int column = width - completion + i;
                if (counted[(row * completion) + i] == 1)
                {
                    Near([expected[(row * completion) + i]], [logprobs[Array.IndexOf(columns, column)]], 1e-4);
                }
            }
        }
    }

    /// <summary>That of each token after those before it; of the first, NaN.</summary>
    private static float[] Logprobs(LlamaModel llama, int[] ids)
    {
        float[][] logits = llama.Logits(ids);
        return
        [
            float.NaN,
            .. Enumerable
                .Range(1, ids.Length - 1)
                .Select(i => (float)(logits[i - 1][ids[i]] - Math.Log(logits[i - 1].Sum(logit => Math.Exp(logit))))),
        ];
    }

    private static void Near(IEnumerable<float> expected, IEnumerable<float> actual, double tolerance) =>
        Assert.All(expected.Zip(actual), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, tolerance));

    private static string NumbersOf(string model)
    {
        string name = Path.GetFileName(model);
        return Path.Combine(Path.GetDirectoryName(model)!, name[..name.IndexOf("_fp32", StringComparison.Ordinal)] + "_golden.safetensors");
    }
}
