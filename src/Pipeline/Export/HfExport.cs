using Cppo.Model.Files;
using Cppo.Model.Weights;
using Cppo.Pipeline.Files;
using Cppo.Pipeline.Models;

namespace Cppo.Pipeline.Export;

/// <summary>A model as a Hugging Face directory: what a run's <c>model/</c> has, of a checkpoint or any model directory, too.</summary>
internal static class HfExport
{
    /// <summary>Refuses a directory that has something in it, and one that cannot be made.</summary>
    /// <exception cref="UsageException">It is one.</exception>
    public static void RequireFree(string option, string directory)
    {
        if (File.Exists(directory) || (Directory.Exists(directory) && Directory.EnumerateFileSystemEntries(directory).Any()))
        {
            throw new UsageException($"{option} {directory}: there is something already; name a directory that is not there.");
        }

        string parent = Path.GetDirectoryName(Path.GetFullPath(directory)) ?? directory;
        if (!Directory.Exists(parent))
        {
            throw new UsageException($"{option} {directory}: there is no directory {parent}; make it first.");
        }

        LineFile.RequireDirectory(option, parent);
    }

    /// <summary>The type in which most of the weights are stored: that of the embedding.</summary>
    public static WeightType StoredType(ExportedModel model) => model.Weights.TypeOf(WeightMap.Embedding);

    /// <summary>Writes the directory, whole or not at all.</summary>
    /// <param name="model">The model.</param>
    /// <param name="type">What the weights are rounded to.</param>
    /// <param name="directory">Not there, or empty.</param>
    /// <param name="stop">Ends the work; no directory is left then.</param>
    /// <returns>What was written, in a line.</returns>
    /// <exception cref="Cppo.Model.Engine.ModelFileException">The model is damaged.</exception>
    public static string Write(ExportedModel model, WeightType type, string directory, CancellationToken stop)
    {
        string path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
        string aside = AtomicDirectory.Begin(path);
        try
        {
            HfConfigFile.Write(
                Path.Combine(aside, HfConfigFile.FileName),
                model.Weights.Config,
                type,
                model.Tokenizer.BeginOfText,
                model.Tokenizer.StopTokenIds
            );
            WeightsCopy.Write(model.Weights, aside, type, stop: stop);
            ModelFiles.Write(
                aside,
                model.TokenizerDirectory,
                model.Tokenizer,
                model.Place.Prompt,
                model.Place.Run is null ? null : model.Place.Generation
            );
            AtomicDirectory.Flush(path);
            AtomicDirectory.Put(path);
        }
        catch
        {
            DurableFiles.Delete(aside);
            throw;
        }

        long parameters = WeightMap.Expected(model.Weights.Config).Sum(weight => weight.Shape.Aggregate(1L, (all, size) => all * size));
        long bytes = Directory.EnumerateFiles(path).Sum(file => new FileInfo(file).Length);
        return ExportLine.Of(directory, model, parameters, type.ToString().ToLowerInvariant(), bytes);
    }
}
