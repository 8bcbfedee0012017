using Cppo.Model.Engine;
using Cppo.Model.Weights;
using static TorchSharp.torch;

namespace Cppo.Model.Torch;

/// <summary>
/// The optimizer's state on its way to and from a file: <c>mean</c>, <c>square</c>, and <c>master</c> where the policy is bf16.
/// </summary>
internal static class OptimizerState
{
    internal static void Save(string path, TrainableWeights weights, TorchAdamW optimizer) =>
        OptimizerFile.Write(
            path,
            Sections(weights, optimizer)
                .Select(section => (section.Name, (IReadOnlyList<WeightStream>)[.. weights.Export(section.What).Select(WeightStream.Of)])),
            optimizer.NumSteps
        );

    /// <exception cref="ModelFileException">The file is missing, damaged or of another model; nothing was changed then.</exception>
    internal static void Load(string path, TrainableWeights weights, TorchAdamW optimizer)
    {
        var sections = Sections(weights, optimizer);
        using var file = OptimizerFile.Open(path, weights.Expected, sections.Select(section => section.Name));
        foreach (var (name, what) in sections)
        {
            weights.Import([.. file.Read(name).Select(tensor => tensor.ToArray())], what);
        }

        foreach (var tensor in weights.Tensors)
        {
            tensor.Refresh();
        }

        optimizer.Resume(file.NumSteps);
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
