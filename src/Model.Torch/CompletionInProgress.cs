using Cppo.Model.Engine;
using Cppo.Stages;

namespace Cppo.Model.Torch;

/// <summary>The host's side of one completion: what was drawn so far, and whether it has ended.</summary>
/// <param name="prompt">Place of its prompt in the request.</param>
/// <param name="promptKey">The key of its prompt's randomness.</param>
/// <param name="index">Place in its group.</param>
/// <param name="maxTokens">It ends with <see cref="FinishReason.Length"/> at so many tokens.</param>
/// <param name="onToken">Takes each token; null: nobody watches.</param>
internal sealed class CompletionInProgress(int prompt, long promptKey, int index, int maxTokens, TokenDrawn? onToken)
{
    private readonly List<int> tokenIds = [];
    private readonly List<float> logprobs = [];
    private FinishReason? finishReason;

    internal long PromptKey => promptKey;

    internal int Index => index;

    internal bool IsFinished => finishReason is not null;

    internal void Add(int token, float logprob, IReadOnlyList<int> stopTokenIds)
    {
        tokenIds.Add(token);
        logprobs.Add(logprob);
        if (stopTokenIds.Contains(token))
        {
            finishReason = FinishReason.Stop;
        }
        else if (tokenIds.Count == maxTokens)
        {
            finishReason = FinishReason.Length;
        }

        onToken?.Invoke(prompt, index, token);
    }

    internal GeneratedCompletion ToCompletion() => new([.. tokenIds], [.. logprobs], finishReason!);
}
