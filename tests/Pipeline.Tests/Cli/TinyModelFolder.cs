using Cppo.Model.Decoders;
using Cppo.Model.Engine;
using Cppo.Model.Loading;
using Cppo.Model.Tokenizer;
using Cppo.Model.Weights;
using Cppo.Pipeline.Cli;

namespace Cppo.Pipeline.Tests.Cli;

/// <summary>A folder with the directory <c>model</c> of a tiny random model, and what it takes to run a command on it.</summary>
public sealed class TinyModelFolder : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("cppo-");

    public TinyModelFolder()
    {
        var tokenizer = BpeTrainer.Train(["two apples and two pears", "<think> 3 + 4 = 7 </think> <answer> 7 </answer>"], 270);
        TokenizerWriter.Write(Model, tokenizer, ChatMlTemplate.Qwen25, 160);
        var architecture = Architecture(tokenizer.VocabSize);
        HfModelDirectory.Write(Model, architecture, RandomWeights.Create(architecture, seed: 5), WeightType.F32);
    }

    public string Model => PathOf("model");

    internal static DecoderConfig Architecture(int vocabulary) =>
        new()
        {
            VocabSize = vocabulary,
            HiddenSize = 16,
            IntermediateSize = 24,
            NumLayers = 1,
            NumHeads = 2,
            NumKeyValueHeads = 1,
            MaxPositions = 160,
            TieWordEmbeddings = true,
        };

    internal static ILocalEngine Engine(IReadOnlyList<NamedArray> weights, int vocabulary) =>
        EngineFactory.Create("auto", Architecture(vocabulary), weights, new EngineSettings { Threads = 1 });

    public string PathOf(string name) => Path.Combine(folder.FullName, name);

    public string Write(string name, string text)
    {
        File.WriteAllText(PathOf(name), text);
        return PathOf(name);
    }

    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(string input, params string[] args)
    {
        using var stop = new StopSignals();
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        using var reader = new StringReader(input);
        int code = await CommandLine.RunAsync(args, new CliContext(reader, output, error, stop));
        return (code, output.ToString(), error.ToString());
    }

    public void Dispose() => folder.Delete(recursive: true);
}
