using Cppo.Pipeline.CustomRewards;

namespace Cppo.Pipeline.Library;

/// <summary>
/// What a pipeline or a model was given cannot be used: configuration, questions, model, the run's directory; or a reward gave no usable
/// score. The message has a line for each fault, with its place and the remedy, as the command line prints it; <c>--set KEY=VALUE</c> in it
/// is a key of the configuration.
/// </summary>
public sealed class PipelineException : Exception
{
    private PipelineException(Exception cause)
        : base(cause.Message, cause) { }

    /// <summary>The exception for one that is about what was given; null where something else broke.</summary>
    internal static PipelineException? Of(Exception error) =>
        error is AggregateException { InnerExceptions: [var first, ..] } ? Of(first)
        : UserMistake.Is(error) || error is RewardFailedException ? new PipelineException(error)
        : null;
}
