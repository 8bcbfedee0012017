using Cppo.Model.Gguf;
using Cppo.Model.Tokenizer;
using Cppo.Pipeline.Files;

namespace Cppo.Pipeline.Export;

/// <summary>A model as a GGUF file.</summary>
internal static class GgufExport
{
    /// <summary>Writes the file, whole or not at all.</summary>
    /// <param name="model">The model.</param>
    /// <param name="type">How matrices are stored.</param>
    /// <param name="file">The file.</param>
    /// <param name="stop">Ends the work; no file is left then.</param>
    /// <returns>What was written, in a line.</returns>
    /// <exception cref="Cppo.Model.Engine.ModelFileException">The model is damaged, or llama.cpp cannot run it.</exception>
    /// <exception cref="UsageException">The file cannot be written.</exception>
    public static string Write(ExportedModel model, GgufType type, string file, CancellationToken stop)
    {
        var gguf = GgufModel.Prepare(
            new GgufSource
            {
                Weights = model.Weights,
                Tokenizer = model.Tokenizer,
                TokenizerDirectory = model.TokenizerDirectory,
                Name = model.Name,
                ChatTemplate = model.ChatText,
                SystemText = SystemText(model),
            },
            type
        );
        LineFile.WriteWhole(file, stream => gguf.Write(stream, stop));
        return ExportLine.Of(file, model, gguf.Parameters, type.NameOf(), new FileInfo(file).Length);
    }

    /// <summary>The run's, or the one that the template of a directory has of its own.</summary>
    public static string SystemText(ExportedModel model)
    {
        if (model.SystemText.Length > 0 || model.ChatText is not { } jinja)
        {
            return model.SystemText;
        }

        return ChatTemplates.SystemOf(jinja) ?? "";
    }
}
