using System.Globalization;
using Cppo.Model.Engine;
using Cppo.Model.Weights;
using static TorchSharp.torch;

namespace Cppo.Model.Torch;

/// <summary>
/// The optimizer's state as one safetensors file: <c>mean.X</c> and <c>square.X</c> for every Hugging Face parameter X, <c>master.X</c>
/// where the policy is bf16, and the number of steps in the metadata. All F32, so that a run goes on with the same bits.
/// </summary>
internal static class OptimizerFile
{
    private const string StepsKey = "steps";

    internal static void Save(string path, TrainableWeights weights, TorchAdamW optimizer) =>
        SafetensorsWriter.Write(
            path,
            [
                .. Sections(weights, optimizer)
                    .SelectMany(section =>
                        weights.Export(section.What).Select(array => array with { Name = $"{section.Name}.{array.Name}" })
                    ),
            ],
            WeightType.F32,
            new Dictionary<string, string> { ["format"] = "pt", [StepsKey] = optimizer.NumSteps.ToString(CultureInfo.InvariantCulture) }
        );

    /// <exception cref="ModelFileException">The file is missing, damaged or of another model; nothing was changed then.</exception>
    internal static void Load(string path, TrainableWeights weights, TorchAdamW optimizer)
    {
        using var reader = SafetensorsReader.Open(path);
        if (
            !reader.Metadata.TryGetValue(StepsKey, out string? text)
            || !long.TryParse(text, CultureInfo.InvariantCulture, out long steps)
            || steps < 0
        )
        {
            throw new ModelFileException($"{path} is no optimizer file: its metadata has no number of steps.");
        }

        var sections = Sections(weights, optimizer);
        Check(path, reader, weights, sections);
        foreach (var (name, what) in sections)
        {
            weights.Import(
                [
                    .. WeightMap
                        .Expected(weights.Config)
                        .Select(e => new NamedArray(e.Name, e.Shape, reader.ReadFloat32($"{name}.{e.Name}"))),
                ],
                what
            );
        }

        foreach (var tensor in weights.Tensors)
        {
            tensor.Refresh();
        }

        optimizer.Resume(steps);
    }

    private static void Check(
        string path,
        SafetensorsReader reader,
        TrainableWeights weights,
        List<(string Name, Func<TrainableTensor, Tensor> What)> sections
    )
    {
        foreach (var (section, _) in sections)
        {
            foreach (var (parameter, shape) in WeightMap.Expected(weights.Config))
            {
                if (reader.Find($"{section}.{parameter}") is not { Type: WeightType.F32 } found || !found.Shape.SequenceEqual(shape))
                {
                    throw new ModelFileException(
                        $"{path} is of another model: '{section}.{parameter}' is missing or has another shape or type."
                    );
                }
            }
        }
    }

    private static List<(string Name, Func<TrainableTensor, Tensor> What)> Sections(TrainableWeights weights, TorchAdamW optimizer)
    {
        List<(string, Func<TrainableTensor, Tensor>)> sections = [("mean", optimizer.Mean), ("square", optimizer.Square)];
        if (weights.Compute.Type != ScalarType.Float32)
        {
            sections.Add(("master", tensor => tensor.Master));
        }

        return sections;
    }
}
