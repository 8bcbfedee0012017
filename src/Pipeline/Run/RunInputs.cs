using Cppo.Pipeline.CustomRewards;
using Cppo.Pipeline.Models;
using Cppo.Stages;

namespace Cppo.Pipeline.Run;

/// <summary>What a run reads and loads beside its models, before its directory is made.</summary>
/// <param name="Train">The training questions, and those of them that are left out.</param>
/// <param name="Test">The test questions; none where nothing is evaluated.</param>
/// <param name="Prompts">Renders both.</param>
/// <param name="Rewards">Scores completions.</param>
internal sealed record RunInputs(QuestionScreen Train, Question[] Test, PromptRenderer Prompts, RewardScorer Rewards)
{
    /// <summary>Whether a training question has turns before it.</summary>
    public bool HasEarlierTurns => Train.Readable.Any(question => question.Earlier.Length > 0);
}
