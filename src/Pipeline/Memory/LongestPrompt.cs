using Cppo.Model.Engine;
using Cppo.Model.Tokenizer;
using Cppo.Pipeline.Configuration;
using Cppo.Pipeline.Data;
using Cppo.Pipeline.Models;
using Cppo.Stages;

namespace Cppo.Pipeline.Memory;

/// <summary>How long a run's prompts get.</summary>
/// <param name="Tokens">Of the longest.</param>
/// <param name="Source">Where that is known from, e.g. <c>measured in data/train.csv</c>.</param>
internal sealed record LongestPrompt(int Tokens, string Source)
{
    private const int AssumedTokens = 512;

    /// <summary>A bound that holds whatever the questions are.</summary>
    public static LongestPrompt Bound { get; } = new(int.MaxValue, "as long as micro-batch and context allow");

    /// <summary>Of questions that were read.</summary>
    public static LongestPrompt Of(PipelineConfig config, ITokenizer tokenizer, IEnumerable<Question> questions)
    {
        var prompts = new PromptRenderer(tokenizer, config.Prompt);
        return new LongestPrompt(
            questions.Max(question => prompts.Render(question).Length),
            $"the longest in {config.Data.Train.Path}{(config.NeedsTest() ? $" and {config.Data.Test.Path}" : "")}"
        );
    }

    /// <summary>Of the configured questions; an assumption where tokenizer or data are not there, or are faulty.</summary>
    public static LongestPrompt Find(PipelineConfig config, int vocabulary)
    {
        try
        {
            var tokenizer = TokenizerOf(config, vocabulary);
            var questions = Read(config.Data.Train);
            return Of(config, tokenizer, config.NeedsTest() ? questions.Concat(Read(config.Data.Test)) : questions);
        }
        catch (Exception fault) when (fault is ModelFileException or DataException or IOException or UnauthorizedAccessException)
        {
            return new LongestPrompt(AssumedTokens, "assumed, as tokenizer and questions are not both there");
        }
    }

    /// <summary>The tokenizer of a configuration.</summary>
    /// <exception cref="ModelFileException">It is missing or damaged.</exception>
    public static ITokenizer TokenizerOf(PipelineConfig config, int vocabulary) =>
        ByteLevelTokenizer.Load(RunModels.TokenizerDirectory(config), vocabulary, PromptConfig.ChatTemplateOf(config.Prompt));

    // Off the caller's thread, which may not be waited for.
    private static Question[] Read(DatasetConfig dataset) =>
        [.. Task.Run(() => QuestionReader.ReadAsync(dataset, CancellationToken.None)).GetAwaiter().GetResult()];
}
