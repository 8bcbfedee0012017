using Cppo.Model.Tokenizer;
using Cppo.Pipeline.Configuration;

namespace Cppo.Pipeline.Models;

/// <summary>
/// What a model directory holds beside architecture and weights: the tokenizer's files, a chat template that asks as the model was
/// trained, and how it is sampled.
/// </summary>
/// <param name="Tokenizer">As it was loaded, with the chat template that the prompt chose.</param>
/// <param name="TokenizerDirectory">Where its files are copied from.</param>
/// <param name="Prompt">How the model is asked.</param>
/// <param name="Generation">How it is sampled.</param>
internal sealed record ModelCompanions(ITokenizer Tokenizer, string TokenizerDirectory, PromptConfig Prompt, GenerationDefaults Generation)
{
    /// <summary>Writes all of them into a directory.</summary>
    public void Write(string path)
    {
        TokenizerWriter.CopyTokenizerFiles(TokenizerDirectory, path);
        bool isChat = Prompt.ChatTemplate;
        ChatTemplateFile.State(
            path,
            isChat ? Tokenizer.ChatTemplate : TextTemplate.For(Tokenizer),
            isOwn: isChat && PromptConfig.ChatTemplateOf(Prompt) == ChatTemplates.Auto,
            PromptConfig.SystemOf(Prompt)
        );
        GenerationConfigFile.State(path, Tokenizer.StopTokenIds, Generation);
    }
}
