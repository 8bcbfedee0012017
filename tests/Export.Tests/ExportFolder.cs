using Cppo.Model.Decoders;
using Cppo.Model.Engine;
using Cppo.Model.Gguf;
using Cppo.Model.Tests;
using Cppo.Model.Tests.Tokenizer;
using Cppo.Model.Tokenizer;
using Cppo.Model.Weights;
using Cppo.Pipeline;
using Cppo.Pipeline.Cli;
using Cppo.Pipeline.Export;
using Cppo.Pipeline.Models;

namespace Cppo.Export.Tests;

/// <summary>A folder with models that are made, exported and removed.</summary>
internal sealed class ExportFolder : IDisposable
{
    private readonly TemporaryDirectory folder = new();

    /// <summary>The project's directory.</summary>
    internal static string Root => TokenizerData.Root;

    /// <summary>The embedded model of the default.</summary>
    internal static string BaseModel { get; } = System.IO.Path.Combine(Root, "data", "base-model");

    internal string Path(string name) => folder.File(name);

    /// <summary>A model of random weights with a small tokenizer.</summary>
    internal string Model(string name, DecoderConfig config, TokenizerFile? tokenizer = null)
    {
        string directory = Path(name);
        TokenizerWriter.Write(directory, tokenizer ?? SmallTokenizer.File, ChatMlTemplate.Qwen25, config.MaxPositions);
        HfModelDirectory.Write(directory, config, RandomWeights.Create(config, seed: 3), WeightType.F32);
        return directory;
    }

    /// <summary>A model of random weights with the tokenizer of a directory.</summary>
    internal string ModelWithTokenizer(string name, string tokenizerDirectory)
    {
        string directory = Path(name);
        TokenizerWriter.CopyTokenizerFiles(tokenizerDirectory, directory);
        GenerationConfigFile.State(directory, [1]);
        var config = Small(TokenizerFile.Load(directory).VocabSize);
        HfModelDirectory.Write(directory, config, RandomWeights.Create(config, seed: 3), WeightType.F32);
        return directory;
    }

    /// <summary>Writes a model's GGUF file.</summary>
    internal string Gguf(string model, GgufType type = GgufType.F32)
    {
        string file = Path($"{Guid.NewGuid():N}.gguf");
        using var exported = ExportedModel.Open(ModelPlace.Find(model, _ => { }));
        GgufExport.Write(exported, type, file, CancellationToken.None);
        return file;
    }

    /// <summary>Runs the program.</summary>
    internal static async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] args)
    {
        using var stop = new StopSignals();
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        int code = await CommandLine.RunAsync(args, new CliContext(TextReader.Null, output, error, stop));
        return (code, output.ToString(), error.ToString());
    }

    internal static DecoderConfig Small(int vocabulary = 300, DecoderFamily? family = null) =>
        new()
        {
            Family = family ?? DecoderFamilies.Qwen2,
            VocabSize = vocabulary,
            HiddenSize = 64,
            IntermediateSize = 96,
            NumLayers = 2,
            NumHeads = 4,
            NumKeyValueHeads = 2,
            MaxPositions = 256,
            QkvBias = family is null || family.AlwaysQkvBias,
            HeadNorms = family?.HeadNorms ?? false,
            TieWordEmbeddings = true,
        };

    internal static DecoderFamily Family(string type) => DecoderFamilies.All.Single(family => family.ModelType == type);

    internal static NamedArray Weight(string model, string name)
    {
        using var directory = HfModelDirectory.Open(model);
        return directory.Read(name);
    }

    public void Dispose() => folder.Dispose();
}
