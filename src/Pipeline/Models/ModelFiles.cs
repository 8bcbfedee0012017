using Cppo.Model.Engine;
using Cppo.Model.Tokenizer;
using Cppo.Pipeline.Configuration;

namespace Cppo.Pipeline.Models;

/// <summary>What a model's directory has beside architecture and weights: tokenizer, chat template and how it is sampled.</summary>
internal static class ModelFiles
{
    /// <summary>Writes them so that whoever loads the directory asks as the model was trained.</summary>
    /// <param name="directory">That of the model.</param>
    /// <param name="tokenizerDirectory">Where the tokenizer's files lie.</param>
    /// <param name="tokenizer">Loaded from there.</param>
    /// <param name="prompt">How questions were put.</param>
    /// <param name="generation">How completions were drawn; null: as the files there say.</param>
    /// <exception cref="ModelFileException">A file is malformed.</exception>
    public static void Write(
        string directory,
        string tokenizerDirectory,
        ITokenizer tokenizer,
        PromptConfig prompt,
        GenerationDefaults? generation
    )
    {
        TokenizerWriter.CopyTokenizerFiles(tokenizerDirectory, directory);
        if (ChatText(directory, tokenizer, prompt) is { } jinja)
        {
            ChatTemplateFile.State(directory, jinja);
        }

        GenerationConfigFile.State(directory, tokenizer.StopTokenIds, generation);
    }

    /// <summary>
    /// The chat template that asks as the model was trained, as Jinja text with the system text in it: that of the tokenizer's directory,
    /// known or not, unless another was chosen. Null where there is none.
    /// </summary>
    /// <exception cref="ModelFileException">A file is malformed.</exception>
    public static string? ChatText(string tokenizerDirectory, ITokenizer tokenizer, PromptConfig prompt)
    {
        string system = PromptConfig.SystemOf(prompt);
        if (!prompt.ChatTemplate)
        {
            return ChatTemplateFile.TextOf(null, TextTemplate.For(tokenizer), system);
        }

        if (PromptConfig.ChatTemplateOf(prompt) != ChatTemplates.Auto)
        {
            return ChatTemplateFile.TextOf(null, tokenizer.ChatTemplate, system);
        }

        if (ChatTemplateFile.OwnText(tokenizerDirectory) is { } own)
        {
            return ChatTemplateFile.TextOf(own, null, system);
        }

        try
        {
            return ChatTemplateFile.TextOf(null, tokenizer.ChatTemplate, system);
        }
        catch (ModelFileException)
        {
            // A base model's directory without one; whoever trained such a model has chosen one.
            return null;
        }
    }
}
