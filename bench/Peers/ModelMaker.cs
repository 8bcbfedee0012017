using Cppo.Model.Gguf;
using Cppo.Model.Tokenizer;
using Cppo.Model.Weights;
using Cppo.Pipeline.Export;
using Cppo.Pipeline.Models;

namespace Cppo.Peers;

/// <summary>The models that are raced: random weights as a Hugging Face directory, and the GGUF files that are exported of it.</summary>
internal static class ModelMaker
{
    public const string Kind = "make";

    private const string Tokenizer = "data/base-model";

    /// <summary>The directory of a size.</summary>
    public static string DirectoryOf(RaceSettings settings, ModelSize size) => Path.Combine(settings.Work, size.Name);

    /// <summary>A GGUF file of a size.</summary>
    public static string FileOf(RaceSettings settings, ModelSize size, string type) =>
        Path.Combine(settings.Work, $"{size.Name}-{type}.gguf");

    /// <summary>
    /// Makes a directory of a config.json, or a file of a directory. The embedding of a model is larger than the embedded tokenizer, whose
    /// files it gets: what is raced are ids.
    /// </summary>
    public static void Make(string target, string source)
    {
        if (File.Exists(source))
        {
            var config = HfConfigFile.Read(source);
            TokenizerWriter.CopyTokenizerFiles(Tokenizer, target);
            HfModelDirectory.Write(target, config, RandomWeights.Create(config, seed: 0), WeightType.F32);
            return;
        }

        string type = Path.GetFileNameWithoutExtension(target)[(Path.GetFileName(source).Length + 1)..];
        using var model = ExportedModel.Open(ModelPlace.Find(source, _ => { }));
        GgufExport.Write(model, GgufTypes.Named(type), target, CancellationToken.None);
    }
}
