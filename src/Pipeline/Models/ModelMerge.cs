using Cppo.Model.Adapters;
using Cppo.Model.Engine;
using Cppo.Model.Files;
using Cppo.Model.Tokenizer;
using Cppo.Model.Weights;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.Models;

/// <summary>Makes a whole model of an adapter and its base.</summary>
internal static class ModelMerge
{
    /// <summary>Refuses a place without an adapter, and an output that is there already.</summary>
    /// <exception cref="UsageException">It is one of these.</exception>
    public static void Require(ModelPlace place, string output)
    {
        if (!AdapterDirectory.IsIn(place.Model.Path))
        {
            throw new UsageException($"{place.Model.Path} is a model and no adapter, so that there is nothing to merge.");
        }

        if (File.Exists(output) || (Directory.Exists(output) && Directory.EnumerateFileSystemEntries(output).Any()))
        {
            throw new UsageException($"--output {output} is there already; name a directory that is not.");
        }
    }

    /// <summary>Writes the model as a Hugging Face directory, which is there whole or not at all.</summary>
    /// <param name="place">An adapter's.</param>
    /// <param name="output">The directory.</param>
    /// <param name="type">The weights' number type; null: that of the base.</param>
    /// <param name="stop">Ends it between two weights; nothing is left then.</param>
    /// <returns>What was written, in words.</returns>
    /// <exception cref="ModelFileException">The adapter or its base is damaged, or they do not belong together.</exception>
    public static string Write(ModelPlace place, string output, WeightType? type, CancellationToken stop)
    {
        var source = ModelSource.Of(new PipelineConfig { Model = place.Model }, place.Model.Path, random: false);
        string tokenizerDirectory = RunModels.TokenizerDirectory(place.Model);
        var tokenizer = ByteLevelTokenizer.Load(
            tokenizerDirectory,
            source.Architecture.VocabSize,
            PromptConfig.ChatTemplateOf(place.Prompt)
        );
        var written = type ?? source.StoredType();
        string aside = AtomicDirectory.Begin(output);
        try
        {
            source.UseMerged(weights => HfModelDirectory.WriteWeights(aside, weights, written), stop);
            HfConfigFile.Write(
                Path.Combine(aside, HfConfigFile.FileName),
                source.Architecture,
                written,
                tokenizer.BeginOfText,
                tokenizer.StopTokenIds
            );
            ModelFiles.Write(aside, tokenizerDirectory, tokenizer, place.Prompt, place.Run is null ? null : place.Generation);
            AtomicDirectory.Flush(output);
            AtomicDirectory.Put(output);
        }
        catch
        {
            DurableFiles.Delete(aside);
            throw;
        }

        return $"{source.Directory} with the adapter of {source.Adapter!.Settings}, {written}";
    }
}
