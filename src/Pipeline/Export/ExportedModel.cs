using Cppo.Model.Adapters;
using Cppo.Model.Tokenizer;
using Cppo.Model.Weights;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Files;
using Cppo.Pipeline.Models;

namespace Cppo.Pipeline.Export;

/// <summary>A model that is written for other programs: weights that are read as they are needed, and its tokenizer.</summary>
internal sealed class ExportedModel : IDisposable
{
    private ExportedModel(ModelPlace place, HfModelDirectory weights)
    {
        (Place, Weights) = (place, weights);
        TokenizerDirectory = RunModels.TokenizerDirectory(place.Model);
        Tokenizer = ByteLevelTokenizer.Load(TokenizerDirectory, weights.Config.VocabSize, PromptConfig.ChatTemplateOf(place.Prompt));
    }

    /// <summary>What the path meant that named the model.</summary>
    public ModelPlace Place { get; }

    public HfModelDirectory Weights { get; }

    public ByteLevelTokenizer Tokenizer { get; }

    /// <summary>Where the tokenizer's files lie.</summary>
    public string TokenizerDirectory { get; }

    /// <summary>The system text that questions were put with; empty: none but the chat template's own.</summary>
    public string SystemText => PromptConfig.SystemOf(Place.Prompt);

    /// <summary>The run's name, else that of the directory.</summary>
    public string Name => Path.GetFileName(Path.GetFullPath(Path.TrimEndingDirectorySeparator(Place.Run ?? Place.Model.Path)));

    /// <summary>The chat template as Jinja text, with the system text in it; null where the model has none.</summary>
    public string? ChatText => ModelFiles.ChatText(TokenizerDirectory, Tokenizer, Place.Prompt);

    /// <summary>Opens weights and tokenizer.</summary>
    /// <exception cref="Model.Engine.ModelFileException">One of them is missing or damaged.</exception>
    /// <exception cref="UsageException">It is an adapter, which is no model yet.</exception>
    public static ExportedModel Open(ModelPlace place)
    {
        if (AdapterDirectory.IsIn(place.Model.Path))
        {
            throw new UsageException($"{place.Model.Path} is an adapter; make a model of it and its base with merge, and export that.");
        }

        var weights = HfModelDirectory.Open(place.Model.Path);
        try
        {
            return new ExportedModel(place, weights);
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    public void Dispose() => Weights.Dispose();
}
